-- Throughline core schema: the contract between the collector (writes) and the plugin (reads).
-- Facts come from connectors and carry natural keys; derived tables are pure functions of facts.
-- Large tables carry repo_id in their keys so that the store can be distributed by repository.

-- A user without the right to create roles can migrate once an administrator has created it.
do $$ begin
  if not exists (select from pg_roles where rolname = 'throughline_reader') then
    create role throughline_reader nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

-- ---------------------------------------------------------------- settings

create table setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
comment on table setting is 'Organisation settings that panels need (default_tz, week start, AI thresholds, link window, min_n, k): one row per key. No secrets.';
comment on column setting.key is 'Setting name, dotted, e.g. default_tz.';
comment on column setting.value is 'JSON value as resolved from throughline.yaml or the default.';
comment on column setting.updated_at is 'When the collector last wrote it.';

create table secret (
  key text primary key,
  value text not null
);
comment on table secret is 'Install secrets (person pseudonym key). Never granted to the reader role.';
comment on column secret.key is 'Secret name, e.g. person_hmac.';
comment on column secret.value is 'Secret value, hex.';

-- ---------------------------------------------------------------- people

create table person (
  person_id text primary key,
  kind text not null check (kind in ('human', 'ai_agent', 'automation')),
  experience_start date,
  first_seen_at timestamptz
);
comment on table person is 'One row per actor after identity resolution. person_id is a pseudonym.';
comment on column person.person_id is 'First 16 hex digits of HMAC-SHA256(install secret, person key).';
comment on column person.kind is 'human | ai_agent | automation. Only humans count towards k.';
comment on column person.experience_start is 'Start of professional experience; null = unknown, seniority then is unknown.';
comment on column person.first_seen_at is 'Earliest activity; null = never active.';

create table account (
  account_id text primary key,
  provider text not null,
  login text,
  email text,
  display_name text,
  kind text not null default 'human' check (kind in ('human', 'ai_agent', 'automation')),
  person_id text references person,
  method text,
  confidence double precision,
  has_conflict boolean not null default false
);
comment on table account is 'One row per account of a provider (git address, GitHub login, tool seat). The only table with e-mail addresses.';
comment on column account.account_id is 'provider:digest, digest = first 16 hex of HMAC-SHA256(install secret, folded address or login).';
comment on column account.provider is 'git | github | csv | copilot | cursor | claude-code | …';
comment on column account.login is 'Login at the provider; null = none. Not granted to the reader.';
comment on column account.email is 'Address, lower case; null = none. Not granted to the reader.';
comment on column account.display_name is 'Name at the provider; null = none. Not granted to the reader.';
comment on column account.kind is 'Kind by account rules (known agents, bots).';
comment on column account.person_id is 'Resolved person; null = not joined yet.';
comment on column account.method is 'How the account was joined: mapping | verified_email | noreply_id | same_namespace | self; null = not joined.';
comment on column account.confidence is 'Confidence of the join, 0..1; null = not joined.';
comment on column account.has_conflict is 'Two persons claim this address; then neither is merged.';

create table team (
  team_id text primary key,
  title text not null,
  parent_team_id text,
  cost_center text,
  time_zone text,
  source text not null default 'config'
);
comment on table team is 'One row per team.';
comment on column team.team_id is 'Stable slug.';
comment on column team.title is 'Name shown.';
comment on column team.parent_team_id is 'Parent team; null = top level.';
comment on column team.cost_center is 'Cost centre; null = none.';
comment on column team.time_zone is 'IANA zone of the team calendar; null = organisation default.';
comment on column team.source is 'Who wrote the row: config | csv | demo.';

create table membership (
  person_id text not null references person,
  team_id text not null references team,
  valid_from timestamptz not null,
  valid_to timestamptz,
  is_primary boolean not null default true,
  role text,
  primary key (person_id, team_id, valid_from)
);
comment on table membership is 'Team membership history: one row per person, team and start.';
comment on column membership.person_id is 'Member.';
comment on column membership.team_id is 'Team.';
comment on column membership.valid_from is 'Start, inclusive.';
comment on column membership.valid_to is 'End, exclusive; null = still a member.';
comment on column membership.is_primary is 'The primary team owns the person''s changes.';
comment on column membership.role is 'Role text; null = unknown.';

-- ---------------------------------------------------------------- repositories and services

create table service (
  service_id text primary key,
  title text not null
);
comment on table service is 'One row per deployable service.';
comment on column service.service_id is 'Stable slug.';
comment on column service.title is 'Name shown.';

create table repo (
  repo_id integer generated always as identity primary key,
  slug text not null unique,
  service_id text references service,
  owner_team_id text references team,
  default_branch text,
  web_url text,
  known_from timestamptz,
  observed_until timestamptz,
  tip_sha text
);
comment on table repo is 'One row per repository.';
comment on column repo.repo_id is 'Surrogate key, carried by every large table.';
comment on column repo.slug is 'owner/name, or the folder name of a local clone.';
comment on column repo.service_id is 'Service that the repository builds; null = none configured.';
comment on column repo.owner_team_id is 'Team that owns it; null = unknown.';
comment on column repo.default_branch is 'Branch whose first-parent history is measured; null = not read yet.';
comment on column repo.web_url is 'Base URL of the forge; null = no links.';
comment on column repo.known_from is 'History is complete from here on (shallow clones start late); null = complete.';
comment on column repo.observed_until is 'Committer time of the last analysed first-parent commit: the censoring time of every line; null = nothing analysed.';
comment on column repo.tip_sha is 'Last analysed commit of the default branch; null = nothing analysed.';

create table git_commit (
  repo_id integer not null references repo,
  commit_no integer not null,
  sha text not null,
  parents text[] not null,
  author_account_id text,
  committer_account_id text,
  authored_at timestamptz not null,
  committed_at timestamptz not null,
  reached_at timestamptz,
  change_key text,
  subject text not null,
  is_merge boolean not null default false,
  is_on_default boolean not null default true,
  added integer,
  deleted integer,
  effective_added integer,
  effective_deleted integer,
  file_kinds text[] not null default '{}',
  primary key (repo_id, commit_no),
  unique (repo_id, sha)
);
comment on table git_commit is 'One row per commit reachable from the default branch, and per original commit of a squashed change.';
comment on column git_commit.repo_id is 'Repository.';
comment on column git_commit.commit_no is 'Ordinal within the repository, assigned once, never reused.';
comment on column git_commit.sha is 'Full object name.';
comment on column git_commit.parents is 'Parent object names in order.';
comment on column git_commit.author_account_id is 'Author; null = no usable address.';
comment on column git_commit.committer_account_id is 'Committer; null = no usable address.';
comment on column git_commit.authored_at is 'Author time (kept by squash and rebase).';
comment on column git_commit.committed_at is 'Committer time.';
comment on column git_commit.reached_at is 'When it reached the default branch: committer time of the first-parent commit that brought it; null = not on the default branch.';
comment on column git_commit.change_key is 'Change that it belongs to; null = not assigned.';
comment on column git_commit.subject is 'First line of the message.';
comment on column git_commit.is_merge is 'Has two parents or more.';
comment on column git_commit.is_on_default is 'Reachable from the default branch.';
comment on column git_commit.added is 'Lines added; null = not read (merge or missing objects).';
comment on column git_commit.deleted is 'Lines deleted; null = not read.';
comment on column git_commit.effective_added is 'Effective lines added (no generated, vendored, blank or moved lines); null = not read.';
comment on column git_commit.effective_deleted is 'Effective lines deleted; null = not read.';
comment on column git_commit.file_kinds is 'Distinct kinds of the files touched: code | test | docs | build | generated | vendored | lock.';
create index git_commit_change on git_commit (repo_id, change_key);

create table change (
  repo_id integer not null references repo,
  change_id bigint generated always as identity,
  change_key text not null,
  kind text not null check (kind in ('merge', 'squash', 'direct', 'pull_request')),
  title text not null,
  branch text,
  labels text[] not null default '{}',
  linked_issue_types text[] not null default '{}',
  author_account_id text,
  requester_account_id text,
  created_at timestamptz,
  first_ready_at timestamptz,
  first_commit_at timestamptz,
  merged_at timestamptz,
  closed_at timestamptz,
  merge_sha text,
  head_sha text,
  web_url text,
  source text not null,
  source_rank smallint not null default 0,
  primary key (repo_id, change_key),
  unique (change_id)
);
comment on table change is 'One row per change (pull/merge request, or a first-parent commit where none is known).';
comment on column change.repo_id is 'Repository.';
comment on column change.change_id is 'Surrogate key used by derived tables.';
comment on column change.change_key is 'Pull request number, or the full sha of a direct commit.';
comment on column change.kind is 'merge | squash | direct (from git) | pull_request (from a forge).';
comment on column change.title is 'Title, or subject of the commit.';
comment on column change.branch is 'Source branch; null = unknown.';
comment on column change.labels is 'Labels.';
comment on column change.linked_issue_types is 'Types of the linked issues.';
comment on column change.author_account_id is 'Author; null = deleted account or no address.';
comment on column change.requester_account_id is 'Human who asked an agent for it; null = not known or not needed.';
comment on column change.created_at is 'When it was opened; null = not known from git.';
comment on column change.first_ready_at is 'First time ready for review; null = not known from git.';
comment on column change.first_commit_at is 'Earliest author time of its own commits.';
comment on column change.merged_at is 'When it reached the default branch; null = not merged.';
comment on column change.closed_at is 'When it was closed; null = open.';
comment on column change.merge_sha is 'Commit on the first-parent chain; null = not merged.';
comment on column change.head_sha is 'Last own commit; null = unknown.';
comment on column change.web_url is 'Page of the change; null = none.';
comment on column change.source is 'Connector that wrote the row.';
comment on column change.source_rank is 'A row of a higher rank replaces one of a lower (git 0, forge 10).';
create index change_merged on change (repo_id, merged_at);
create index change_merge_sha on change (repo_id, merge_sha);

create table change_event (
  repo_id integer not null,
  change_key text not null,
  event_id text not null,
  at timestamptz not null,
  account_id text,
  kind text not null,
  state text,
  primary key (repo_id, change_key, event_id)
);
comment on table change_event is 'One row per event of a change: ready, draft, review_requested, review, comment, push, approve, dismiss, conflict_on, conflict_off, merge_queued.';
comment on column change_event.repo_id is 'Repository.';
comment on column change_event.change_key is 'Change.';
comment on column change_event.event_id is 'Id at the source.';
comment on column change_event.at is 'When.';
comment on column change_event.account_id is 'Actor; null = unknown.';
comment on column change_event.kind is 'Kind of event.';
comment on column change_event.state is 'Review state (approved | changes_requested | commented); null = not a review.';

create table revert (
  repo_id integer not null,
  change_key text not null,
  revert_change_key text not null,
  reverted_at timestamptz not null,
  method text not null,
  line_share double precision,
  is_reapplied boolean not null default false,
  primary key (repo_id, change_key, revert_change_key)
);
comment on table revert is 'One row per (reverted change, reverting change).';
comment on column revert.repo_id is 'Repository.';
comment on column revert.change_key is 'The change that was reverted.';
comment on column revert.revert_change_key is 'The change that reverted it.';
comment on column revert.reverted_at is 'When the reverting change reached the default branch.';
comment on column revert.method is 'commit_text | title | inverse_patch | platform.';
comment on column revert.line_share is 'Share of the effective lines taken back, 0..1; null = not measured.';
comment on column revert.is_reapplied is 'The revert was itself reverted; the first revert still counts.';

-- ---------------------------------------------------------------- attribution evidence

create table commit_mark (
  repo_id integer not null,
  sha text not null,
  tool_id text not null,
  kind text not null,
  grade smallint not null,
  confidence double precision not null,
  ai_share double precision,
  value text,
  rules_version integer not null,
  primary key (repo_id, sha, tool_id, kind)
);
comment on table commit_mark is 'Evidence of AI use found on a commit: one row per (commit, tool, kind of mark).';
comment on column commit_mark.repo_id is 'Repository.';
comment on column commit_mark.sha is 'Commit.';
comment on column commit_mark.tool_id is 'Tool, or generic.';
comment on column commit_mark.kind is 'author | committer | co_author | trailer | text | branch | note | line_count | explicit_human | distrusted.';
comment on column commit_mark.grade is 'Signal grade 0..4 (metrics.md 2.1).';
comment on column commit_mark.confidence is 'Confidence 0..1.';
comment on column commit_mark.ai_share is 'Share of the commit''s lines by AI, 0..1; null = not given by the mark.';
comment on column commit_mark.value is 'What matched (trailer key, rule id), never a secret; null = nothing to show.';
comment on column commit_mark.rules_version is 'Version of the rule data that matched.';

create table line_attestation (
  repo_id integer not null,
  sha text not null,
  path text not null,
  first_line integer not null,
  last_line integer not null,
  attested text not null check (attested in ('ai', 'human')),
  tool_id text,
  model text,
  is_valid boolean not null,
  primary key (repo_id, sha, path, first_line)
);
comment on table line_attestation is 'Line ranges attested by git-ai notes or Agent Trace: one row per range, numbered in the file at that commit.';
comment on column line_attestation.repo_id is 'Repository.';
comment on column line_attestation.sha is 'Commit.';
comment on column line_attestation.path is 'Path at that commit.';
comment on column line_attestation.first_line is 'First line, 1-based.';
comment on column line_attestation.last_line is 'Last line, inclusive.';
comment on column line_attestation.attested is 'ai | human. Lines outside every range are untracked, not human.';
comment on column line_attestation.tool_id is 'Tool; null = human or unknown.';
comment on column line_attestation.model is 'Model; null = unknown.';
comment on column line_attestation.is_valid is 'The range exists in the diff of the commit; invalid ranges are quarantined.';

create table attribution_override (
  repo_id integer not null,
  target text not null,
  ai_share double precision not null check (ai_share between 0 and 1),
  tool_id text,
  reason text,
  set_by text,
  set_at timestamptz not null,
  primary key (repo_id, target)
);
comment on table attribution_override is 'Manual attribution: one row per change number or commit.';
comment on column attribution_override.repo_id is 'Repository.';
comment on column attribution_override.target is 'Change key (pull request number) or full sha.';
comment on column attribution_override.ai_share is 'Share of AI lines, 0..1.';
comment on column attribution_override.tool_id is 'Tool; null = not named.';
comment on column attribution_override.reason is 'Why; null = not given.';
comment on column attribution_override.set_by is 'Who set it; null = not given.';
comment on column attribution_override.set_at is 'When it was set.';

-- ---------------------------------------------------------------- line lifetimes

create table path (
  repo_id integer not null references repo,
  path_id integer generated always as identity,
  path text not null,
  kind text not null,
  primary key (repo_id, path),
  unique (repo_id, path_id)
);
comment on table path is 'One row per path that ever held a line; bytes that are not UTF-8 are escaped as git does.';
comment on column path.repo_id is 'Repository.';
comment on column path.path_id is 'Surrogate key used by line_span.';
comment on column path.path is 'Path.';
comment on column path.kind is 'code | test | docs | build | generated | vendored | lock.';

create table line_span (
  repo_id integer not null,
  origin_no integer not null,
  path_id integer not null,
  line_source text not null default '',
  died_no integer not null default 0,
  death_kind text not null default '',
  born_at timestamptz not null,
  died_at timestamptz,
  lines integer not null,
  effective_lines integer not null,
  primary key (repo_id, origin_no, path_id, line_source, died_no, death_kind)
);
comment on table line_span is 'Lifetimes of the lines of the default branch: one row per (origin commit, path at birth, attestation, killing commit, kind of death); counts add up.';
comment on column line_span.repo_id is 'Repository.';
comment on column line_span.origin_no is 'Commit that wrote the lines (git_commit.commit_no).';
comment on column line_span.path_id is 'Path at birth.';
comment on column line_span.line_source is 'ai:<tool> | human | '''' (no line attestation).';
comment on column line_span.died_no is 'Commit that ended them; 0 = alive at repo.observed_until.';
comment on column line_span.death_kind is 'modified | deleted | reverted | file_deleted | history_rewritten; '''' = alive. history_rewritten is censoring, not death.';
comment on column line_span.born_at is 'When they reached the default branch.';
comment on column line_span.died_at is 'When they ended; null = alive.';
comment on column line_span.lines is 'Lines.';
comment on column line_span.effective_lines is 'Effective lines among them.';
create index line_span_died on line_span (repo_id, died_no) where died_no > 0;

create table live_file (
  repo_id integer not null,
  path text not null,
  runs bytea not null,
  primary key (repo_id, path)
);
comment on table live_file is 'Resume state of the lifetime engine: which origin each line of a live file has, run-length encoded.';
comment on column live_file.repo_id is 'Repository.';
comment on column live_file.path is 'Path now.';
comment on column live_file.runs is 'Varint run-length encoding (origin, count); a cache that a full pass can rebuild.';

-- ---------------------------------------------------------------- tools and usage

create table tool (
  tool_id text primary key,
  title text not null,
  nominal_grade smallint not null default 0,
  measure text not null default 'invocations' check (measure in ('invocations', 'active_days', 'accepted_lines')),
  low_min double precision not null default 1,
  high_min double precision not null default 3,
  usage_scope text not null default 'tool' check (usage_scope in ('tool', 'workflow'))
);
comment on table tool is 'One row per AI tool.';
comment on column tool.tool_id is 'Stable slug.';
comment on column tool.title is 'Name shown.';
comment on column tool.nominal_grade is 'Best signal grade its connector can deliver, 0..4.';
comment on column tool.measure is 'What a use is.';
comment on column tool.low_min is 'Least uses in 30 days for the band low.';
comment on column tool.high_min is 'Least uses in 30 days for the band high.';
comment on column tool.usage_scope is 'tool = uses count in every workflow that lists it; workflow = uses carry their workflow.';

create table tool_landing (
  tool_id text not null references tool,
  team_id text not null default '',
  workflow_id text not null default '',
  landed_at timestamptz not null,
  primary key (tool_id, team_id, workflow_id)
);
comment on table tool_landing is 'When a tool landed, by team and workflow.';
comment on column tool_landing.tool_id is 'Tool.';
comment on column tool_landing.team_id is 'Team; '''' = default for all teams.';
comment on column tool_landing.workflow_id is 'Workflow; '''' = all workflows.';
comment on column tool_landing.landed_at is 'When.';

create table seat (
  tool_id text not null references tool,
  person_id text not null references person,
  valid_from timestamptz not null,
  valid_to timestamptz,
  primary key (tool_id, person_id, valid_from)
);
comment on table seat is 'Licences: one row per tool, person and start.';
comment on column seat.tool_id is 'Tool.';
comment on column seat.person_id is 'Holder.';
comment on column seat.valid_from is 'Start, inclusive.';
comment on column seat.valid_to is 'End, exclusive; null = still held.';

create table tool_event (
  tool_id text not null,
  event_id text not null,
  at timestamptz not null,
  person_id text,
  type text not null,
  feature text,
  workflow_id text,
  repo_id integer,
  change_key text,
  accepted_lines integer,
  primary key (tool_id, event_id, at)
);
comment on table tool_event is 'One row per timestamped tool use (hypertable by at where TimescaleDB is present).';
comment on column tool_event.tool_id is 'Tool.';
comment on column tool_event.event_id is 'Id at the source; duplicates are one.';
comment on column tool_event.at is 'When.';
comment on column tool_event.person_id is 'User; null = not joined.';
comment on column tool_event.type is 'Kind of event, e.g. tool_invocation, ai_commit.';
comment on column tool_event.feature is 'Feature; null = unknown.';
comment on column tool_event.workflow_id is 'Workflow named by the source; null = unattributed.';
comment on column tool_event.repo_id is 'Repository; null = unknown.';
comment on column tool_event.change_key is 'Change; null = unknown.';
comment on column tool_event.accepted_lines is 'Accepted lines; null = not given.';
create index tool_event_person on tool_event (person_id, at);

create table tool_day (
  tool_id text not null,
  person_id text not null,
  day date not null,
  grade smallint not null,
  sessions integer,
  invocations integer,
  suggested_lines integer,
  accepted_lines integer,
  input_tokens bigint,
  output_tokens bigint,
  cost_usd numeric,
  source text not null,
  primary key (tool_id, person_id, day)
);
comment on table tool_day is 'Usage per tool, person and local day. A row with 0 invocations is an observed zero.';
comment on column tool_day.tool_id is 'Tool.';
comment on column tool_day.person_id is 'User.';
comment on column tool_day.day is 'Local date.';
comment on column tool_day.grade is 'Signal grade of the row: 2 activity, 3 event or declared, 4 line.';
comment on column tool_day.sessions is 'Sessions; null = not given.';
comment on column tool_day.invocations is 'Uses; null = not given (then activity only).';
comment on column tool_day.suggested_lines is 'Lines suggested; null = not given.';
comment on column tool_day.accepted_lines is 'Lines accepted; null = not given.';
comment on column tool_day.input_tokens is 'Input tokens; null = not given.';
comment on column tool_day.output_tokens is 'Output tokens; null = not given.';
comment on column tool_day.cost_usd is 'Cost in USD; null = not given.';
comment on column tool_day.source is 'Connector: git (declared by marks) | csv | …';

create table heartbeat (
  source text not null,
  day date not null,
  last_at timestamptz not null,
  primary key (source, day)
);
comment on table heartbeat is 'A source was observed on that day, even if it had no events: an observed zero.';
comment on column heartbeat.source is 'tool:<tool_id> or stream id.';
comment on column heartbeat.day is 'UTC day.';
comment on column heartbeat.last_at is 'Last sign of life on that day.';

-- ---------------------------------------------------------------- deployments and incidents

create table deployment (
  deployment_id bigint generated always as identity,
  source text not null,
  external_id text not null,
  service_id text not null,
  environment text not null,
  repo_id integer,
  sha text,
  ref text,
  started_at timestamptz,
  finished_at timestamptz not null,
  result text not null check (result in ('success', 'failure', 'cancelled')),
  kind text not null default 'unknown' check (kind in ('planned', 'rollback', 'hotfix', 'unknown')),
  rollback_of text,
  is_degraded boolean not null default false,
  web_url text,
  primary key (source, external_id),
  unique (deployment_id)
);
comment on table deployment is 'One row per rollout of (service, environment, sha) reported by a source.';
comment on column deployment.deployment_id is 'Surrogate key.';
comment on column deployment.source is 'Connector: git (tags) | csv | github | …';
comment on column deployment.external_id is 'Id at the source.';
comment on column deployment.service_id is 'Service.';
comment on column deployment.environment is 'production | staging | … lower case.';
comment on column deployment.repo_id is 'Repository of sha; null = unknown.';
comment on column deployment.sha is 'Deployed commit; null = unknown, then no changes can be linked.';
comment on column deployment.ref is 'Tag or branch; null = unknown.';
comment on column deployment.started_at is 'Start; null = unknown.';
comment on column deployment.finished_at is 'End of the rollout.';
comment on column deployment.result is 'success | failure (before production) | cancelled.';
comment on column deployment.kind is 'planned | rollback | hotfix | unknown.';
comment on column deployment.rollback_of is 'external_id of the bad deployment; null = none named.';
comment on column deployment.is_degraded is 'The source flagged it degraded after success.';
comment on column deployment.web_url is 'Page; null = none.';
create index deployment_service on deployment (service_id, environment, finished_at);

create table incident (
  incident_id bigint generated always as identity,
  source text not null,
  external_id text not null,
  service_id text,
  environment text,
  title text not null,
  severity text,
  started_at timestamptz not null,
  detected_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  cause_sha text,
  is_customer_reported boolean not null default false,
  is_security boolean not null default false,
  web_url text,
  primary key (source, external_id),
  unique (incident_id)
);
comment on table incident is 'One row per incident; a re-opened incident is the same incident.';
comment on column incident.incident_id is 'Surrogate key.';
comment on column incident.source is 'Connector.';
comment on column incident.external_id is 'Id at the source.';
comment on column incident.service_id is 'Service; null = unknown, then it links only explicitly.';
comment on column incident.environment is 'Environment; null = production.';
comment on column incident.title is 'Title.';
comment on column incident.severity is 's1 (worst) … s4; null = unknown.';
comment on column incident.started_at is 'Start.';
comment on column incident.detected_at is 'Detection; null = unknown.';
comment on column incident.acknowledged_at is 'First acknowledgement; null = none.';
comment on column incident.acknowledged_by is 'Person who acknowledged; null = unknown.';
comment on column incident.resolved_at is 'Last resolution; null = open.';
comment on column incident.cause_sha is 'Commit named as the cause; null = none.';
comment on column incident.is_customer_reported is 'Reported by a customer.';
comment on column incident.is_security is 'Security incident.';
comment on column incident.web_url is 'Page; null = none.';

create table incident_link_override (
  incident_source text not null,
  incident_external_id text not null,
  deployment_external_id text,
  cause_sha text,
  reason text,
  set_by text,
  primary key (incident_source, incident_external_id)
);
comment on table incident_link_override is 'Manual link of an incident to a deployment or a commit.';
comment on column incident_link_override.incident_source is 'Source of the incident.';
comment on column incident_link_override.incident_external_id is 'Id of the incident.';
comment on column incident_link_override.deployment_external_id is 'Deployment; null = commit given.';
comment on column incident_link_override.cause_sha is 'Commit; null = deployment given.';
comment on column incident_link_override.reason is 'Why; null = not given.';
comment on column incident_link_override.set_by is 'Who; null = not given.';

-- ---------------------------------------------------------------- other facts (imports, later connectors)

create table issue (
  source text not null,
  external_id text not null,
  type text,
  labels text[] not null default '{}',
  created_at timestamptz not null,
  ready_at timestamptz,
  started_at timestamptz,
  done_at timestamptz,
  is_from_customer boolean not null default false,
  is_revenue_feature boolean not null default false,
  primary key (source, external_id)
);
comment on table issue is 'One row per issue of a tracker.';
comment on column issue.source is 'Connector.';
comment on column issue.external_id is 'Id at the source.';
comment on column issue.type is 'Type; null = unknown.';
comment on column issue.labels is 'Labels.';
comment on column issue.created_at is 'Created.';
comment on column issue.ready_at is 'Requirement ready; null = unknown.';
comment on column issue.started_at is 'Started; null = not started.';
comment on column issue.done_at is 'Done; null = open.';
comment on column issue.is_from_customer is 'Asked for by a customer.';
comment on column issue.is_revenue_feature is 'Counts as a revenue feature.';

create table cost (
  month date not null,
  category text not null,
  tool_id text not null default '',
  team_id text not null default '',
  amount numeric not null check (amount > 0),
  currency text not null,
  primary key (month, category, tool_id, team_id, currency)
);
comment on table cost is 'Cost per month and category.';
comment on column cost.month is 'First day of the month.';
comment on column cost.category is 'tool_seat | tool_usage | ci_infra | security | training | consulting | process_other | support_incident.';
comment on column cost.tool_id is 'Tool; '''' = none.';
comment on column cost.team_id is 'Team; '''' = organisation.';
comment on column cost.amount is 'Amount in currency.';
comment on column cost.currency is 'ISO 4217.';

create table survey_answer (
  survey_id text not null,
  question_id text not null,
  respondent_token text not null,
  team_id text not null default '',
  submitted_at timestamptz not null,
  value double precision not null,
  scale_min double precision,
  scale_max double precision,
  tool_id text,
  hours_saved_week double precision,
  primary key (survey_id, question_id, respondent_token)
);
comment on table survey_answer is 'One row per answer; tokens are one-way and not joinable to persons.';
comment on column survey_answer.survey_id is 'Wave.';
comment on column survey_answer.question_id is 'Question.';
comment on column survey_answer.respondent_token is 'Salted hash.';
comment on column survey_answer.team_id is 'Team; '''' = unknown.';
comment on column survey_answer.submitted_at is 'When.';
comment on column survey_answer.value is 'Answer.';
comment on column survey_answer.scale_min is 'Least value of the scale; null = none.';
comment on column survey_answer.scale_max is 'Largest value of the scale; null = none.';
comment on column survey_answer.tool_id is 'Tool asked about; null = none.';
comment on column survey_answer.hours_saved_week is 'Self-reported hours saved per week; null = not asked.';

-- ---------------------------------------------------------------- workflows

create table workflow (
  workflow_id text not null,
  version integer not null,
  valid_from timestamptz not null,
  unit text not null,
  actor text not null,
  start_event text not null,
  start_else text,
  end_event text not null,
  clock text not null default 'calendar' check (clock in ('calendar', 'business')),
  max_minutes double precision,
  applies_to jsonb not null default '{}',
  baseline_weeks integer not null default 8,
  washout_days integer not null default 14,
  primary key (workflow_id, version)
);
comment on table workflow is 'Versioned workflow definitions (metrics.md 3).';
comment on column workflow.workflow_id is 'Stable id.';
comment on column workflow.version is 'Version of the definition.';
comment on column workflow.valid_from is 'Valid from, until the next version.';
comment on column workflow.unit is 'pr | pr_reviewer | issue | incident | agent_run.';
comment on column workflow.actor is 'Whose tool use counts: author | reviewer | assignee | responder.';
comment on column workflow.start_event is 'Event that starts the clock.';
comment on column workflow.start_else is 'Fallback; null = drop the unit as no_start.';
comment on column workflow.end_event is 'Event that ends the clock.';
comment on column workflow.clock is 'calendar | business.';
comment on column workflow.max_minutes is 'Longer units are winsorised; null = no limit.';
comment on column workflow.applies_to is 'Filters: repos, pr_class, exclude_labels, size.';
comment on column workflow.baseline_weeks is 'Whole weeks before landing.';
comment on column workflow.washout_days is 'Days after landing that are dropped.';

create table workflow_tool (
  workflow_id text not null,
  tool_id text not null references tool,
  measure text not null default 'invocations' check (measure in ('invocations', 'active_days', 'accepted_lines')),
  usage_window text not null default 'trailing_30d' check (usage_window in ('trailing_30d', 'same_week', 'prior_30d')),
  low_min double precision not null default 1,
  high_min double precision not null default 3,
  features text[] not null default '{}',
  primary key (workflow_id, tool_id)
);
comment on table workflow_tool is 'Which tool counts in which workflow, and its usage bands.';
comment on column workflow_tool.workflow_id is 'Workflow.';
comment on column workflow_tool.tool_id is 'Tool.';
comment on column workflow_tool.measure is 'What a use is.';
comment on column workflow_tool.usage_window is 'Window of uses that decides the band.';
comment on column workflow_tool.low_min is 'Least uses for low.';
comment on column workflow_tool.high_min is 'Least uses for high.';
comment on column workflow_tool.features is 'Features of the tool that belong to the workflow; empty = all.';

-- ---------------------------------------------------------------- derived facts (pure functions of the above)

create table change_fact (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  merged_at timestamptz not null,
  first_commit_at timestamptz,
  created_at timestamptz,
  first_ready_at timestamptz,
  title text not null,
  web_url text,
  merge_sha text,
  service_id text not null,
  team_id text not null,
  author_kind text not null,
  responsible_id text,
  seniority text not null,
  pr_class text not null,
  class_method text not null,
  is_class_ambiguous boolean not null default false,
  code_source text not null check (code_source in ('human', 'ai_assisted', 'ai_heavy', 'unknown')),
  is_agent_authored boolean not null default false,
  ai_share double precision,
  ai_share_lo double precision,
  ai_share_hi double precision,
  is_certain boolean not null default false,
  has_conflict boolean not null default false,
  is_assumed boolean not null default false,
  confidence double precision,
  grade smallint not null default 0,
  method text not null,
  tools text[] not null default '{}',
  commit_count integer not null,
  effective_added integer,
  effective_deleted integer,
  size text not null,
  zone text not null default 'unknown',
  reverted_at timestamptz,
  revert_change_key text,
  revert_method text,
  is_reapplied boolean not null default false,
  deployment_id bigint,
  deployed_at timestamptz,
  primary key (repo_id, change_id)
);
comment on table change_fact is 'Everything a metric asks of a merged change: one row per merged change. Dimensions are as of merged_at.';
comment on column change_fact.repo_id is 'Repository.';
comment on column change_fact.change_id is 'Change (change.change_id).';
comment on column change_fact.change_key is 'Number or sha.';
comment on column change_fact.merged_at is 'When it reached the default branch.';
comment on column change_fact.first_commit_at is 'Earliest author time of its commits; null = unknown.';
comment on column change_fact.created_at is 'Opened; null = not known.';
comment on column change_fact.first_ready_at is 'First ready for review; null = not known.';
comment on column change_fact.title is 'Title.';
comment on column change_fact.web_url is 'Page; null = none.';
comment on column change_fact.merge_sha is 'First-parent commit.';
comment on column change_fact.service_id is 'Service of the repository, or its slug where none is configured.';
comment on column change_fact.team_id is 'Team of the responsible human at merged_at, else the owner team, else unknown.';
comment on column change_fact.author_kind is 'human | ai_agent | automation.';
comment on column change_fact.responsible_id is 'Human who counts for k (author, or requester of an agent); null = none known. Never shown.';
comment on column change_fact.seniority is 'junior | mid | senior | unknown.';
comment on column change_fact.pr_class is 'feature | bugfix | refactor | chore | docs | test | revert | unknown.';
comment on column change_fact.class_method is 'revert | label | conventional | issue | branch | files | none.';
comment on column change_fact.is_class_ambiguous is 'Two labels of different classes.';
comment on column change_fact.code_source is 'human | ai_assisted | ai_heavy | unknown. Unmarked is unknown, not human.';
comment on column change_fact.is_agent_authored is 'An agent account is the author.';
comment on column change_fact.ai_share is 'AI share of effective added lines, 0..1; null = unknown.';
comment on column change_fact.ai_share_lo is 'Least share the evidence allows; null = unknown.';
comment on column change_fact.ai_share_hi is 'Largest share the evidence allows; null = unknown.';
comment on column change_fact.is_certain is 'The interval lies on one side of 0 and of the heavy threshold.';
comment on column change_fact.has_conflict is 'Signals of different grade disagree.';
comment on column change_fact.is_assumed is 'Human only because of assume_unmarked: human; shown as a status.';
comment on column change_fact.confidence is 'Confidence of the class, 0..1; null = unknown.';
comment on column change_fact.grade is 'Signal grade that decided, 0..4.';
comment on column change_fact.method is 'Rule that decided, e.g. trailer, agent_author, git_ai_note, override, human_before, none.';
comment on column change_fact.tools is 'Tools named by the evidence.';
comment on column change_fact.commit_count is 'Own commits.';
comment on column change_fact.effective_added is 'Effective lines added; null = not measured.';
comment on column change_fact.effective_deleted is 'Effective lines deleted; null = not measured.';
comment on column change_fact.size is 'XS | S | M | L | XL | unknown (effective added + deleted: <10, <50, <200, <500).';
comment on column change_fact.zone is 'green | yellow | red | unknown.';
comment on column change_fact.reverted_at is 'First revert; null = not reverted.';
comment on column change_fact.revert_change_key is 'The reverting change; null = not reverted.';
comment on column change_fact.revert_method is 'How the revert was found; null = not reverted.';
comment on column change_fact.is_reapplied is 'The revert was reverted.';
comment on column change_fact.deployment_id is 'First successful production deployment that contains it; null = not deployed or not measurable.';
comment on column change_fact.deployed_at is 'finished_at of that deployment; null likewise.';
create index change_fact_merged on change_fact (merged_at);

create table deployment_fact (
  deployment_id bigint primary key,
  service_id text not null,
  environment text not null,
  repo_id integer,
  team_id text not null,
  finished_at timestamptz not null,
  kind text not null,
  is_first_of_service boolean not null,
  is_failed boolean not null,
  failure_methods text[] not null default '{}',
  is_rework boolean not null,
  recovered_at timestamptz,
  recovery_basis text,
  cause_change_id bigint,
  cause_method text,
  fixed_change_id bigint,
  change_count integer not null,
  sources text[] not null default '{}'
);
comment on table deployment_fact is 'One row per successful production deployment after merging retries (same service, environment and sha within 10 minutes).';
comment on column deployment_fact.deployment_id is 'Representative deployment.';
comment on column deployment_fact.service_id is 'Service.';
comment on column deployment_fact.environment is 'Environment.';
comment on column deployment_fact.repo_id is 'Repository; null = unknown.';
comment on column deployment_fact.team_id is 'Owning team, or unknown.';
comment on column deployment_fact.finished_at is 'Last finish among the merged retries.';
comment on column deployment_fact.kind is 'planned | rollback | hotfix | unknown.';
comment on column deployment_fact.is_first_of_service is 'First known deployment of the service: it has no change set.';
comment on column deployment_fact.is_failed is 'Change failure: linked incident, rolled back, hot-fixed or degraded.';
comment on column deployment_fact.failure_methods is 'How failures were linked: explicit | mention | rollback | hotfix | time_window | degraded.';
comment on column deployment_fact.is_rework is 'Unplanned deployment because of a user-visible problem.';
comment on column deployment_fact.recovered_at is 'Recovery of a failed deployment; null = open or not failed.';
comment on column deployment_fact.recovery_basis is 'incident | rollback | hotfix; null = not recovered.';
comment on column deployment_fact.cause_change_id is 'Change that caused the failure; null = unknown.';
comment on column deployment_fact.cause_method is 'explicit | fix_blame | sole_change; null = unknown.';
comment on column deployment_fact.fixed_change_id is 'For rework: the change being fixed; null = unknown.';
comment on column deployment_fact.change_count is 'Changes it shipped; 0 = config or first of service.';
comment on column deployment_fact.sources is 'Distinct code sources of its changes.';
create index deployment_fact_finished on deployment_fact (finished_at);

create table deployment_change (
  deployment_id bigint not null,
  repo_id integer not null,
  change_id bigint not null,
  primary key (deployment_id, change_id)
);
comment on table deployment_change is 'Changes first shipped by a deployment: merge commits reachable from its sha and not from the previous deployment.';
comment on column deployment_change.deployment_id is 'Deployment.';
comment on column deployment_change.repo_id is 'Repository.';
comment on column deployment_change.change_id is 'Change.';
create index deployment_change_change on deployment_change (change_id);

create table incident_link (
  incident_id bigint primary key,
  deployment_id bigint,
  change_id bigint,
  method text not null,
  confidence double precision,
  cause_method text,
  cause_confidence double precision
);
comment on table incident_link is 'One row per incident: the deployment and change it is linked to, or unlinked.';
comment on column incident_link.incident_id is 'Incident.';
comment on column incident_link.deployment_id is 'Deployment; null = unlinked.';
comment on column incident_link.change_id is 'Cause change; null = unknown.';
comment on column incident_link.method is 'explicit | mention | rollback | time_window | unlinked.';
comment on column incident_link.confidence is '0..1; null = unlinked.';
comment on column incident_link.cause_method is 'explicit | fix_blame | sole_change; null = unknown.';
comment on column incident_link.cause_confidence is '0..1; null = unknown.';

create table workflow_completion (
  workflow_id text not null,
  workflow_version integer not null,
  unit_key text not null,
  person_id text,
  repo_id integer not null,
  change_id bigint,
  started_at timestamptz,
  ended_at timestamptz not null,
  minutes double precision,
  business_minutes double precision,
  status text not null check (status in ('ok', 'bad_order', 'no_start', 'abandoned')),
  is_winsorised boolean not null default false,
  pr_class text not null,
  code_source text not null,
  zone text not null,
  size text not null,
  team_id text not null,
  seniority text not null,
  primary key (repo_id, workflow_id, workflow_version, unit_key)
);
comment on table workflow_completion is 'One row per completed unit of a workflow; rejected and abandoned units are kept with their status so that they can be counted.';
comment on column workflow_completion.workflow_id is 'Workflow.';
comment on column workflow_completion.workflow_version is 'Version of the definition that applied at the end.';
comment on column workflow_completion.unit_key is 'change_key, or change_key/reviewer.';
comment on column workflow_completion.person_id is 'Actor whose tool use counts; null = none known.';
comment on column workflow_completion.repo_id is 'Repository.';
comment on column workflow_completion.change_id is 'Change; null = other unit.';
comment on column workflow_completion.started_at is 'Start; null = no_start.';
comment on column workflow_completion.ended_at is 'End.';
comment on column workflow_completion.minutes is 'Calendar minutes, winsorised; null unless ok.';
comment on column workflow_completion.business_minutes is 'Business minutes, winsorised; null unless ok.';
comment on column workflow_completion.status is 'ok | bad_order | no_start | abandoned.';
comment on column workflow_completion.is_winsorised is 'Cut at the workflow''s max.';
comment on column workflow_completion.pr_class is 'As change_fact.';
comment on column workflow_completion.code_source is 'As change_fact.';
comment on column workflow_completion.zone is 'As change_fact.';
comment on column workflow_completion.size is 'As change_fact.';
comment on column workflow_completion.team_id is 'Team of the actor at the end.';
comment on column workflow_completion.seniority is 'Seniority of the actor at the end.';
create index workflow_completion_ended on workflow_completion (workflow_id, ended_at);

-- ---------------------------------------------------------------- operations

create table stream_state (
  stream_id text primary key,
  cursor jsonb,
  watermark timestamptz,
  last_run_at timestamptz,
  last_ok_at timestamptz,
  last_error text,
  row_count bigint not null default 0,
  skipped_count bigint not null default 0
);
comment on table stream_state is 'One row per stream: cursor, watermark and health. Written in the transaction of the rows.';
comment on column stream_state.stream_id is 'connector/stream/scope, e.g. git/history/acme/shop.';
comment on column stream_state.cursor is 'Where the next pull starts; null = from the beginning. Not granted to the reader.';
comment on column stream_state.watermark is 'Data is complete up to here; null = nothing yet.';
comment on column stream_state.last_run_at is 'Last attempt; null = never.';
comment on column stream_state.last_ok_at is 'Last success; null = never.';
comment on column stream_state.last_error is 'Last error message, without secrets; null = last run was ok.';
comment on column stream_state.row_count is 'Rows written so far.';
comment on column stream_state.skipped_count is 'Inputs skipped so far.';

create table skipped (
  stream_id text not null,
  item text not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (stream_id, item)
);
comment on table skipped is 'Inputs that were skipped or rejected, with the reason: one row per stream and item.';
comment on column skipped.stream_id is 'Stream.';
comment on column skipped.item is 'What was skipped (sha path, row line, note).';
comment on column skipped.reason is 'Why, in words.';
comment on column skipped.at is 'When first seen.';

create table dirty (
  kind text not null,
  repo_id integer not null,
  item text not null,
  primary key (kind, repo_id, item)
);
comment on table dirty is 'Work list of the derive step: what changed since the last derivation. Not granted to the reader.';
comment on column dirty.kind is 'change | lines | deployment | incident | usage | identity.';
comment on column dirty.repo_id is 'Repository; 0 = none.';
comment on column dirty.item is 'change_key, service, person or *.';

grant usage on schema public to throughline_reader;
grant select on all tables in schema public to throughline_reader;
revoke all on secret, dirty, account, stream_state, live_file from throughline_reader;
grant select (account_id, provider, kind, person_id, method, confidence, has_conflict) on account to throughline_reader;
grant select (stream_id, watermark, last_run_at, last_ok_at, last_error, row_count, skipped_count) on stream_state to throughline_reader;
