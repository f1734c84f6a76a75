-- Written by `npm run schema` from the migrated store; do not edit. This is the contract between collector and plugin.

create table throughline_migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now(),
  primary key (name)
);
comment on table throughline_migration is 'One row per migration that was applied to this store.';
comment on column throughline_migration.name is 'File name without its ending.';
comment on column throughline_migration.sha256 is 'Digest of the file when it was applied; a file is never edited after release.';
comment on column throughline_migration.applied_at is 'When it was applied.';
grant select on throughline_migration to throughline_reader;

create table setting (
  key text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now(),
  primary key (key)
);
comment on table setting is 'One row per key: what panels need of the organisation''s settings (default_tz, week start, AI thresholds, link window, min_n, k). No secrets.';
comment on column setting.key is 'Setting name, dotted, e.g. default_tz.';
comment on column setting.value is 'JSON value as resolved from throughline.yaml or the default.';
comment on column setting.updated_at is 'When the collector last wrote it.';
grant select on setting to throughline_reader;

create table secret (
  key text not null,
  value text not null,
  primary key (key)
);
comment on table secret is 'One row per key: secrets of this install (person_hmac: the key of pseudonyms, replaced by person --rotate-key; erased_hmac: the key of table erased). Never granted to the reader role.';
comment on column secret.key is 'Secret name, e.g. person_hmac.';
comment on column secret.value is 'Secret value, hex.';

create table stream_state (
  stream_id text not null,
  cursor jsonb,
  watermark timestamp with time zone,
  last_run_at timestamp with time zone,
  last_ok_at timestamp with time zone,
  last_seconds double precision,
  last_error text,
  row_count bigint not null default 0,
  skipped_count bigint not null default 0,
  run_done double precision,
  run_total double precision,
  run_unit text,
  alive_at timestamp with time zone,
  asked_at timestamp with time zone,
  primary key (stream_id)
);
comment on table stream_state is 'One row per stream: cursor, watermark and health. Written in the transaction of the rows.';
comment on column stream_state.stream_id is 'connector/stream/scope, e.g. git/history/acme/shop.';
comment on column stream_state.cursor is 'Where the next pull starts; null = from the beginning. Not granted to the reader.';
comment on column stream_state.watermark is 'Data is complete up to here; null = nothing yet.';
comment on column stream_state.last_run_at is 'Last attempt; null = never.';
comment on column stream_state.last_ok_at is 'Last success; null = never.';
comment on column stream_state.last_seconds is 'How long the last success took; null = never. Not granted to the reader.';
comment on column stream_state.last_error is 'Last error message, without secrets; null = last run was ok.';
comment on column stream_state.row_count is 'Rows written so far.';
comment on column stream_state.skipped_count is 'Inputs skipped so far.';
comment on column stream_state.run_done is 'Units that the run under way has done; null = no run is under way, or it has told nothing yet.';
comment on column stream_state.run_total is 'Units that the run under way has to do; null = no run is under way, or the source does not say.';
comment on column stream_state.run_unit is 'What the run under way counts, e.g. commits; null as run_done.';
comment on column stream_state.alive_at is 'Last sign of life of a run, at least every half minute while one is under way; null = none was long enough to give one.';
comment on column stream_state.asked_at is 'When a push last told that its source has something new to read; null = none did. Not granted to the reader.';
grant select (alive_at, last_error, last_ok_at, last_run_at, row_count, run_done, run_total, run_unit, skipped_count, stream_id, watermark) on stream_state to throughline_reader;

create table skipped (
  stream_id text not null,
  item text not null,
  reason text not null,
  at timestamp with time zone not null default now(),
  primary key (stream_id, item)
);
comment on table skipped is 'One row per stream and item: inputs that were skipped or rejected, with the reason.';
comment on column skipped.stream_id is 'Stream.';
comment on column skipped.item is 'What was skipped (sha path, row line, note).';
comment on column skipped.reason is 'Why, in words.';
comment on column skipped.at is 'When first seen.';

create table unknown_name (
  stream_id text not null,
  kind text not null,
  tool text not null default ''::text,
  name text not null default ''::text,
  version text,
  attributes text[] not null default '{}'::text[],
  entries bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  primary key (stream_id, kind, tool, name),
  check ((kind = any (array['metric'::text, 'event'::text, 'span'::text, 'value'::text])))
);
comment on table unknown_name is 'One row per stream, kind, tool and name that a sender of telemetry gave and that no table of ours has: counted, never guessed. Names by their form alone, never a value; at most 500 of a stream, what comes beyond is counted together. Those that did not come for 90 days are gone.';
comment on column unknown_name.stream_id is 'Push that received it.';
comment on column unknown_name.kind is 'metric | event | span | value (of an attribute, which the name says, of a metric that is known).';
comment on column unknown_name.tool is 'Tool, or the service that sends where no tool is known by that name; '''' = it is not said, or names beyond those that are told apart.';
comment on column unknown_name.name is 'Name; '''' = none that has the form of one, or names beyond those that are told apart.';
comment on column unknown_name.version is 'Version of the service as of last_at; null = it does not say.';
comment on column unknown_name.attributes is 'Names of attributes that came with it, the first 20.';
comment on column unknown_name.entries is 'How many came: points, records, spans.';
comment on column unknown_name.first_at is 'When the first was received.';
comment on column unknown_name.last_at is 'When the last was received.';
grant select on unknown_name to throughline_reader;

create table inbox (
  source text not null,
  delivery_id text not null,
  received_at timestamp with time zone not null default clock_timestamp(),
  digest text not null,
  headers jsonb not null default '{}'::jsonb,
  body bytea,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  error text,
  worked_at timestamp with time zone,
  primary key (source, delivery_id),
  check ((state = any (array['waiting'::text, 'done'::text, 'quarantined'::text, 'dropped'::text])))
);
comment on table inbox is 'One row per delivery that a source sent and that was verified. Written before it is answered, worked off by the queue. Not granted to the reader.';
comment on column inbox.source is 'Push that received it: connector/push.';
comment on column inbox.delivery_id is 'Id that the sender gave it, else the digest of its body: what is sent again is one delivery. An entry that is not understood goes by the digest of itself.';
comment on column inbox.received_at is 'When it came.';
comment on column inbox.digest is 'Digest of the body: one id for two bodies is refused.';
comment on column inbox.headers is 'The headers that the connector reads; never a credential.';
comment on column inbox.body is 'Body, decompressed, known secrets masked; null = worked off or dropped, only the id is kept.';
comment on column inbox.state is 'waiting | done | quarantined (it could not be worked off and holds up nothing) | dropped (it was quarantined, and more than may wait were).';
comment on column inbox.attempts is 'How often it was tried.';
comment on column inbox.error is 'Why the last try failed, without secrets; null = it did not.';
comment on column inbox.worked_at is 'When it was worked off or quarantined; null = waiting.';
create index inbox_waiting on inbox using btree (received_at) where (state = 'waiting'::text);
create index inbox_worked on inbox using btree (worked_at) where (state <> 'waiting'::text);

create table rate_budget (
  budget text not null,
  window_started_at timestamp with time zone not null,
  used_count integer not null,
  allowed_count integer not null,
  blocked_until timestamp with time zone,
  primary key (budget)
);
comment on table rate_budget is 'One row per source and credential: requests of the running window, counted by all collector processes together. Not granted to the reader.';
comment on column rate_budget.budget is 'Connector and a digest of host and credential, e.g. github/1f0a…; the credential cannot be read from it.';
comment on column rate_budget.window_started_at is 'First request of the running window.';
comment on column rate_budget.used_count is 'Requests since then.';
comment on column rate_budget.allowed_count is 'Requests that a window allows.';
comment on column rate_budget.blocked_until is 'The source asked to be left alone until then; null = it did not.';

create table found_scope (
  stream_id text not null,
  name text not null,
  repository text,
  url text,
  details jsonb,
  found_at timestamp with time zone not null default now(),
  primary key (stream_id, name)
);
comment on table found_scope is 'One row per scope that a stream found at its source, e.g. a repository of an organisation. Not granted to the reader.';
comment on column found_scope.stream_id is 'Stream that found it: connector/stream/scope.';
comment on column found_scope.name is 'Name in stream ids.';
comment on column found_scope.repository is 'Slug of the repository that it is; null = it is none.';
comment on column found_scope.url is 'Remote to read its history from; null = its history is not read.';
comment on column found_scope.details is 'What the connector needs to read it (ids at the source); null = nothing.';
comment on column found_scope.found_at is 'First found.';

create table person (
  person_id text not null,
  kind text not null,
  experience_start date,
  first_seen_at timestamp with time zone,
  source_key text,
  primary key (person_id),
  check ((kind = any (array['human'::text, 'ai_agent'::text, 'automation'::text])))
);
comment on table person is 'One row per actor after identity resolution. person_id is a pseudonym.';
comment on column person.person_id is 'First 16 hex digits of HMAC-SHA256(key of pseudonyms, person key).';
comment on column person.kind is 'human | ai_agent | automation. Only humans count towards k.';
comment on column person.experience_start is 'Start of professional experience; null = unknown, seniority then is unknown.';
comment on column person.first_seen_at is 'Earliest activity; null = never active.';
comment on column person.source_key is 'Person key, folded: person_key of people.csv, else an address or login; input of the pseudonym, also under the next key. Null = a random pseudonym that nothing leads to. Not granted to the reader.';
grant select (kind, person_id) on person to throughline_reader;

create table account (
  account_id text not null,
  provider text not null,
  login text,
  email text,
  external_id text,
  display_name text,
  kind text not null default 'human'::text,
  person_id text,
  method text,
  confidence double precision,
  has_conflict boolean not null default false,
  links text[],
  source_key text,
  trust smallint not null default 2,
  is_said boolean not null default false,
  primary key (account_id),
  foreign key (person_id) references person(person_id),
  check (((trust >= 0) and (trust <= 2))),
  check ((kind = any (array['human'::text, 'ai_agent'::text, 'automation'::text])))
);
comment on table account is 'One row per account of a provider (git address, GitHub login, tool seat). The only table with columns for e-mail addresses; files may bring others in extra of membership and tool_day.';
comment on column account.account_id is 'provider:digest, digest = first 16 hex of HMAC-SHA256(key of pseudonyms, folded address or login).';
comment on column account.provider is 'git | github | csv | copilot | cursor | claude-code | …';
comment on column account.login is 'Login at the provider; null = none. Not granted to the reader.';
comment on column account.email is 'Address, lower case; null = none. Not granted to the reader.';
comment on column account.external_id is 'Number at the provider, which stays when a login is renamed; of an address: the number of the forge account that verified it. Null = none. Not granted to the reader.';
comment on column account.display_name is 'Name at the provider; null = none. Not granted to the reader.';
comment on column account.kind is 'Kind by account rules (known agents, bots).';
comment on column account.person_id is 'Resolved person, of an address that changed hands the last one; null = not joined yet, or nobody''s: shared, or claimed by two people.';
comment on column account.method is 'How the account was joined: mapping | people_file | sso | verified_email | noreply_id | same_namespace | self; null = nobody''s.';
comment on column account.confidence is 'Confidence of the join, 0..1; null = not joined.';
comment on column account.has_conflict is 'Two persons claim this address; then neither is merged.';
comment on column account.links is 'All by which it can be the same person''s as another account (address, login, number, entry of the mapping), as the last derivation saw it: who has one in common is looked at together; null = not looked at yet. Not granted to the reader.';
comment on column account.source_key is 'What the provider knows the account by, folded: address, login or number; input of the pseudonym, also under the next key. Null = a random pseudonym that nothing leads to. Not granted to the reader.';
comment on column account.trust is 'Whose word the row is: 2 = of a source that was asked (git, forge, directory, file) | 1 = only sent here (telemetry, POST /ingest) | 0 = only sent with a token that is bound to organisations. Less never changes what more says; below 2 it joins no two addresses and nobody is found by it.';
comment on column account.is_said is 'accounts of throughline.yaml says what it is: nobody else guesses.';
create index account_links on account using gin (links);
create index account_person_id on account using btree (person_id);
grant select (account_id, has_conflict, kind, person_id, provider) on account to throughline_reader;

create table account_claim (
  account_id text not null,
  person_id text not null,
  source text not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  primary key (account_id, person_id, source, valid_from),
  foreign key (person_id) references person(person_id)
);
comment on table account_claim is 'One row per account, person and start: whose an account is, as people.csv says. Not granted to the reader.';
comment on column account_claim.account_id is 'Account.';
comment on column account_claim.person_id is 'Person.';
comment on column account_claim.source is 'Who says so: people.csv | demo.';
comment on column account_claim.valid_from is 'From when on; counts only where two people claim the account.';
comment on column account_claim.valid_to is 'Until when, exclusive; null = still.';

create table account_join (
  account_id text not null,
  version integer not null,
  person_id text not null,
  valid_from timestamp with time zone not null default '-infinity'::timestamp with time zone,
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone,
  method text not null,
  confidence double precision not null,
  since timestamp with time zone not null default now(),
  until timestamp with time zone,
  primary key (account_id, version, valid_from)
);
comment on table account_join is 'One row per decision whose an account is (several where it changed hands), kept when another one takes its place: what was joined, how, and from when to when that held. Not granted to the reader.';
comment on column account_join.account_id is 'Account.';
comment on column account_join.version is 'Counts the decisions on the account, from 1.';
comment on column account_join.person_id is 'Person.';
comment on column account_join.valid_from is 'First instant at which the account was the person''s; -infinity = always was.';
comment on column account_join.valid_to is 'End of that, exclusive; infinity = still is.';
comment on column account_join.method is 'As account.method.';
comment on column account_join.confidence is 'Confidence, 0..1.';
comment on column account_join.since is 'When it was decided.';
comment on column account_join.until is 'When it was decided otherwise; null = it holds.';
create index account_join_person on account_join using btree (person_id) where (until is null);

create view account_person as
 select account_id,
    person_id,
    valid_from,
    valid_to
   from account_join
  where until is null;
comment on view account_person is 'One row per account, person and span of time: whose an account was when.';
comment on column account_person.account_id is 'Account.';
comment on column account_person.person_id is 'Person.';
comment on column account_person.valid_from is 'Start, inclusive; -infinity = always was.';
comment on column account_person.valid_to is 'End, exclusive; infinity = still is.';

create table erased (
  digest text not null,
  at timestamp with time zone not null default now(),
  primary key (digest)
);
comment on table erased is 'One row per address, login, name or pseudonym of somebody who was erased: what names one of them later is written as nobody''s. Not granted to the reader.';
comment on column erased.digest is 'First 32 hex digits of HMAC-SHA256(erased_hmac, what it stands for), of a pseudonym under the key of pseudonyms; nothing can be read from it.';
comment on column erased.at is 'When the person was erased.';

create table evidence_opening (
  opening_no bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  org_id bigint not null,
  who text not null,
  role text not null,
  asked jsonb not null,
  rows integer not null,
  primary key (opening_no)
);
comment on table evidence_opening is 'One row per time that somebody was shown rows behind numbers. Panels add rows by note_evidence_opened and can neither change nor remove one.';
comment on column evidence_opening.opening_no is 'Counts up.';
comment on column evidence_opening.at is 'When, by the clock of the store.';
comment on column evidence_opening.org_id is 'Number of the organisation in Grafana.';
comment on column evidence_opening.who is 'Login in Grafana, as it says itself; of an assistant "assistant".';
comment on column evidence_opening.role is 'Role in Grafana then: Viewer | Editor | Admin; '''' = not Grafana.';
comment on column evidence_opening.asked is 'What for: mode, params that are not their defaults, filters, from, to.';
comment on column evidence_opening.rows is 'How many rows were shown.';
create index evidence_opening_at on evidence_opening using btree (at);
grant select on evidence_opening to throughline_reader;

create table team (
  team_id text not null,
  title text not null,
  parent_team_id text,
  cost_center text,
  time_zone text,
  source text not null default 'config'::text,
  extra jsonb,
  primary key (team_id)
);
comment on table team is 'One row per team.';
comment on column team.team_id is 'Stable slug.';
comment on column team.title is 'Name shown.';
comment on column team.parent_team_id is 'Parent team; null = top level.';
comment on column team.cost_center is 'Cost centre; null = none.';
comment on column team.time_zone is 'IANA zone of the team calendar; null = organisation default.';
comment on column team.source is 'Who wrote the row: config | csv | demo.';
comment on column team.extra is 'Columns of teams.csv that nobody knows: header → cell as written; null = none.';
grant select on team to throughline_reader;

create table membership (
  person_id text not null,
  team_id text not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  is_primary boolean not null default true,
  role text,
  source text not null default 'given'::text,
  extra jsonb,
  primary key (person_id, team_id, valid_from),
  foreign key (person_id) references person(person_id),
  foreign key (team_id) references team(team_id)
);
comment on table membership is 'One row per person, team and start: who was in which team, and when.';
comment on column membership.person_id is 'Member.';
comment on column membership.team_id is 'Team.';
comment on column membership.valid_from is 'Start, inclusive.';
comment on column membership.valid_to is 'End, exclusive; null = still a member.';
comment on column membership.is_primary is 'The primary team owns the person''s changes.';
comment on column membership.role is 'Role text; null = unknown.';
comment on column membership.source is 'given (people.csv, configuration) | account (follows from team_account; only for people of whom nothing is given).';
comment on column membership.extra is 'Columns of people.csv that nobody knows: header → cell as written, may hold names and addresses; null = none. Not granted to the reader.';
grant select (is_primary, person_id, team_id, valid_from, valid_to) on membership to throughline_reader;

create table team_account (
  account_id text not null,
  team_id text not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  is_primary boolean not null default false,
  role text,
  primary key (account_id, team_id, valid_from),
  foreign key (team_id) references team(team_id)
);
comment on table team_account is 'One row per account, team and start: teams as a forge has them. Memberships of people follow from it.';
comment on column team_account.account_id is 'Account of the member.';
comment on column team_account.team_id is 'Team.';
comment on column team_account.valid_from is 'Start, inclusive; the first look at a team counts for all time before it, for a forge tells no history.';
comment on column team_account.valid_to is 'End, exclusive: when the member was first missed; null = still a member.';
comment on column team_account.is_primary is 'The smallest of the account''s teams owns the person''s changes.';
comment on column team_account.role is 'member | maintainer; null = unknown.';

create table service (
  service_id text not null,
  title text not null,
  primary key (service_id)
);
comment on table service is 'One row per deployable service.';
comment on column service.service_id is 'Stable slug.';
comment on column service.title is 'Name shown.';
grant select on service to throughline_reader;

create table repo (
  repo_id integer not null generated always as identity,
  slug text not null,
  service_id text,
  owner_team_id text,
  owner_history jsonb,
  default_branch text,
  web_url text,
  known_from timestamp with time zone,
  observed_until timestamp with time zone,
  tip_sha text,
  external_id text,
  is_archived boolean not null default false,
  parent_slug text,
  squash_message text,
  marking text,
  changes_known_from timestamp with time zone,
  deployments_known_from timestamp with time zone,
  gone_at timestamp with time zone,
  primary key (repo_id),
  unique (slug),
  foreign key (owner_team_id) references team(team_id),
  foreign key (service_id) references service(service_id),
  check ((marking = any (array['on'::text, 'off'::text, 'forbidden'::text])))
);
comment on table repo is 'One row per repository.';
comment on column repo.repo_id is 'Surrogate key, carried by every large table.';
comment on column repo.slug is 'owner/name, or the folder name of a local clone.';
comment on column repo.service_id is 'Service that the repository builds; null = none configured.';
comment on column repo.owner_team_id is 'Team that owns it now; null = unknown.';
comment on column repo.owner_history is 'Teams that owned it by CODEOWNERS on the default branch: instant (ISO 8601, UTC) to team_id (null = nobody), each until the next, nobody before the first. Null = not known, or the configuration names the team: owner_team_id counts for all time.';
comment on column repo.default_branch is 'Branch whose first-parent history is measured; null = not read yet.';
comment on column repo.web_url is 'Base URL of the forge; null = no links.';
comment on column repo.known_from is 'History is complete from here on (shallow clones start late); null = complete.';
comment on column repo.observed_until is 'Committer time of the last analysed first-parent commit: the censoring time of every line; null = nothing analysed.';
comment on column repo.tip_sha is 'Last analysed commit of the default branch; null = nothing analysed.';
comment on column repo.external_id is 'Number at the forge, which stays when it is renamed or transferred; null = not read from a forge.';
comment on column repo.is_archived is 'Archived at the forge: nothing changes any more.';
comment on column repo.parent_slug is 'Repository that it is a fork of; null = none, or not known.';
comment on column repo.squash_message is 'What the forge writes into a squash: blank | pr_body | commit_messages. Trailers of the original commits survive only with commit_messages. Null = not known.';
comment on column repo.marking is 'Whether tools are to sign what they write there: on | off (their settings switch it off) | forbidden (a rule of the house). Null = not known.';
comment on column repo.changes_known_from is 'Pull requests are read from the forge back to here; null = none are.';
comment on column repo.deployments_known_from is 'Deployments are read from the forge back to here, older ones are left out; null = none are left out.';
comment on column repo.gone_at is 'When the forge was first asked in vain for it (deleted, or the token lost its right); null = it is there. What is known stays.';
grant select (known_from, marking, observed_until, owner_team_id, repo_id, service_id, slug, squash_message) on repo to throughline_reader;

create table calendar_event (
  event_no integer not null,
  kind text not null,
  title text not null,
  description text,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  team_id text,
  primary key (event_no),
  check (((ended_at is null) or (ended_at >= started_at))),
  check ((kind = any (array['policy'::text, 'experiment'::text])))
);
comment on table calendar_event is 'One row per policy change or experiment window of throughline.yaml (events), as written there; nothing is inferred.';
comment on column calendar_event.event_no is 'Position in the configuration, from 1.';
comment on column calendar_event.kind is 'policy (a rule of work changed) | experiment (something was tried for a time).';
comment on column calendar_event.title is 'What a reader of a panel sees.';
comment on column calendar_event.description is 'More about it; null = nothing more.';
comment on column calendar_event.started_at is 'Midnight of the first day in the configured time zone.';
comment on column calendar_event.ended_at is 'Midnight after the last day in the configured time zone; null = an instant (policy) or still running (experiment).';
comment on column calendar_event.team_id is 'Team that it concerns; null = everyone.';
grant select on calendar_event to throughline_reader;

create table git_commit (
  repo_id integer not null,
  commit_no integer not null,
  sha text not null,
  parents text[] not null,
  author_account_id text,
  committer_account_id text,
  authored_at timestamp with time zone not null,
  committed_at timestamp with time zone not null,
  reached_at timestamp with time zone,
  change_key text,
  subject text not null,
  is_merge boolean not null default false,
  is_on_default boolean not null default true,
  added integer,
  deleted integer,
  effective_added integer,
  effective_deleted integer,
  file_kinds text[] not null default '{}'::text[],
  attested_digest text,
  request_number integer,
  primary key (repo_id, commit_no),
  unique (repo_id, sha),
  foreign key (repo_id) references repo(repo_id)
);
comment on table git_commit is 'One row per commit reachable from the default branch, and per original commit of a squashed change.';
comment on column git_commit.repo_id is 'Repository.';
comment on column git_commit.commit_no is 'Ordinal within the repository, assigned once, never reused: the order of reading, which is not that of time.';
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
comment on column git_commit.attested_digest is 'Digest of the valid line attestations under which its lines were read (lifetimes); another one now = they are read again. Null = none then, or its lines were not read yet.';
comment on column git_commit.request_number is 'Pull request that a forge says it belongs to; of several the first. It decides change_key, whatever was concluded from git. Null = no forge has said.';
create index git_commit_author on git_commit using btree (author_account_id, authored_at);
create index git_commit_change on git_commit using btree (repo_id, change_key) include (author_account_id);
create index git_commit_time on git_commit using btree (repo_id, committed_at);

create table change (
  repo_id integer not null,
  change_id bigint not null default nextval('change_id_seq'::regclass),
  change_key text not null,
  kind text not null,
  title text not null,
  branch text,
  labels text[] not null default '{}'::text[],
  linked_issue_types text[] not null default '{}'::text[],
  author_account_id text,
  requester_account_id text,
  created_at timestamp with time zone,
  first_ready_at timestamp with time zone,
  first_commit_at timestamp with time zone,
  merged_at timestamp with time zone,
  closed_at timestamp with time zone,
  merge_sha text,
  head_sha text,
  base_branch text,
  merge_method text,
  is_draft boolean,
  added integer,
  deleted integer,
  linked_issues text[],
  explanation smallint,
  web_url text,
  source text not null,
  source_rank smallint not null default 0,
  state_order text,
  primary key (repo_id, change_key),
  unique (repo_id, change_id),
  foreign key (repo_id) references repo(repo_id),
  check (((explanation >= 0) and (explanation <= 5))),
  check ((kind = any (array['merge'::text, 'squash'::text, 'direct'::text, 'pull_request'::text])))
);
comment on table change is 'One row per change (pull/merge request, or a first-parent commit where none is known).';
comment on column change.repo_id is 'Repository.';
comment on column change.change_id is 'Surrogate key used by derived tables, given once by the store from a sequence: one number, one change.';
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
comment on column change.base_branch is 'Branch that it was to be merged into; null = not known from git.';
comment on column change.merge_method is 'merge | squash | rebase; null = not merged, or not known.';
comment on column change.is_draft is 'It is a draft now; null = not known from git.';
comment on column change.added is 'Lines added as the forge counts them (all, not effective ones); null = not known.';
comment on column change.deleted is 'Lines deleted as the forge counts them; null = not known.';
comment on column change.linked_issues is 'Issues that it closes, as issue.external_id of the same source; null = not known.';
comment on column change.explanation is 'How well its text explains it, by its form alone: one point each for 80 characters beside the template, a why, how it was tested, risks or a way back, and an issue that it closes. Null = not known; the text itself is not kept.';
comment on column change.web_url is 'Page of the change; null = none.';
comment on column change.source is 'Connector that wrote the row.';
comment on column change.source_rank is 'A row of a higher rank replaces one of a lower (git 0, forge 10).';
comment on column change.state_order is 'Which state at the source the row tells, see deployment.state_order. Not granted to the reader.';
create index change_author on change using btree (author_account_id);
create index change_ended on change using btree (coalesce(merged_at, closed_at)) where (kind = 'pull_request'::text);
create index change_linked on change using gin (linked_issues) with (fastupdate=off) where (linked_issues is not null);
create index change_merge_sha on change using btree (repo_id, merge_sha);
create index change_merged on change using btree (repo_id, merged_at);
create index change_merged_at on change using btree (merged_at);
create index change_page on change using btree (web_url) where (web_url is not null);
create index change_stay on change using btree (repo_id, change_id) include (first_ready_at, merged_at, closed_at, author_account_id, requester_account_id, change_key) where (first_ready_at is not null);
grant select (author_account_id, change_id, closed_at, first_ready_at, kind, merged_at, repo_id, requester_account_id) on change to throughline_reader;

create table change_event (
  repo_id integer not null,
  change_key text not null,
  event_id text not null,
  at timestamp with time zone not null,
  account_id text,
  kind text not null,
  state text,
  primary key (repo_id, change_key, event_id)
);
comment on table change_event is 'One row per event of a change: ready, draft, review_requested, review, comment, push, approve, dismiss, conflict_on and conflict_off (a look saw, or did not see any more, that it conflicts with its base), merge_queued, merge_unqueued, auto_merge, reopened, closed, merged, review_comment (in the diff).';
comment on column change_event.repo_id is 'Repository.';
comment on column change_event.change_key is 'Change.';
comment on column change_event.event_id is 'Id at the source.';
comment on column change_event.at is 'When.';
comment on column change_event.account_id is 'Actor; of review_requested who was asked. Null = unknown, or an account that is gone.';
comment on column change_event.kind is 'Kind of event.';
comment on column change_event.state is 'Of a review approved | changes_requested | commented | dismissed; of a comment in the diff reply, or of the first of its thread open | resolved | outdated (its lines were changed since) | resolved_outdated; of merge_unqueued merged | taken_out (somebody did) | put_out (checks, a conflict, the queue itself). Null = of another kind, or the source does not tell.';
create index change_event_approved on change_event using btree (repo_id, change_key) include (at, account_id) where ((kind = 'approve'::text) or ((kind = 'review'::text) and (state = 'approved'::text)));

create table revert (
  repo_id integer not null,
  change_key text not null,
  revert_change_key text not null,
  reverted_at timestamp with time zone not null,
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
comment on table commit_mark is 'One row per commit, tool and kind of mark: evidence of AI use found on a commit.';
comment on column commit_mark.repo_id is 'Repository.';
comment on column commit_mark.sha is 'Commit.';
comment on column commit_mark.tool_id is 'Tool, or generic.';
comment on column commit_mark.kind is 'author | committer | co_author | trailer | text | branch | note | session_note | line_count | explicit_human | distrusted.';
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
  attested text not null,
  tool_id text,
  model text,
  is_valid boolean not null,
  primary key (repo_id, sha, path, first_line),
  check ((attested = any (array['ai'::text, 'human'::text])))
);
comment on table line_attestation is 'One row per range of lines attested by git-ai notes or Agent Trace, numbered in the file at that commit.';
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
  ai_share double precision not null,
  tool_id text,
  reason text,
  set_by text,
  set_at timestamp with time zone not null,
  extra jsonb,
  primary key (repo_id, target),
  check (((ai_share >= (0)::double precision) and (ai_share <= (1)::double precision)))
);
comment on table attribution_override is 'One row per change number or commit: attribution by hand.';
comment on column attribution_override.repo_id is 'Repository.';
comment on column attribution_override.target is 'Change key (pull request number) or full sha.';
comment on column attribution_override.ai_share is 'Share of AI lines, 0..1.';
comment on column attribution_override.tool_id is 'Tool; null = not named.';
comment on column attribution_override.reason is 'Why; null = not given.';
comment on column attribution_override.set_by is 'Who set it; null = not given.';
comment on column attribution_override.set_at is 'When it was set.';
comment on column attribution_override.extra is 'Columns of ai_attribution_override.csv that nobody knows: header → cell as written; null = none.';

create table path (
  repo_id integer not null,
  path_id integer not null,
  path text not null,
  kind text not null,
  primary key (repo_id, path),
  unique (repo_id, path_id),
  foreign key (repo_id) references repo(repo_id)
);
comment on table path is 'One row per path that ever held a line; bytes that are not UTF-8 are escaped as git does.';
comment on column path.repo_id is 'Repository.';
comment on column path.path_id is 'Ordinal within the repository, given once, never reused; used by line_span.';
comment on column path.path is 'Path.';
comment on column path.kind is 'code | test | docs | build | generated | vendored | lock.';

create table line_span (
  repo_id integer not null,
  origin_no integer not null,
  path_id integer not null,
  line_source text not null default ''::text,
  died_no integer not null default 0,
  death_kind text not null default ''::text,
  born_at timestamp with time zone not null,
  died_at timestamp with time zone,
  lines integer not null,
  effective_lines integer not null,
  born_no integer not null default 0,
  primary key (repo_id, origin_no, path_id, line_source, born_no, died_no, death_kind)
);
comment on table line_span is 'One row per origin commit, path at birth, attestation, commit of birth, killing commit and kind of death: lifetimes of the lines of the default branch; counts add up.';
comment on column line_span.repo_id is 'Repository.';
comment on column line_span.origin_no is 'Commit that wrote the lines (git_commit.commit_no).';
comment on column line_span.path_id is 'Path at birth.';
comment on column line_span.line_source is 'ai:<tool> | human | '''' (no line attestation).';
comment on column line_span.died_no is 'Commit that ended them; 0 = alive at repo.observed_until, or alive when a force push took their birth away (history_rewritten).';
comment on column line_span.death_kind is 'modified | deleted | reverted | file_deleted | history_rewritten; '''' = alive. history_rewritten is censoring, not death.';
comment on column line_span.born_at is 'When they reached the default branch.';
comment on column line_span.died_at is 'When they ended (or, for history_rewritten, when they went out of sight); null = alive.';
comment on column line_span.lines is 'Lines.';
comment on column line_span.effective_lines is 'Effective lines among them.';
comment on column line_span.born_no is 'Mainline commit with which they reached the default branch (git_commit.commit_no); 0 = not recorded.';
create index line_span_attested on line_span using btree (repo_id, origin_no) where (line_source <> ''::text);
create index line_span_died on line_span using btree (repo_id, died_no) where (died_no > 0);

create table live_file (
  repo_id integer not null,
  path text not null,
  runs bytea,
  seq integer not null,
  primary key (repo_id, path, seq)
);
comment on table live_file is 'One row per version of a file on the default branch: resume state of the lifetime engine; superseded versions are kept only as long as a late side branch may need them.';
comment on column live_file.repo_id is 'Repository.';
comment on column live_file.path is 'Path, as in table path.';
comment on column live_file.runs is 'Which origin each line has, run-length encoded; a cache that a full pass can rebuild. Null = the path does not exist from here on.';
comment on column live_file.seq is 'Position on the first-parent chain from which this version holds.';

create table issue (
  source text not null,
  external_id text not null,
  issue_key text,
  project_key text not null default ''::text,
  kind text not null default 'issue'::text,
  parent_id text,
  type text,
  labels text[] not null default '{}'::text[],
  estimate double precision,
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  done_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  deleted_at timestamp with time zone,
  seen_at timestamp with time zone,
  assignee_account_id text,
  is_delegated boolean not null default false,
  is_from_customer boolean not null default false,
  is_revenue_feature boolean not null default false,
  web_url text,
  state_order text,
  primary key (source, external_id),
  check ((kind = any (array['epic'::text, 'issue'::text, 'sub_task'::text])))
);
comment on table issue is 'One row per issue of a tracker; one that is reopened, renamed or moved to another project is the same issue. Its title and text are not kept.';
comment on column issue.source is 'Connector.';
comment on column issue.external_id is 'Id at the source, which stays when the issue moves.';
comment on column issue.issue_key is 'What people write to name it now (SHOP-12); null = it has no such key.';
comment on column issue.project_key is 'Project or team of the tracker that it is in now, as in its key; '''' = not known.';
comment on column issue.kind is 'epic (holds issues) | issue | sub_task (a part of an issue). Features and requests are issues alone: what they are made of, and what holds them, is not counted again.';
comment on column issue.parent_id is 'Issue or epic that it is part of (external_id); null = none.';
comment on column issue.type is 'Type; null = unknown.';
comment on column issue.labels is 'Labels.';
comment on column issue.estimate is 'Estimate in the points of its team; null = none.';
comment on column issue.created_at is 'Created.';
comment on column issue.started_at is 'First start as the source itself says it; null = it says none.';
comment on column issue.done_at is 'End as the source itself says it; null = open, cancelled, or it says none.';
comment on column issue.cancelled_at is 'When the source says that it was given up; null = it was not.';
comment on column issue.deleted_at is 'When it was deleted; null = it is there, or the source does not tell.';
comment on column issue.seen_at is 'When the source last told of it; set where a source tells deletions by silence alone, see tracker_project.listed_at. Null = elsewhere.';
comment on column issue.assignee_account_id is 'Who it is assigned to; null = nobody, or an account that is gone.';
comment on column issue.is_delegated is 'Given to an AI agent.';
comment on column issue.is_from_customer is 'Asked for by a customer.';
comment on column issue.is_revenue_feature is 'Counts as a revenue feature.';
comment on column issue.web_url is 'Page; null = none.';
comment on column issue.state_order is 'Which state at the source the row tells, see deployment.state_order.';
create index issue_parent on issue using btree (source, parent_id) where (parent_id is not null);

create table issue_key (
  source text not null,
  issue_key text not null,
  external_id text not null,
  primary key (source, issue_key)
);
comment on table issue_key is 'One row per key that an issue has, or had before it was moved: what names it in branches and titles.';
comment on column issue_key.source is 'Connector.';
comment on column issue_key.issue_key is 'Key in upper case (SHOP-12).';
comment on column issue_key.external_id is 'Issue (issue.external_id).';
create index issue_key_issue on issue_key using btree (source, external_id);
create index issue_key_text on issue_key using btree (issue_key);

create table issue_event (
  source text not null,
  external_id text not null,
  event_id text not null,
  kind text not null,
  seq integer not null,
  at timestamp with time zone not null,
  from_value text,
  to_value text,
  category text,
  stage text,
  method text not null,
  primary key (source, external_id, event_id),
  check ((category = any (array['backlog'::text, 'unstarted'::text, 'started'::text, 'completed'::text, 'cancelled'::text, 'open'::text]))),
  check ((kind = any (array['state'::text, 'project'::text]))),
  check ((method = any (array['span'::text, 'changelog'::text, 'event'::text, 'created'::text, 'snapshot'::text]))),
  check ((stage = any (array['backlog'::text, 'ready'::text, 'in_progress'::text, 'review'::text, 'done'::text, 'cancelled'::text])))
);
comment on table issue_event is 'One row per change of the state or the project of an issue; who made it is not kept.';
comment on column issue_event.source is 'Connector.';
comment on column issue_event.external_id is 'Issue (issue.external_id).';
comment on column issue_event.event_id is 'Id at the source.';
comment on column issue_event.kind is 'state | project (it was moved).';
comment on column issue_event.seq is 'Place in the order in which the source tells them, from 0: where at goes back in it, the time of the source is wrong.';
comment on column issue_event.at is 'When.';
comment on column issue_event.from_value is 'State or project before; null = it was made so, or the source does not tell.';
comment on column issue_event.to_value is 'State (as the source names it) or project after.';
comment on column issue_event.category is 'What the source itself says the state is: backlog | unstarted | started | completed | cancelled | open (not closed; it tells no more). Null = it says nothing.';
comment on column issue_event.stage is 'What the state is by the mapping of throughline.yaml, or by what its category or name says beyond doubt: backlog | ready | in_progress | review | done | cancelled. Null = it maps to nothing, or the source tells no states.';
comment on column issue_event.method is 'span (times in a state) | changelog (changes of fields) | event (a closing, a reopening, a label) | created (the state that it was made in) | snapshot (seen at a look: no later than at).';

create table issue_reference (
  source text not null,
  external_id text not null,
  url text not null,
  primary key (source, external_id, url)
);
comment on table issue_reference is 'One row per address of a change that the tracker keeps at an issue.';
comment on column issue_reference.source is 'Connector.';
comment on column issue_reference.external_id is 'Issue (issue.external_id).';
comment on column issue_reference.url is 'Page of the change, as change.web_url.';
create index issue_reference_url on issue_reference using btree (url);

create table tracker_project (
  source text not null,
  project_key text not null,
  title text,
  listed_at timestamp with time zone,
  primary key (source, project_key)
);
comment on table tracker_project is 'One row per project or team of a tracker.';
comment on column tracker_project.source is 'Connector.';
comment on column tracker_project.project_key is 'First part of the keys of its issues (SHOP).';
comment on column tracker_project.title is 'Name; null = not known.';
comment on column tracker_project.listed_at is 'Start of the last listing of all its issues: one of them that the source has not told of since (issue.seen_at) is deleted, or hidden from the credential. Null = never listed.';

create table cycle (
  source text not null,
  cycle_id text not null,
  project_key text not null default ''::text,
  title text,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  completed_at timestamp with time zone,
  primary key (source, cycle_id)
);
comment on table cycle is 'One row per sprint or cycle.';
comment on column cycle.source is 'Connector.';
comment on column cycle.cycle_id is 'Id at the source.';
comment on column cycle.project_key is 'Project or team that it is of; '''' = of several, or not known.';
comment on column cycle.title is 'Name; null = none.';
comment on column cycle.starts_at is 'Start: what it holds then is committed. Null = it was not started or planned yet.';
comment on column cycle.ends_at is 'Planned end; null = not planned.';
comment on column cycle.completed_at is 'When it was closed; null = it is open.';

create table issue_cycle (
  source text not null,
  external_id text not null,
  cycle_id text not null,
  added_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  method text not null,
  primary key (source, external_id, cycle_id, added_at),
  check ((method = any (array['changelog'::text, 'created'::text, 'snapshot'::text])))
);
comment on table issue_cycle is 'One row per span of time in which an issue was in a sprint or cycle.';
comment on column issue_cycle.source is 'Connector.';
comment on column issue_cycle.external_id is 'Issue (issue.external_id).';
comment on column issue_cycle.cycle_id is 'Cycle (cycle.cycle_id).';
comment on column issue_cycle.added_at is 'Start, inclusive.';
comment on column issue_cycle.removed_at is 'End, exclusive; null = it is still in it.';
comment on column issue_cycle.method is 'changelog (the source tells when) | created (it was in it from its creation) | snapshot (seen at a look: no later than added_at).';
create index issue_cycle_cycle on issue_cycle using btree (source, cycle_id);

create table deployment (
  deployment_id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  service_id text not null,
  environment text not null,
  repo_id integer,
  sha text,
  ref text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone not null,
  result text not null,
  kind text not null default 'unknown'::text,
  rollback_of text,
  is_degraded boolean not null default false,
  web_url text,
  state_order text,
  extra jsonb,
  primary key (source, external_id),
  unique (deployment_id),
  check ((kind = any (array['planned'::text, 'rollback'::text, 'hotfix'::text, 'unknown'::text]))),
  check ((result = any (array['success'::text, 'failure'::text, 'cancelled'::text])))
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
comment on column deployment.state_order is 'Which state at the source the row tells, as a text that sorts like them: one of an earlier state never replaces a later one, whatever the order of arrival; null = the source says none, what comes last counts.';
comment on column deployment.extra is 'Columns of deployments.csv that nobody knows: header → cell as written; null = none, or not from a file.';
create index deployment_repo on deployment using btree (repo_id);
create index deployment_service on deployment using btree (service_id, environment, finished_at);
grant select (deployment_id, external_id, ref, sha, web_url) on deployment to throughline_reader;

create table incident (
  incident_id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  service_id text,
  environment text,
  title text not null,
  severity text,
  started_at timestamp with time zone not null,
  detected_at timestamp with time zone,
  acknowledged_at timestamp with time zone,
  responder_account_id text,
  resolved_at timestamp with time zone,
  cause_sha text,
  cause_deployment text,
  mentions text[] not null default '{}'::text[],
  is_customer_reported boolean not null default false,
  is_security boolean not null default false,
  web_url text,
  state_order text,
  extra jsonb,
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
comment on column incident.responder_account_id is 'Account of who responded; null = unknown. Not granted to the reader.';
comment on column incident.resolved_at is 'Last resolution; null = open.';
comment on column incident.cause_sha is 'Commit named as the cause; null = none.';
comment on column incident.cause_deployment is 'external_id of the deployment that its source names as the cause; null = none.';
comment on column incident.mentions is 'Commits (7 digits and more) and numbers of changes (#7) that its text mentions; the text itself is not kept.';
comment on column incident.is_customer_reported is 'Reported by a customer.';
comment on column incident.is_security is 'Security incident.';
comment on column incident.web_url is 'Page; null = none.';
comment on column incident.state_order is 'Which state at the source the row tells, as a text that sorts like them: one of an earlier state never replaces a later one, whatever the order of arrival; null = the source says none, what comes last counts.';
comment on column incident.extra is 'Columns of incidents.csv that nobody knows: header → cell as written; null = none, or not from a file.';
grant select (environment, external_id, incident_id, resolved_at, service_id, severity, source, started_at, title, web_url) on incident to throughline_reader;

create table incident_link_override (
  incident_source text not null,
  incident_external_id text not null,
  deployment_external_id text,
  cause_sha text,
  reason text,
  set_by text,
  extra jsonb,
  primary key (incident_source, incident_external_id)
);
comment on table incident_link_override is 'One row per incident that is linked to a deployment or a commit by hand.';
comment on column incident_link_override.incident_source is 'Source of the incident.';
comment on column incident_link_override.incident_external_id is 'Id of the incident.';
comment on column incident_link_override.deployment_external_id is 'Deployment; null = commit given.';
comment on column incident_link_override.cause_sha is 'Commit; null = deployment given.';
comment on column incident_link_override.reason is 'Why; null = not given.';
comment on column incident_link_override.set_by is 'Who; null = not given.';
comment on column incident_link_override.extra is 'Columns of incident_link.csv that nobody knows: header → cell as written; null = none.';

create table build (
  repo_id integer not null,
  source text not null,
  external_id text not null,
  attempt integer not null default 1,
  kind text not null,
  name text not null,
  event text,
  branch text,
  sha text,
  change_key text,
  account_id text,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  result text,
  is_required boolean,
  web_url text,
  primary key (repo_id, source, external_id, attempt),
  foreign key (repo_id) references repo(repo_id),
  check ((kind = any (array['run'::text, 'check'::text])))
);
comment on table build is 'One row per attempt of a pipeline run, per job of a run on the default branch or of a workflow that deploys, and per check of a change''s last commit: what is repeated has one row each time.';
comment on column build.repo_id is 'Repository.';
comment on column build.source is 'Connector.';
comment on column build.external_id is 'Id of the run or check at the source.';
comment on column build.attempt is 'Attempt, from 1.';
comment on column build.kind is 'run (a pipeline from start to end) | check (one check or job of it).';
comment on column build.name is 'Name of the pipeline or check.';
comment on column build.event is 'What started it (push, pull_request, schedule, …); null = not known.';
comment on column build.branch is 'Branch; null = not known.';
comment on column build.sha is 'Commit that it is about; null = not known.';
comment on column build.change_key is 'Change that it is about; null = none, or not known.';
comment on column build.account_id is 'Who started this attempt; null = not known.';
comment on column build.queued_at is 'When it was asked for; null = not known.';
comment on column build.started_at is 'When this attempt began; null = not yet, or not known.';
comment on column build.finished_at is 'When it ended; null = it is running.';
comment on column build.result is 'success | failure | cancelled | skipped | neutral | timed_out | action_required; null = it is running.';
comment on column build.is_required is 'The change cannot be merged without it; null = not known.';
comment on column build.web_url is 'Page; null = none.';
create index build_change on build using btree (repo_id, change_key);
create index build_sha on build using btree (repo_id, sha);

create table tool (
  tool_id text not null,
  title text not null,
  nominal_grade smallint not null default 0,
  measure text not null default 'invocations'::text,
  low_min double precision not null default 1,
  high_min double precision not null default 3,
  usage_scope text not null default 'tool'::text,
  primary key (tool_id),
  check ((measure = any (array['invocations'::text, 'active_days'::text, 'accepted_lines'::text]))),
  check ((usage_scope = any (array['tool'::text, 'workflow'::text])))
);
comment on table tool is 'One row per AI tool.';
comment on column tool.tool_id is 'Stable slug.';
comment on column tool.title is 'Name shown.';
comment on column tool.nominal_grade is 'Best signal grade its connector can deliver, 0..4.';
comment on column tool.measure is 'What a use is.';
comment on column tool.low_min is 'Least uses in 30 days for the band low.';
comment on column tool.high_min is 'Least uses in 30 days for the band high.';
comment on column tool.usage_scope is 'tool = uses count in every workflow that lists it; workflow = uses carry their workflow.';
grant select on tool to throughline_reader;

create table tool_landing (
  tool_id text not null,
  team_id text not null default ''::text,
  workflow_id text not null default ''::text,
  landed_at timestamp with time zone not null,
  primary key (tool_id, team_id, workflow_id),
  foreign key (tool_id) references tool(tool_id)
);
comment on table tool_landing is 'One row per tool, team and workflow: when the tool landed, as configured.';
comment on column tool_landing.tool_id is 'Tool.';
comment on column tool_landing.team_id is 'Team; '''' = default for all teams.';
comment on column tool_landing.workflow_id is 'Workflow; '''' = all workflows.';
comment on column tool_landing.landed_at is 'When.';

create table seat (
  tool_id text not null,
  person_id text not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  source text not null default 'given'::text,
  extra jsonb,
  primary key (tool_id, person_id, valid_from),
  foreign key (person_id) references person(person_id),
  foreign key (tool_id) references tool(tool_id)
);
comment on table seat is 'One row per tool, person and start: licences.';
comment on column seat.tool_id is 'Tool.';
comment on column seat.person_id is 'Holder.';
comment on column seat.valid_from is 'Start, inclusive.';
comment on column seat.valid_to is 'End, exclusive; null = still held.';
comment on column seat.source is 'given (by a file or the demo) | account_seat (follows from it).';
comment on column seat.extra is 'Columns of seats.csv that nobody knows: header → cell as written, may hold names and addresses; null = none, or not from a file. Not granted to the reader.';

create table tool_event (
  tool_id text not null,
  event_id text not null,
  at timestamp with time zone not null,
  person_id text not null default ''::text,
  type text not null,
  feature text,
  workflow_id text,
  repo_id integer,
  change_key text,
  accepted_lines integer,
  started_at timestamp with time zone,
  primary key (person_id, tool_id, event_id, at)
);
comment on table tool_event is 'One row per timestamped tool use (hypertable by at where TimescaleDB is present). A source that learns later who it was gives the row anew; the row of nobody has to be taken back then.';
comment on column tool_event.tool_id is 'Tool.';
comment on column tool_event.event_id is 'Id at the source; duplicates are one.';
comment on column tool_event.at is 'When; of what takes time its end.';
comment on column tool_event.person_id is 'User; '''' = not joined. Never shown.';
comment on column tool_event.type is 'Kind of event, e.g. tool_invocation, ai_commit.';
comment on column tool_event.feature is 'Feature; null = unknown.';
comment on column tool_event.workflow_id is 'Workflow named by the source; null = unattributed.';
comment on column tool_event.repo_id is 'Repository; null = unknown.';
comment on column tool_event.change_key is 'Change; null = unknown.';
comment on column tool_event.accepted_lines is 'Accepted lines; null = not given.';
comment on column tool_event.started_at is 'Of what takes time (a run of an agent) its start; null = not given. Not granted to the reader.';
create index tool_event_change on tool_event using btree (tool_id, at) include (repo_id, change_key, workflow_id, feature) where (repo_id is not null);
create index tool_event_named on tool_event using btree (tool_id, at) where (workflow_id is not null);
create index tool_event_of_change on tool_event using btree (repo_id, change_key) where (change_key is not null);
create index tool_event_person on tool_event using btree (person_id, at);
create index tool_event_time on tool_event using btree (tool_id, at);
create index tool_event_user on tool_event using btree (tool_id, person_id, at);
create trigger note_tool_event after insert on public.tool_event referencing new table as added for each statement execute function pack.note_tool_event();
grant select (at, change_key, feature, person_id, repo_id, tool_id, workflow_id) on tool_event to throughline_reader;

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
  primary key (person_id, tool_id, day)
);
comment on table tool_day is 'One row per person, tool and local day: usage by the one source that knows best (highest grade, then a file, then the first by name). Follows from person_day and account_day. A row with 0 invocations is an observed zero.';
comment on column tool_day.tool_id is 'Tool.';
comment on column tool_day.person_id is 'User; '''' = nobody: an account that several people use, or whose person is not known.';
comment on column tool_day.day is 'Local date.';
comment on column tool_day.grade is 'Signal grade of the row: 2 activity, 3 event or declared, 4 line.';
comment on column tool_day.sessions is 'Sessions; null = not given.';
comment on column tool_day.invocations is 'Uses; null = not given (then activity only).';
comment on column tool_day.suggested_lines is 'Lines suggested; null = not given.';
comment on column tool_day.accepted_lines is 'Lines accepted; null = not given.';
comment on column tool_day.input_tokens is 'Input tokens; null = not given.';
comment on column tool_day.output_tokens is 'Output tokens; null = not given.';
comment on column tool_day.cost_usd is 'Cost in USD; null = not given.';
comment on column tool_day.source is 'Source that counts: csv | otlp | copilot | …';
create index tool_day_person on tool_day using btree (person_id, day);
grant select (day, invocations, person_id, tool_id) on tool_day to throughline_reader;

create table person_day (
  tool_id text not null,
  person_id text not null,
  day date not null,
  source text not null,
  grade smallint not null,
  sessions integer,
  invocations integer,
  suggested_lines integer,
  accepted_lines integer,
  input_tokens bigint,
  output_tokens bigint,
  cost_usd numeric,
  extra jsonb,
  primary key (person_id, tool_id, day, source)
);
comment on table person_day is 'One row per person, tool, local day and source: use as a file or the demo gives it. Rows of tool_day follow from it. Not granted to the reader.';
comment on column person_day.tool_id is 'Tool.';
comment on column person_day.person_id is 'User.';
comment on column person_day.day is 'Local date.';
comment on column person_day.source is 'csv | demo | …';
comment on column person_day.grade is 'Signal grade of the row, see tool_day.';
comment on column person_day.sessions is 'Sessions; null = not given.';
comment on column person_day.invocations is 'Uses; null = not given (then activity only).';
comment on column person_day.suggested_lines is 'Lines suggested; null = not given.';
comment on column person_day.accepted_lines is 'Lines accepted; null = not given.';
comment on column person_day.input_tokens is 'Input tokens; null = not given.';
comment on column person_day.output_tokens is 'Output tokens; null = not given.';
comment on column person_day.cost_usd is 'Cost in USD; null = not given.';
comment on column person_day.extra is 'Columns of ai_usage_daily.csv that nobody knows: header → cell as written, may hold names and addresses; null = none, or not from a file. Not granted to the reader.';

create table account_day (
  account_id text not null,
  tool_id text not null,
  day date not null,
  source text not null,
  scope text not null default ''::text,
  starts_at timestamp with time zone,
  grade smallint not null,
  sessions integer,
  invocations integer,
  suggested_lines integer,
  accepted_lines integer,
  input_tokens bigint,
  output_tokens bigint,
  cost_usd numeric,
  primary key (account_id, tool_id, day, source, scope)
);
comment on table account_day is 'One row per account, tool, day, connector and part of its source: use as a vendor reports it, or as it follows from tool_point (source otlp). Rows of tool_day follow from it for whoever held the account then: the parts of a connector add up, of several connectors the one that knows best counts. Not granted to the reader.';
comment on column account_day.account_id is 'Account.';
comment on column account_day.tool_id is 'Tool.';
comment on column account_day.day is 'Day of the vendor (UTC); of otlp the local date.';
comment on column account_day.source is 'Connector: copilot | claude | cursor; otlp = follows from tool_point.';
comment on column account_day.scope is 'Part of the source that reports it, e.g. an organisation; '''' = it has one part.';
comment on column account_day.starts_at is 'Where the account changed hands on the day (otlp): instant from which on the row counts; null = from the beginning of the day.';
comment on column account_day.grade is 'Signal grade of the row, see tool_day.';
comment on column account_day.sessions is 'Sessions; null = not given.';
comment on column account_day.invocations is 'Uses; null = not given (then activity only).';
comment on column account_day.suggested_lines is 'Lines suggested; null = not given.';
comment on column account_day.accepted_lines is 'Lines accepted; null = not given.';
comment on column account_day.input_tokens is 'Input tokens; null = not given.';
comment on column account_day.output_tokens is 'Output tokens; null = not given.';
comment on column account_day.cost_usd is 'Cost in USD; null = not given.';
create index account_day_source on account_day using btree (source, day, scope);

create table account_seat (
  account_id text not null,
  tool_id text not null,
  source text not null,
  scope text not null default ''::text,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  primary key (account_id, tool_id, source, scope, valid_from)
);
comment on table account_seat is 'One row per account, tool, connector, part of its source and start: licences as a vendor lists them. Rows of seat follow from it for the person of the account; what overlaps is one. Not granted to the reader.';
comment on column account_seat.account_id is 'Account of the holder.';
comment on column account_seat.tool_id is 'Tool.';
comment on column account_seat.source is 'Connector: copilot | cursor.';
comment on column account_seat.scope is 'Part of the source that lists it, e.g. an organisation; '''' = it has one part.';
comment on column account_seat.valid_from is 'Start, inclusive.';
comment on column account_seat.valid_to is 'End, exclusive: the first look that did not find it, if nothing names one; null = still held.';

create table tool_point (
  account_id text not null default ''::text,
  tool_id text not null,
  series_id text not null,
  at timestamp with time zone not null,
  start_at timestamp with time zone,
  measure text not null,
  value double precision not null,
  is_cumulative boolean not null,
  type text,
  feature text,
  workflow_id text,
  repo_id integer,
  change_key text,
  primary key (account_id, tool_id, series_id, at)
);
comment on table tool_point is 'One row per account, tool, series and instant: what a tool itself measured, as it was sent. Rows of account_day (source otlp) and tool_event follow from it. Of days before telemetry_from of setting those of account_day stay and the points are gone (privacy.retain). Not granted to the reader.';
comment on column tool_point.account_id is 'Account; '''' = the tool did not say whose.';
comment on column tool_point.tool_id is 'Tool.';
comment on column tool_point.series_id is 'Digest of all that tells the series from others; of a use its id at the source. What else was measured of a use is <series of the use>/<measure>.';
comment on column tool_point.at is 'When it was measured.';
comment on column tool_point.start_at is 'Since when the value was added up, of a use that takes time its start; null = not given.';
comment on column tool_point.measure is 'use | sessions | accepted_lines | input_tokens | output_tokens | cost_usd.';
comment on column tool_point.value is 'Value: what came in this interval, or since start_at.';
comment on column tool_point.is_cumulative is 'The value is added up since start_at; what falls or starts anew begins at zero.';
comment on column tool_point.type is 'Of a use its kind, see tool_event; null = another measure.';
comment on column tool_point.feature is 'Of a use its feature; null = unknown.';
comment on column tool_point.workflow_id is 'Of a use the workflow that its sender named; null = none.';
comment on column tool_point.repo_id is 'Repository; null = unknown.';
comment on column tool_point.change_key is 'Of a use the change that it was for; null = unknown.';

create table agent_session (
  tool_id text not null,
  session_id text not null,
  person_id text not null default ''::text,
  account_id text,
  started_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  repo_id integer,
  branch text,
  head_sha text,
  grade smallint not null,
  source text not null,
  primary key (tool_id, session_id)
);
comment on table agent_session is 'One row per tool and session of it that a source told of: who worked when, and where that is known.';
comment on column agent_session.tool_id is 'Tool.';
comment on column agent_session.session_id is 'Id at the tool.';
comment on column agent_session.person_id is 'User: who held the account when it began; '''' = not joined. Never shown.';
comment on column agent_session.account_id is 'Account that names the user; null = none is known.';
comment on column agent_session.started_at is 'First sign of it.';
comment on column agent_session.last_at is 'Last sign of it.';
comment on column agent_session.repo_id is 'Repository; null = unknown.';
comment on column agent_session.branch is 'Branch; null = unknown.';
comment on column agent_session.head_sha is 'Commit that was checked out; null = unknown.';
comment on column agent_session.grade is 'Signal grade of its source: 2 activity, 3 event.';
comment on column agent_session.source is 'Connector: otlp | …';
create index agent_session_account on agent_session using btree (account_id);
create index agent_session_person on agent_session using btree (person_id, last_at);

create table session_commit (
  tool_id text not null,
  session_id text not null,
  sha text not null,
  method text not null,
  repo_id integer,
  organisations text[],
  confidence double precision not null,
  primary key (tool_id, session_id, sha, method)
);
comment on table session_commit is 'One row per session, commit that came of it, and way in which that is known. The session may be unknown otherwise; view session_change has what the commit belongs to.';
comment on column session_commit.tool_id is 'Tool.';
comment on column session_commit.session_id is 'Id at the tool.';
comment on column session_commit.sha is 'Commit.';
comment on column session_commit.method is 'How it is known: trailer (of the commit) | note (on it) | telemetry (the tool said so).';
comment on column session_commit.repo_id is 'Repository in which it was read; null = the tool told it, see session_change.';
comment on column session_commit.organisations is 'Lower-case owners of the repositories for which it counts: those for which its sender may send; null = all.';
comment on column session_commit.confidence is 'Confidence, 0..1.';
create index session_commit_sha on session_commit using btree (sha);

create view session_change as
 select s.tool_id,
    s.session_id,
    g.repo_id,
    g.change_key,
    g.sha,
    array_agg(s.method order by s.method) as methods,
    max(s.confidence) as confidence
   from session_commit s
     join repo r on (s.repo_id is null or r.repo_id = s.repo_id) and (s.organisations is null or (lower(trim(both from split_part(r.slug, '/'::text, 1))) = any (s.organisations)))
     join git_commit g on g.repo_id = r.repo_id and g.sha = s.sha and g.change_key is not null
  group by s.tool_id, s.session_id, g.repo_id, g.change_key, g.sha;
comment on view session_change is 'One row per session and commit of it that is known, with its repository and change. A session whose telemetry names no repository has it from here; methods: how the commit is known.';

create table heartbeat (
  source text not null,
  day date not null,
  last_at timestamp with time zone not null,
  primary key (source, day)
);
comment on table heartbeat is 'One row per source and day on which it was observed, even if it had no events: an observed zero.';
comment on column heartbeat.source is 'tool:<tool_id> or stream id.';
comment on column heartbeat.day is 'UTC day.';
comment on column heartbeat.last_at is 'Last sign of life on that day.';
grant select on heartbeat to throughline_reader;

create table cost (
  month date not null,
  category text not null,
  tool_id text not null default ''::text,
  team_id text not null default ''::text,
  amount numeric not null,
  currency text not null,
  primary key (month, category, tool_id, team_id, currency),
  check ((amount > (0)::numeric))
);
comment on table cost is 'One row per month, category, tool, team and currency: cost.';
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
  team_id text not null default ''::text,
  submitted_at timestamp with time zone not null,
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

create table workflow (
  workflow_id text not null,
  version integer not null,
  valid_from timestamp with time zone not null,
  unit text not null,
  actor text not null,
  start_event text not null,
  start_else text,
  end_event text not null,
  clock text not null default 'calendar'::text,
  max_minutes double precision,
  applies_to jsonb not null default '{}'::jsonb,
  baseline_weeks integer not null default 8,
  washout_days integer not null default 14,
  primary key (workflow_id, version),
  check ((clock = any (array['calendar'::text, 'business'::text])))
);
comment on table workflow is 'One row per workflow and version: its definition (metrics.md 3).';
comment on column workflow.workflow_id is 'Stable id.';
comment on column workflow.version is 'Version of the definition.';
comment on column workflow.valid_from is 'Valid from, until the next version.';
comment on column workflow.unit is 'pr | pr_reviewer | issue | incident | agent_run: a change, a review of one, an issue, an incident in production, a run of an agent.';
comment on column workflow.actor is 'Whose tool use counts: author (of a run: who ran it) | reviewer | assignee | responder; follows from the unit.';
comment on column workflow.start_event is 'Event that starts the clock.';
comment on column workflow.start_else is 'Fallback; null = drop the unit as no_start.';
comment on column workflow.end_event is 'Event that ends the clock.';
comment on column workflow.clock is 'calendar | business.';
comment on column workflow.max_minutes is 'Longer units are winsorised; null = no limit.';
comment on column workflow.applies_to is 'Filters: repos, pr_class, exclude_labels, max_lines.';
comment on column workflow.baseline_weeks is 'Whole weeks before landing.';
comment on column workflow.washout_days is 'Days after landing that are dropped.';
grant select on workflow to throughline_reader;

create table workflow_tool (
  workflow_id text not null,
  tool_id text not null,
  measure text not null default 'invocations'::text,
  usage_window text not null default 'trailing_30d'::text,
  low_min double precision not null default 1,
  high_min double precision not null default 3,
  features text[] not null default '{}'::text[],
  primary key (workflow_id, tool_id),
  foreign key (tool_id) references tool(tool_id),
  check ((measure = any (array['invocations'::text, 'active_days'::text, 'accepted_lines'::text]))),
  check ((usage_window = any (array['trailing_30d'::text, 'same_week'::text, 'prior_30d'::text])))
);
comment on table workflow_tool is 'One row per workflow and tool that counts in it, with its usage bands.';
comment on column workflow_tool.workflow_id is 'Workflow.';
comment on column workflow_tool.tool_id is 'Tool.';
comment on column workflow_tool.measure is 'What a use is.';
comment on column workflow_tool.usage_window is 'Window of uses that decides the band.';
comment on column workflow_tool.low_min is 'Least uses for low.';
comment on column workflow_tool.high_min is 'Least uses for high.';
comment on column workflow_tool.features is 'Features of the tool that belong to the workflow; empty = all.';
grant select on workflow_tool to throughline_reader;

create table dirty (
  kind text not null,
  repo_id integer not null,
  item text not null,
  primary key (kind, repo_id, item)
);
comment on table dirty is 'One row per item of work: what changed since the last derivation. Each step takes its kind and adds those of later steps in one transaction. Not granted to the reader.';
comment on column dirty.kind is 'Of written facts: change | commit | lines | deployment | incident | issue | usage | identity | reported | telemetry | session. Between steps: declared | week | units | completion | survival | delivery | landing.';
comment on column dirty.repo_id is 'Repository; 0 = none.';
comment on column dirty.item is 'change_key or sha (change, commit) | origin_no (lines) | service (deployment, incident) | person/Monday (usage) | person or account (identity) | sha (session) | * = all.';

create table derive_state (
  key text not null,
  fingerprint text not null,
  primary key (key)
);
comment on table derive_state is 'One row per slow input (settings, repositories, teams, tools, workflows, rule versions): what the last derivation saw of it; a difference re-derives what depends on it. Not granted to the reader.';
comment on column derive_state.key is 'Input, e.g. repo/12 or settings.';
comment on column derive_state.fingerprint is 'md5 of the input.';

create table change_fact (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  merged_at timestamp with time zone not null,
  first_commit_at timestamp with time zone,
  created_at timestamp with time zone,
  first_ready_at timestamp with time zone,
  first_review_at timestamp with time zone,
  review_rounds integer,
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
  code_source text not null,
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
  tools text[] not null default '{}'::text[],
  marked_tools text[] not null default '{}'::text[],
  proven_by text,
  proven_ai boolean,
  proven_tools text[] not null default '{}'::text[],
  commit_count integer not null,
  effective_added integer,
  effective_deleted integer,
  size text not null,
  zone text not null default 'unknown'::text,
  reverted_at timestamp with time zone,
  revert_change_key text,
  revert_method text,
  is_reapplied boolean not null default false,
  deployment_id bigint,
  deployed_at timestamp with time zone,
  excluded_reason text,
  primary key (repo_id, change_id),
  check ((code_source = any (array['human'::text, 'ai_assisted'::text, 'ai_heavy'::text, 'unknown'::text]))),
  check ((proven_by = any (array['audit'::text, 'line'::text, 'line_count'::text, 'tracker'::text, 'session'::text])))
);
comment on table change_fact is 'One row per merged change: everything a metric asks of it. Dimensions are as of merged_at.';
comment on column change_fact.repo_id is 'Repository.';
comment on column change_fact.change_id is 'Change (change.change_id).';
comment on column change_fact.change_key is 'Number or sha.';
comment on column change_fact.merged_at is 'When it reached the default branch.';
comment on column change_fact.first_commit_at is 'Earliest author time of its commits; null = not known, as where a forge dated a squash with its merge.';
comment on column change_fact.created_at is 'Opened; null = not known.';
comment on column change_fact.first_ready_at is 'First ready for review; null = not known.';
comment on column change_fact.first_review_at is 'First review by a human who is not its author, until the merge; AI reviewers and bots end no wait. Null = none known.';
comment on column change_fact.review_rounds is 'Reviews by such humans that asked for changes and were followed by another one, plus 1; null = no review known.';
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
comment on column change_fact.marked_tools is 'Tools named by its marks (agent author, label, author, co-author, trailer or text of a commit), generic for one that names none; empty = no mark.';
comment on column change_fact.proven_by is 'What knows better than marks who wrote it: audit (a person looked) | line (attested lines) | line_count | tracker (ran and found nothing) | session (named its commit); null = nothing.';
comment on column change_fact.proven_ai is 'By that AI wrote some of it; null with proven_by.';
comment on column change_fact.proven_tools is 'Tools that it names; empty = none.';
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
comment on column change_fact.excluded_reason is 'Why it counts for nothing: the reason of the bad data that it was merged in (exclusion.reason); null = it counts.';
create index change_fact_counted on change_fact using btree (coalesce(deployed_at, merged_at)) include (author_kind, excluded_reason, repo_id, change_id, responsible_id, team_id, service_id, pr_class, code_source, seniority, zone, size, is_assumed, confidence, merged_at, deployed_at, deployment_id, first_ready_at, first_commit_at);
create index change_fact_key on change_fact using btree (repo_id, change_key) include (merged_at, responsible_id);
create index change_fact_merged on change_fact using btree (merged_at) include (author_kind, excluded_reason, repo_id, change_id, responsible_id, team_id, service_id, pr_class, code_source, seniority, zone, size, is_assumed, confidence, tools, created_at, first_ready_at, first_review_at, first_commit_at, deployed_at);
create index change_fact_ready on change_fact using btree (first_ready_at) include (merged_at, repo_id, responsible_id, team_id, service_id) where ((first_ready_at is not null) and (excluded_reason is null) and (author_kind <> 'automation'::text));
create index change_fact_unit on change_fact using btree (repo_id, change_id) include (author_kind, responsible_id, pr_class, code_source, zone, size, is_assumed, confidence, effective_added);
grant select on change_fact to throughline_reader;

create table change_review (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  is_reviewed boolean not null,
  is_self_merged boolean,
  wait_minutes double precision,
  elapsed_minutes double precision,
  review_minutes double precision,
  comment_count integer,
  is_blocked boolean,
  is_stamp boolean,
  is_cross_team boolean,
  explanation smallint,
  is_ai_reviewed boolean not null,
  ai_comment_count integer not null,
  ai_changed_count integer not null,
  ai_settled_count integer not null,
  program_review_count integer not null,
  primary key (repo_id, change_id)
);
comment on table change_review is 'One row per merged change that was opened at a forge (automation left out): what its review took. Reviewers are humans who submitted a review or commented in the diff until the merge, and are neither its author, an author of its commits, nor whoever asked an agent for it.';
comment on column change_review.repo_id is 'Repository.';
comment on column change_review.change_id is 'Change (change_fact.change_id).';
comment on column change_review.change_key is 'Number.';
comment on column change_review.is_reviewed is 'A reviewer submitted a review until the merge (change_fact.first_review_at).';
comment on column change_review.is_self_merged is 'Merged without a review by its author or an author of its commits; null = who merged it is not known.';
comment on column change_review.wait_minutes is 'Business minutes of the first reviewer''s team from ready, or from the first request where that is later and before the review, to the first review; 0 where the review came first. Null = not reviewed.';
comment on column change_review.elapsed_minutes is 'Business minutes from ready to the last approval that stands; null = none.';
comment on column change_review.review_minutes is 'Estimate: what reviewers did until the merge, joined where at most an hour lies between; each session from its first to its last event and 10 minutes, at most 120. Null = not reviewed.';
comment on column change_review.comment_count is 'Comments of its reviewers, in the diff and in the conversation; null = not reviewed.';
comment on column change_review.is_blocked is 'A reviewer asked for changes; null = not reviewed.';
comment on column change_review.is_stamp is 'Approved within 5 minutes without a comment. Null = fewer than 200 effective lines, lines not measured, or not approved.';
comment on column change_review.is_cross_team is 'A reviewer was of another team than the author; null = not reviewed, or a team is not known.';
comment on column change_review.explanation is 'As change.explanation.';
comment on column change_review.is_ai_reviewed is 'An agent that did not write it reviewed it, or commented in its diff.';
comment on column change_review.ai_comment_count is 'Threads in the diff that such an agent began.';
comment on column change_review.ai_changed_count is 'Of these, those whose lines were changed afterwards.';
comment on column change_review.ai_settled_count is 'Of these, those that were resolved while their lines stayed.';
comment on column change_review.program_review_count is 'Reviews by programs that are no agents; they count nowhere else.';
create index change_review_key on change_review using btree (repo_id, change_key);

create table reviewer_part (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  person_id text not null default ''::text,
  first_at timestamp with time zone not null,
  review_minutes double precision not null,
  comment_count integer not null,
  team_id text not null,
  seniority text not null,
  primary key (repo_id, change_id, person_id)
);
comment on table reviewer_part is 'One row per row of change_review and reviewer of it.';
comment on column reviewer_part.repo_id is 'Repository.';
comment on column reviewer_part.change_id is 'Change.';
comment on column reviewer_part.change_key is 'Number.';
comment on column reviewer_part.person_id is 'Who reviewed; '''' = all whom nobody knows. Never shown.';
comment on column reviewer_part.first_at is 'First review or comment in the diff.';
comment on column reviewer_part.review_minutes is 'Estimate, as change_review.review_minutes: the parts add up.';
comment on column reviewer_part.comment_count is 'Comments; they add up.';
comment on column reviewer_part.team_id is 'Team at first_at; unknown = not known.';
comment on column reviewer_part.seniority is 'junior | mid | senior | unknown, at first_at.';
create index reviewer_part_key on reviewer_part using btree (repo_id, change_key);
grant select (change_id, person_id, repo_id) on reviewer_part to throughline_reader;

create table deployment_fact (
  deployment_id bigint not null,
  service_id text not null,
  environment text not null,
  repo_id integer,
  team_id text not null,
  finished_at timestamp with time zone not null,
  kind text not null,
  is_first_of_service boolean not null,
  is_failed boolean not null,
  failure_methods text[] not null default '{}'::text[],
  is_rework boolean not null,
  recovered_at timestamp with time zone,
  recovery_basis text,
  cause_repo_id integer,
  cause_change_id bigint,
  cause_method text,
  fixed_repo_id integer,
  fixed_change_id bigint,
  change_count integer not null,
  sources text[] not null default '{}'::text[],
  excluded_reason text,
  primary key (deployment_id)
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
comment on column deployment_fact.cause_repo_id is 'Repository of cause_change_id; null with it.';
comment on column deployment_fact.cause_change_id is 'Change that caused the failure; null = unknown.';
comment on column deployment_fact.cause_method is 'explicit | fix_blame | sole_change; null = unknown.';
comment on column deployment_fact.fixed_repo_id is 'Repository of fixed_change_id; null with it.';
comment on column deployment_fact.fixed_change_id is 'For rework: the change being fixed; null = unknown.';
comment on column deployment_fact.change_count is 'Changes it shipped; 0 = config or first of service.';
comment on column deployment_fact.sources is 'Distinct code sources of its changes.';
comment on column deployment_fact.excluded_reason is 'Why it counts for nothing: the reason of the bad data that it finished in (exclusion.reason); null = it counts. What later ones ship is told from it all the same.';
create index deployment_fact_finished on deployment_fact using btree (finished_at);
grant select on deployment_fact to throughline_reader;

create table deployment_change (
  deployment_id bigint not null,
  repo_id integer not null,
  change_id bigint not null,
  primary key (repo_id, deployment_id, change_id)
);
comment on table deployment_change is 'One row per deployment and change that it was the first to ship: merge commits reachable from its sha and not from the previous deployment.';
comment on column deployment_change.deployment_id is 'Deployment.';
comment on column deployment_change.repo_id is 'Repository.';
comment on column deployment_change.change_id is 'Change.';
create index deployment_change_deployment on deployment_change using btree (deployment_id);
grant select on deployment_change to throughline_reader;

create table deployment_removed (
  deployment_id bigint not null,
  repo_id integer not null,
  change_id bigint not null,
  primary key (repo_id, deployment_id, change_id)
);
comment on table deployment_removed is 'One row per deployment and change that it took out of production: merge commits reachable from the previous deployment of the service and environment and not from this one (a rollback, or a release from another line).';
comment on column deployment_removed.deployment_id is 'Deployment that is without the change.';
comment on column deployment_removed.repo_id is 'Repository.';
comment on column deployment_removed.change_id is 'Change.';
create index deployment_removed_change on deployment_removed using btree (repo_id, change_id);
create index deployment_removed_deployment on deployment_removed using btree (deployment_id);

create table incident_link (
  incident_id bigint not null,
  deployment_id bigint,
  repo_id integer,
  change_id bigint,
  method text not null,
  confidence double precision,
  cause_method text,
  cause_confidence double precision,
  excluded_reason text,
  primary key (incident_id)
);
comment on table incident_link is 'One row per incident: the deployment and change it is linked to, or unlinked.';
comment on column incident_link.incident_id is 'Incident.';
comment on column incident_link.deployment_id is 'Deployment; null = unlinked.';
comment on column incident_link.repo_id is 'Repository of change_id; null with it.';
comment on column incident_link.change_id is 'Cause change; null = unknown.';
comment on column incident_link.method is 'explicit | mention | rollback | time_window | unlinked.';
comment on column incident_link.confidence is '0..1; null = unlinked.';
comment on column incident_link.cause_method is 'explicit | fix_blame | sole_change; null = unknown.';
comment on column incident_link.cause_confidence is '0..1; null = unknown.';
comment on column incident_link.excluded_reason is 'Why the incident counts for nothing: the reason of the bad data that it began in (exclusion.reason); null = it counts.';
create index incident_link_change on incident_link using btree (repo_id, change_id) where (change_id is not null);
create index incident_link_excluded on incident_link using btree (incident_id) where (excluded_reason is not null);
grant select on incident_link to throughline_reader;

create table issue_mention (
  repo_id integer not null,
  change_key text not null,
  issue_key text not null,
  method text not null,
  primary key (repo_id, change_key, issue_key),
  check ((method = any (array['branch'::text, 'title'::text])))
);
comment on table issue_mention is 'One row per change and text in its branch or title that looks like the key of an issue, whether there is such an issue or not (UTF-8 looks like one): view issue_change says which there are.';
comment on column issue_mention.repo_id is 'Repository.';
comment on column issue_mention.change_key is 'Change.';
comment on column issue_mention.issue_key is 'The text in upper case.';
comment on column issue_mention.method is 'branch (named there, maybe in the title too) | title.';
create index issue_mention_key on issue_mention using btree (issue_key);

create table issue_fact (
  source text not null,
  external_id text not null,
  ready_at timestamp with time zone,
  ready_basis text,
  started_at timestamp with time zone,
  started_basis text,
  done_at timestamp with time zone,
  done_basis text,
  cancelled_at timestamp with time zone,
  stage text,
  reopened_count integer not null,
  moved_count integer not null,
  bad_order_count integer not null,
  unmapped_states text[] not null default '{}'::text[],
  primary key (source, external_id),
  check ((done_basis = any (array['state'::text, 'category'::text, 'source'::text]))),
  check ((ready_basis = any (array['state'::text, 'cycle'::text]))),
  check ((started_basis = any (array['state'::text, 'category'::text, 'source'::text])))
);
comment on table issue_fact is 'One row per issue: when it was ready, started and done, and by what that is known.';
comment on column issue_fact.source is 'Connector.';
comment on column issue_fact.external_id is 'Issue (issue.external_id).';
comment on column issue_fact.ready_at is 'Requirement ready: last entry into a state of stage ready before the start (being made in one is none), else when it was first put into a cycle before the start. Null = nothing says it: an issue that was opened years before work is not ready since then.';
comment on column issue_fact.ready_basis is 'state | cycle; null with ready_at.';
comment on column issue_fact.started_at is 'First start of work: first entry into a state of stage in_progress or review, or of category started. Null = not started, or not known.';
comment on column issue_fact.started_basis is 'state (by its stage) | category (the state maps to nothing, the source says that it is started) | source (the source says when, no state does); null with started_at.';
comment on column issue_fact.done_at is 'Last end, of an issue that is done now: a reopened issue is done when it was done again. Null = it is not.';
comment on column issue_fact.done_basis is 'As started_basis; null with done_at.';
comment on column issue_fact.cancelled_at is 'When it was given up, of an issue that is given up now; null = it is not.';
comment on column issue_fact.stage is 'Stage now; null = its state maps to nothing, or the source tells no states.';
comment on column issue_fact.reopened_count is 'How often it left done or cancelled for another stage.';
comment on column issue_fact.moved_count is 'How often it was moved to another project.';
comment on column issue_fact.bad_order_count is 'Changes of state whose time goes back: before the one before them, or before the issue was created. An issue with one of them is counted and never timed.';
comment on column issue_fact.unmapped_states is 'States that it was in and that map to nothing.';
create index issue_fact_done on issue_fact using btree (done_at) where (done_at is not null);
grant select (done_at, external_id, source, unmapped_states) on issue_fact to throughline_reader;

create table issue_stage (
  source text not null,
  external_id text not null,
  seq integer not null,
  state text,
  stage text,
  began_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  primary key (source, external_id, seq)
);
comment on table issue_stage is 'One row per span of time of an issue in a state, one after the other; none of an issue whose time goes back.';
comment on column issue_stage.source is 'Connector.';
comment on column issue_stage.external_id is 'Issue (issue.external_id).';
comment on column issue_stage.seq is 'Order, from 0.';
comment on column issue_stage.state is 'State as the source names it; null = the source does not tell it.';
comment on column issue_stage.stage is 'As issue_event.stage: backlog | ready | in_progress | review | done | cancelled; null = it maps to nothing.';
comment on column issue_stage.began_at is 'Start, inclusive.';
comment on column issue_stage.ended_at is 'End, exclusive; null = it is in it.';
create index issue_stage_stage on issue_stage using btree (stage, began_at);

create table change_survival (
  repo_id integer not null,
  change_id bigint not null,
  merged_at timestamp with time zone not null,
  born_at timestamp with time zone not null,
  service_id text not null,
  team_id text not null,
  author_kind text not null,
  responsible_id text,
  pr_class text not null,
  code_source text not null,
  tools text[] not null default '{}'::text[],
  seniority text not null,
  size text not null,
  zone text not null,
  is_assumed boolean not null,
  confidence double precision,
  effective_lines integer not null,
  lost_14 integer not null,
  lost_30 integer not null,
  lost_60 integer not null,
  lost_90 integer not null,
  lost integer not null,
  censored integer not null,
  pending integer not null,
  reverted_at timestamp with time zone,
  is_reapplied boolean not null,
  revert_failed_at timestamp with time zone,
  rewritten_at timestamp with time zone,
  shipped_at timestamp with time zone,
  rolled_back_at timestamp with time zone,
  rollback_basis text,
  effective_added integer,
  effective_deleted integer,
  primary key (repo_id, change_id),
  check ((rollback_basis = any (array['rollback'::text, 'deployment'::text, 'merge'::text])))
);
comment on table change_survival is 'One row per change merged after repo.known_from in an analysed repository (automation included, see author_kind): its durability. Dimensions as in change_fact. A change without effective lines has a row with 0 lines (revert test only).';
comment on column change_survival.repo_id is 'Repository.';
comment on column change_survival.change_id is 'Change (change_fact.change_id).';
comment on column change_survival.merged_at is 'Cohort time (metrics.md 0.9).';
comment on column change_survival.born_at is 'When its last lines reached the default branch (merged_at where it has none): ages count from here.';
comment on column change_survival.service_id is 'As change_fact.';
comment on column change_survival.team_id is 'As change_fact.';
comment on column change_survival.author_kind is 'human | ai_agent | automation; automation is no part of the default population.';
comment on column change_survival.responsible_id is 'Human who counts for k; null = none known. Never shown.';
comment on column change_survival.pr_class is 'As change_fact.';
comment on column change_survival.code_source is 'As change_fact: the class of all its lines (by = pr_class_source).';
comment on column change_survival.tools is 'As change_fact.';
comment on column change_survival.seniority is 'As change_fact.';
comment on column change_survival.size is 'As change_fact.';
comment on column change_survival.zone is 'As change_fact.';
comment on column change_survival.is_assumed is 'As change_fact.';
comment on column change_survival.confidence is 'As change_fact; null = unknown source.';
comment on column change_survival.effective_lines is 'Effective lines it brought to the default branch = lost + censored + alive at observed_days (pending are among the alive).';
comment on column change_survival.lost_14 is 'Of these, dead at an age of at most 14 days (kinds modified, deleted, reverted, file_deleted).';
comment on column change_survival.lost_30 is 'Dead at an age of at most 30 days.';
comment on column change_survival.lost_60 is 'Dead at an age of at most 60 days.';
comment on column change_survival.lost_90 is 'Dead at an age of at most 90 days.';
comment on column change_survival.lost is 'Dead at any whole observed day = sum of change_death.lines without history_rewritten.';
comment on column change_survival.censored is 'Closed as history_rewritten: censored at the age in change_death.';
comment on column change_survival.pending is 'Died within the last, incomplete day of observation: alive at observed_days until that day is complete (counting them would bias the last day, because its survivors are not yet at risk).';
comment on column change_survival.reverted_at is 'First revert of any extent (revert rate); null = not reverted.';
comment on column change_survival.is_reapplied is 'The revert was reverted; the first still counts.';
comment on column change_survival.revert_failed_at is 'First revert of at least half of its effective lines, or of unmeasured extent (change survival); null = none.';
comment on column change_survival.rewritten_at is 'When half of its effective lines were modified, deleted or reverted; null = not so far, or no lines.';
comment on column change_survival.shipped_at is 'First production deployment with it; null = none known, then merged_at starts the time to rollback.';
comment on column change_survival.rolled_back_at is 'End of the time to rollback; null = neither reverted nor rolled back.';
comment on column change_survival.rollback_basis is 'rollback = a rollback deployment without it | deployment = deployment of the reverting change | merge = merge of the reverting change; null = not rolled back.';
comment on column change_survival.effective_added is 'As change_fact.';
comment on column change_survival.effective_deleted is 'As change_fact.';
create index change_survival_born on change_survival using btree (born_at) include (merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, change_id, tools);
create index change_survival_cover on change_survival using btree (merged_at) include (code_source, author_kind, responsible_id, effective_lines, lost, censored, is_assumed, confidence, born_at, repo_id, change_id, tools, lost_14, reverted_at, is_reapplied, revert_failed_at, rewritten_at, effective_added, effective_deleted);
create index change_survival_merged_on on change_survival using btree ((((merged_at at time zone 'UTC'::text))::date));
create index change_survival_pending on change_survival using btree (repo_id) where (pending > 0);
create index change_survival_sample on change_survival using btree (((hashint8extended(change_id, (0)::bigint) & (1048575)::bigint))) include (change_id, merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, born_at, tools);

create table change_line (
  repo_id integer not null,
  change_id bigint not null,
  line_source text not null,
  effective_lines integer not null,
  primary key (repo_id, change_id, line_source)
);
comment on table change_line is 'One row per change and line source: effective lines it brought (by = line_source); sums to change_survival.effective_lines.';
comment on column change_line.repo_id is 'Repository.';
comment on column change_line.change_id is 'Change.';
comment on column change_line.line_source is 'ai:<tool> | human | '''' = no attestation (basis pr: take the class of the change).';
comment on column change_line.effective_lines is 'Effective lines born.';
grant select on change_line to throughline_reader;

create table change_death (
  repo_id integer not null,
  change_id bigint not null,
  line_source text not null,
  age_days integer not null,
  death_kind text not null,
  effective_lines integer not null,
  primary key (repo_id, change_id, line_source, age_days, death_kind)
);
comment on table change_death is 'One row per change, line source, age and kind: when its effective lines ended. Events at t precede censorings at t. Ages up to observed_days.';
comment on column change_death.repo_id is 'Repository.';
comment on column change_death.change_id is 'Change.';
comment on column change_death.line_source is 'As change_line.';
comment on column change_death.age_days is 'Whole days from change_survival.born_at, rounded up (a death on the day of birth is 1); history_rewritten: rounded down. Never above observed_days.';
comment on column change_death.death_kind is 'modified | deleted | reverted | file_deleted; history_rewritten is a censoring.';
comment on column change_death.effective_lines is 'Effective lines.';
grant select on change_death to throughline_reader;

create view survival_cohort as
 select s.repo_id,
    s.change_id,
    s.merged_at,
    s.born_at,
    s.service_id,
    s.team_id,
    s.author_kind,
    s.responsible_id,
    s.pr_class,
    s.code_source,
    s.tools,
    s.seniority,
    s.size,
    s.zone,
    s.is_assumed,
    s.confidence,
    s.effective_lines,
    s.lost_14,
    s.lost_30,
    s.lost_60,
    s.lost_90,
    s.lost,
    s.censored,
    s.pending,
    s.reverted_at,
    s.is_reapplied,
    s.revert_failed_at,
    s.rewritten_at,
    s.shipped_at,
    s.rolled_back_at,
    s.rollback_basis,
    s.effective_added,
    s.effective_deleted,
    least(greatest(floor(extract(epoch from r.observed_until - s.born_at) / 86400::numeric), 0::numeric), 100000::numeric)::integer as observed_days
   from change_survival s
     join repo r using (repo_id)
  where r.observed_until is not null;
comment on view survival_cohort is 'One row per row of change_survival, with observed_days = whole days from birth to repo.observed_until: the censoring age of every line still alive.';

create table workflow_completion (
  workflow_id text not null,
  workflow_version integer not null,
  unit_key text not null,
  person_id text not null default ''::text,
  repo_id integer not null,
  change_id bigint,
  started_at timestamp with time zone,
  ended_at timestamp with time zone not null,
  minutes double precision,
  business_minutes double precision,
  status text not null,
  is_winsorised boolean not null default false,
  pr_class text not null,
  code_source text not null,
  zone text not null,
  size text not null,
  team_id text not null,
  seniority text not null,
  week_start date not null,
  primary key (person_id, repo_id, workflow_id, workflow_version, unit_key),
  check ((status = any (array['ok'::text, 'bad_order'::text, 'no_start'::text, 'abandoned'::text])))
);
comment on table workflow_completion is 'One row per completed unit of a workflow; rejected and abandoned units are kept with their status so that they can be counted.';
comment on column workflow_completion.workflow_id is 'Workflow.';
comment on column workflow_completion.workflow_version is 'Version of the definition that applied at the end.';
comment on column workflow_completion.unit_key is 'change_key, or change_key/reviewer; of other units <unit>:<digest of its key>.';
comment on column workflow_completion.person_id is 'Human whose tool use counts; '''' = none known. Never shown.';
comment on column workflow_completion.repo_id is 'Repository; 0 = none is known (issue, incident, agent_run).';
comment on column workflow_completion.change_id is 'Change; null = other unit.';
comment on column workflow_completion.started_at is 'Start; null = no_start.';
comment on column workflow_completion.ended_at is 'End.';
comment on column workflow_completion.minutes is 'Calendar minutes, winsorised; null unless ok.';
comment on column workflow_completion.business_minutes is 'Business minutes, winsorised; null unless ok.';
comment on column workflow_completion.status is 'ok | bad_order | no_start | abandoned.';
comment on column workflow_completion.is_winsorised is 'Cut at the workflow''s max.';
comment on column workflow_completion.pr_class is 'As change_fact; of an issue by its type and labels, of an incident and a run unknown.';
comment on column workflow_completion.code_source is 'As change_fact; of other units than changes unknown.';
comment on column workflow_completion.zone is 'As change_fact; of other units than changes unknown.';
comment on column workflow_completion.size is 'As change_fact; of other units than changes unknown.';
comment on column workflow_completion.team_id is 'Team of the actor at the end.';
comment on column workflow_completion.seniority is 'Seniority of the actor at the end.';
comment on column workflow_completion.week_start is 'Monday of ended_at, local date in setting default_tz; joins usage_week.week_start.';
create index workflow_completion_done on workflow_completion using btree (ended_at) include (workflow_id, person_id) where (status = 'ok'::text);
create index workflow_completion_ended on workflow_completion using btree (workflow_id, ended_at);
create index workflow_completion_no_start on workflow_completion using btree (workflow_id, ended_at) where (status = 'no_start'::text);
create index workflow_completion_other on workflow_completion using btree (unit_key) where (change_id is null);
create index workflow_completion_person on workflow_completion using btree (person_id, week_start);
create index workflow_completion_rejected on workflow_completion using btree (ended_at) include (workflow_id, team_id, status, is_winsorised) where ((status <> 'ok'::text) or is_winsorised);
create index workflow_completion_repo on workflow_completion using btree (repo_id, split_part(unit_key, '/'::text, 1));
create index workflow_completion_unit on workflow_completion using btree (workflow_id, workflow_version, person_id, ended_at) include (repo_id, week_start, minutes, business_minutes, started_at, team_id, pr_class) where (status = 'ok'::text);
create index workflow_completion_week on workflow_completion using btree (workflow_id, week_start);
grant select on workflow_completion to throughline_reader;

create table declared_day (
  tool_id text not null,
  person_id text not null,
  day date not null,
  marked_commits integer not null,
  primary key (person_id, tool_id, day)
);
comment on table declared_day is 'One row per person, tool and local day with commits that carry a mark of the tool (grade 3 or better, no distrusted marks): declared usage. A day without a row is not an observed zero: marks can be switched off.';
comment on column declared_day.tool_id is 'Tool named by the mark.';
comment on column declared_day.person_id is 'Human who authored the commits. Never shown.';
comment on column declared_day.day is 'Local date of the author time in setting default_tz.';
comment on column declared_day.marked_commits is 'Commits with a mark: the uses of that day.';
create index declared_day_person on declared_day using btree (person_id, day);
create index declared_day_tool on declared_day using btree (tool_id);

create view usage_day as
 select tool_day.tool_id,
    tool_day.person_id,
    tool_day.day,
    tool_day.grade,
    coalesce(tool_day.invocations, tool_day.sessions, 1) as uses,
    coalesce(tool_day.accepted_lines, 0) as accepted_lines,
    tool_day.source
   from tool_day
  where tool_day.person_id <> ''::text
union all
 select d.tool_id,
    d.person_id,
    d.day,
    3::smallint as grade,
    d.marked_commits as uses,
    0 as accepted_lines,
    'git'::text as source
   from declared_day d
  where not (exists ( select
           from tool_day t
          where t.tool_id = d.tool_id and t.person_id = d.person_id and t.day = d.day));
comment on view usage_day is 'One row per tool, person and local day: usage from telemetry, else from marks in git (source git, grade 3 declared). Activity without a count is one use; a telemetry row with 0 uses is an observed zero.';

create table usage_week (
  tool_id text not null,
  workflow_id text not null default ''::text,
  person_id text not null,
  week_start date not null,
  uses integer not null,
  active_days integer not null,
  accepted_lines integer not null,
  uses_30d integer not null,
  active_days_30d integer not null,
  accepted_lines_30d integer not null,
  uses_prior_30d integer not null,
  active_days_prior_30d integer not null,
  accepted_lines_prior_30d integer not null,
  coverage smallint not null,
  prior_coverage smallint not null,
  is_seated boolean not null,
  basis text not null,
  team_id text not null,
  own_coverage smallint not null default 0,
  own_prior_coverage smallint not null default 0,
  primary key (person_id, tool_id, workflow_id, week_start),
  check ((basis = any (array['declared'::text, 'activity'::text, 'event'::text, 'observed_zero'::text, 'seat'::text, 'none'::text])))
);
comment on table usage_week is 'One row per tool, workflow, human and week, for every tool and every human with a completion, a seat or a use in the week or in the 30 days before its end. A row with coverage < 2 has unknown usage: its counts are not zeros (bucket unknown). Weeks and days are local to setting default_tz.';
comment on column usage_week.tool_id is 'Tool.';
comment on column usage_week.workflow_id is 'Workflow whose features or events are counted; '''' = all uses of the tool. Join through view workflow_usage.';
comment on column usage_week.person_id is 'Human. Never shown.';
comment on column usage_week.week_start is 'Monday, local date; joins workflow_completion.week_start.';
comment on column usage_week.uses is 'Uses in the week (distinct events, or invocations of tool_day; marked commits where basis = declared).';
comment on column usage_week.active_days is 'Local days of the week with a use.';
comment on column usage_week.accepted_lines is 'Accepted lines in the week (0 where the source does not count them).';
comment on column usage_week.uses_30d is 'Uses in the 30 local days before the end of the week (trailing_30d).';
comment on column usage_week.active_days_30d is 'Active days in that window.';
comment on column usage_week.accepted_lines_30d is 'Accepted lines in that window.';
comment on column usage_week.uses_prior_30d is 'Uses in the 30 local days before the start of the week (prior_30d).';
comment on column usage_week.active_days_prior_30d is 'Active days in that window.';
comment on column usage_week.accepted_lines_prior_30d is 'Accepted lines in that window.';
comment on column usage_week.coverage is 'Effective signal grade of the person in the 30 days before the end of the week: 0 none, 1 seat only, 2 activity, 3 event or declared, 4 line. Below 2 = unknown. Use it for same_week and trailing_30d.';
comment on column usage_week.prior_coverage is 'The same for the 30 days before the start of the week. Use it for prior_30d.';
comment on column usage_week.is_seated is 'Held a seat on a day of the week (zero_seated and zero_unseated).';
comment on column usage_week.basis is 'What the coverage rests on: declared = marks in git, where no mark in 30 days with commits is zero declared use | activity | event | observed_zero = heartbeat without use | seat | none.';
comment on column usage_week.team_id is 'Primary team at the end of the week, or unknown.';
comment on column usage_week.own_coverage is 'Signal grade of the person''s own data in the trailing window. coverage is the same, but at most 1 where fewer than 80 % of the licensed people of that tool and week have data.';
comment on column usage_week.own_prior_coverage is 'The same for the window before the week.';
create index usage_week_tool on usage_week using btree (tool_id, workflow_id, person_id, week_start);
create index usage_week_week on usage_week using btree (week_start);
grant select on usage_week to throughline_reader;

create table tool_week (
  tool_id text not null,
  week_start date not null,
  licensed integer not null,
  covered integer not null,
  primary key (tool_id, week_start)
);
comment on table tool_week is 'One row per tool and week with seats: how far the telemetry of the tool reaches.';
comment on column tool_week.tool_id is 'Tool.';
comment on column tool_week.week_start is 'Monday, local date in setting default_tz.';
comment on column tool_week.licensed is 'Humans who held a seat in the week.';
comment on column tool_week.covered is 'Of these, with own_coverage of 2 or better. Below 80 % nobody''s usage of that week is known.';

create table tool_match (
  tool_id text not null,
  users integer not null,
  matched integer not null,
  primary key (tool_id)
);
comment on table tool_match is 'One row per tool with accounts: how many of those that used or hold it belong to somebody who is known otherwise. Results by tool and outcome rest on it.';
comment on column tool_match.tool_id is 'Tool.';
comment on column tool_match.users is 'Accounts of people with use or a licence of the tool.';
comment on column tool_match.matched is 'Of these, without conflict joined to a person who has an account elsewhere than at a tool, or whom a file names.';
grant select on tool_match to throughline_reader;

create view workflow_usage as
 select wt.workflow_id,
    wt.tool_id,
        case
            when t.usage_scope = 'workflow'::text or wt.features <> '{}'::text[] then wt.workflow_id
            else ''::text
        end as usage_workflow_id,
    wt.measure,
    wt.usage_window,
    wt.low_min,
    wt.high_min,
    t.title as tool_title,
    t.nominal_grade,
    t.usage_scope = 'tool'::text and wt.features = '{}'::text[] as is_tool_scope
   from workflow_tool wt
     join tool t using (tool_id);
comment on view workflow_usage is 'One row per workflow and tool: how its usage is counted there; join usage_week on (tool_id, workflow_id = usage_workflow_id). is_tool_scope = the uses count in every workflow that lists the tool; panels say so.';
grant select on workflow_usage to throughline_reader;

create view adoption_week as
 select u.tool_id as tool,
    u.person_id,
    u.week_start,
    e.at,
    u.team_id as team,
        case
            when p.experience_start is null then 'unknown'::text
            when ((p.experience_start + make_interval(months => m.senior)) at time zone 'UTC'::text) <= e.at then 'senior'::text
            when ((p.experience_start + make_interval(months => m.mid)) at time zone 'UTC'::text) <= e.at then 'mid'::text
            else 'junior'::text
        end as seniority,
    u.coverage,
    u.basis,
    u.uses,
    u.uses_30d,
    u.active_days_30d,
        case
            when u.coverage < 2 then 'unknown'::text
            when d.used = 0 then 'zero'::text
            when d.used::double precision < t.high_min then 'low'::text
            else 'high'::text
        end as band,
    ( select min(s.valid_from) as min
           from seat s
          where s.tool_id = u.tool_id and s.person_id = u.person_id and s.valid_from <= e.at and (s.valid_to is null or s.valid_to > e.at)) as seat_since,
    coalesce(l.first_at <= e.at, false) as is_listed
   from usage_week u
     join tool t on t.tool_id = u.tool_id
     join person p on p.person_id = u.person_id
     left join ( select seat.tool_id,
            min(seat.valid_from) as first_at
           from seat
          group by seat.tool_id) l on l.tool_id = u.tool_id
     cross join ( select coalesce(( select setting.value #>> '{}'::text[]
                   from setting
                  where setting.key = 'default_tz'::text), 'UTC'::text) as zone,
            coalesce(( select (setting.value ->> 'mid'::text)::integer as int4
                   from setting
                  where setting.key = 'seniority_months'::text), 18) as mid,
            coalesce(( select (setting.value ->> 'senior'::text)::integer as int4
                   from setting
                  where setting.key = 'seniority_months'::text), 48) as senior) m
     cross join lateral ( select ((u.week_start + 7)::timestamp without time zone at time zone m.zone) - '00:00:00.000001'::interval as at) e
     cross join lateral ( select
                case t.measure
                    when 'invocations'::text then u.uses_30d
                    when 'active_days'::text then u.active_days_30d
                    else u.accepted_lines_30d
                end as used) d
  where u.workflow_id = ''::text;
comment on view adoption_week is 'One row per tool, human and week of usage_week, as of the last instant of the week: who uses a tool, how much, and with which seat. A row with coverage < 2 is unknown use, never none.';
comment on column adoption_week.tool is 'Tool.';
comment on column adoption_week.person_id is 'Human. Never shown.';
comment on column adoption_week.week_start is 'Monday, local date in setting default_tz.';
comment on column adoption_week.at is 'Last instant of the week.';
comment on column adoption_week.team is 'Primary team then, or unknown.';
comment on column adoption_week.seniority is 'Band of professional experience then (setting seniority_months), or unknown.';
comment on column adoption_week.coverage is 'As usage_week.coverage: below 2 the use is unknown.';
comment on column adoption_week.basis is 'As usage_week.basis.';
comment on column adoption_week.uses is 'Uses in the week.';
comment on column adoption_week.uses_30d is 'Uses in the 30 days to the end of the week.';
comment on column adoption_week.active_days_30d is 'Days with a use in them.';
comment on column adoption_week.band is 'Usage band of these 30 days by the measure and limits of the tool: zero | low | high | unknown.';
comment on column adoption_week.seat_since is 'Start of the seat held at that instant; null = none is known.';
comment on column adoption_week.is_listed is 'Anybody is known to hold or have held a seat of the tool: then nobody without one has one.';
grant select on adoption_week to throughline_reader;

create table landing (
  tool_id text not null,
  workflow_id text not null,
  team_id text not null,
  landed_at timestamp with time zone not null,
  basis text not null,
  primary key (tool_id, workflow_id, team_id),
  check ((basis = any (array['config'::text, 'inferred'::text])))
);
comment on table landing is 'One row per tool, workflow and team (also team unknown): when the tool landed, resolved. No row = not landed.';
comment on column landing.tool_id is 'Tool.';
comment on column landing.workflow_id is 'Workflow.';
comment on column landing.team_id is 'Team, or unknown.';
comment on column landing.landed_at is 'Configured date (team and workflow, team, workflow, default: the first that exists), else the first marked commit or use of the team.';
comment on column landing.basis is 'config | inferred (first marked commit or use of the team, else of anybody; may be too early where somebody tried it alone).';
grant select on landing to throughline_reader;

create view cell_week as
 with unit_person as (
         select workflow_completion.workflow_id,
            workflow_completion.team_id,
            workflow_completion.week_start,
            nullif(workflow_completion.person_id, ''::text) as person_id,
            count(*) as units
           from workflow_completion
          where workflow_completion.status = 'ok'::text
          group by workflow_completion.workflow_id, workflow_completion.team_id, workflow_completion.week_start, (nullif(workflow_completion.person_id, ''::text))
        ), unit_cell as (
         select unit_person.workflow_id,
            unit_person.team_id,
            unit_person.week_start,
            count(unit_person.person_id) as people,
            sum(unit_person.units) as units,
            max(unit_person.units) filter (where unit_person.person_id is not null)::numeric / sum(unit_person.units) as top_share
           from unit_person
          group by unit_person.workflow_id, unit_person.team_id, unit_person.week_start
        ), unit_time as (
         select workflow_completion.workflow_id,
            workflow_completion.team_id,
            workflow_completion.week_start,
            percentile_cont(array[0.5, 0.9]::double precision[]) within group (order by workflow_completion.minutes) as minutes,
            percentile_cont(0.5::double precision) within group (order by workflow_completion.business_minutes) as business_minutes
           from workflow_completion
          where workflow_completion.status = 'ok'::text
          group by workflow_completion.workflow_id, workflow_completion.team_id, workflow_completion.week_start
        ), use_cell as (
         select w.workflow_id,
            w.tool_id,
            u_1.team_id,
            u_1.week_start,
            count(*) as people,
            count(*) filter (where u_1.uses > 0) as users,
            sum(u_1.uses) as uses,
            max(u_1.uses)::double precision / nullif(sum(u_1.uses), 0)::double precision as top_share
           from usage_week u_1
             join workflow_usage w on w.tool_id = u_1.tool_id and w.usage_workflow_id = u_1.workflow_id
          where u_1.coverage >= 2
          group by w.workflow_id, w.tool_id, u_1.team_id, u_1.week_start
        ), least_group as (
         select greatest(coalesce(( select (setting.value ->> 'smallest_group'::text)::integer as int4
                   from setting
                  where setting.key = 'k_agreement'::text), 5), ( select max((setting.value #>> '{}'::text[])::integer) as max
                   from setting
                  where setting.key = any (array['k'::text, 'usage_k'::text]))) as k
        ), unit_judged as (
         select c.workflow_id,
            c.team_id,
            c.week_start,
            c.people,
            c.units,
            c.top_share,
            c.people < g.k or coalesce(c.top_share, 0::numeric) > 0.8 as is_small
           from unit_cell c
             cross join least_group g
        ), use_judged as (
         select c.workflow_id,
            c.tool_id,
            c.team_id,
            c.week_start,
            c.people,
            c.users,
            c.uses,
            c.top_share,
            c.people < g.k or coalesce(c.top_share, 0::double precision) > 0.8::double precision as is_small
           from use_cell c
             cross join least_group g
        ), unit_hidden as (
         select unit_judged.workflow_id,
            unit_judged.team_id,
            unit_judged.week_start,
            unit_judged.people,
            unit_judged.units,
            unit_judged.top_share,
            unit_judged.is_small,
            unit_judged.is_small or count(*) filter (where unit_judged.is_small and unit_judged.people > 0) over w = 1 and row_number() over (w order by unit_judged.is_small, unit_judged.people, unit_judged.team_id) = 1 as is_hidden
           from unit_judged
          window w as (partition by unit_judged.workflow_id, unit_judged.week_start)
        ), use_hidden as (
         select use_judged.workflow_id,
            use_judged.tool_id,
            use_judged.team_id,
            use_judged.week_start,
            use_judged.people,
            use_judged.users,
            use_judged.uses,
            use_judged.top_share,
            use_judged.is_small,
            use_judged.is_small or count(*) filter (where use_judged.is_small) over w = 1 and row_number() over (w order by use_judged.is_small, use_judged.people, use_judged.team_id) = 1 as is_hidden
           from use_judged
          window w as (partition by use_judged.workflow_id, use_judged.tool_id, use_judged.week_start)
        ), unit_tool as (
         select h.workflow_id,
            h.team_id,
            h.week_start,
            h.people,
            h.units,
            h.top_share,
            h.is_small,
            h.is_hidden,
            coalesce(t.tool_id, ''::text) as tool_id,
            m.minutes,
            m.business_minutes
           from unit_hidden h
             join unit_time m using (workflow_id, team_id, week_start)
             left join workflow_tool t using (workflow_id)
        )
 select workflow_id,
    tool_id,
    team_id,
    week_start,
        case
            when not n.is_hidden then n.people::integer
            else null::integer
        end as unit_people,
        case
            when not n.is_hidden then n.units::integer
            else null::integer
        end as units,
        case
            when not n.is_hidden then n.minutes[1]
            else null::double precision
        end as median_minutes,
        case
            when not n.is_hidden then n.minutes[2]
            else null::double precision
        end as p90_minutes,
        case
            when not n.is_hidden then n.business_minutes
            else null::double precision
        end as median_business_minutes,
        case
            when not u.is_hidden then u.people::integer
            else null::integer
        end as usage_people,
        case
            when not u.is_hidden then u.users::integer
            else null::integer
        end as users,
        case
            when not u.is_hidden then u.uses::integer
            else null::integer
        end as uses,
    coalesce(n.is_hidden, false) or coalesce(u.is_hidden, false) as is_hidden
   from unit_tool n
     full join use_hidden u using (workflow_id, tool_id, team_id, week_start);
comment on view cell_week is 'One row per workflow, tool, team and week with completed units or known usage: the contract for those who come with SQL. Small groups are hidden: fewer than k people (the larger of settings k and usage_k, and 5 unless k_agreement names a written decision for less), one person with more than 80 % of it, or the smallest other team where a single one is hidden.';
comment on column cell_week.workflow_id is 'Workflow.';
comment on column cell_week.tool_id is 'Tool that counts in the workflow; '''' = the workflow lists none. Units stand at each tool of their workflow: never add them up over tools.';
comment on column cell_week.team_id is 'Team of the person at the time, or unknown.';
comment on column cell_week.week_start is 'Monday, local date in setting default_tz.';
comment on column cell_week.unit_people is 'Humans who completed a unit; null = hidden, or no unit.';
comment on column cell_week.units is 'Units that ended in the week (status ok); null = hidden, or none.';
comment on column cell_week.median_minutes is 'Median calendar minutes from start to end; null likewise.';
comment on column cell_week.p90_minutes is 'Calendar minutes that 90 % of the units stayed below; null likewise.';
comment on column cell_week.median_business_minutes is 'Median minutes of working time; null likewise.';
comment on column cell_week.usage_people is 'Humans whose usage of the tool is known (coverage 2 or better); null = hidden, or of nobody.';
comment on column cell_week.users is 'Of these, with a use in the week; null likewise.';
comment on column cell_week.uses is 'Their uses in the week; null likewise.';
comment on column cell_week.is_hidden is 'Units or usage of the cell are hidden because the group is small.';
grant select on cell_week to throughline_reader;

create view data_clock as
 select coalesce(( select max(stream_state.watermark) as max
           from stream_state), now()) as complete_until,
    make_interval(secs => 3600::double precision * coalesce(( select (setting.value #>> '{}'::text[])::double precision as float8
           from setting
          where setting.key = 'link_window_hours'::text), 24::double precision)) as link_window,
    (exists ( select
           from issue_stage)) as has_issue_states;
comment on view data_clock is 'One row per store: until when data is complete (watermark of the newest stream; now where there is none), how long after a deployment an incident may still be linked to it (setting link_window_hours), and whether a tracker tells of the states of issues.';
grant select on data_clock to throughline_reader;

create view merged_unit as
 select f.repo_id,
    f.change_id,
    f.merged_at,
    f.first_commit_at,
    f.created_at,
    f.first_ready_at,
    f.first_review_at,
    f.review_rounds,
    f.deployed_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.seniority,
    f.zone,
    f.size,
    f.is_assumed,
    f.confidence,
    f.effective_added,
    f.marked_tools,
    f.proven_by,
    f.proven_ai,
    f.proven_tools,
        case
            when f.tools <> '{}'::text[] then f.tools
            when f.code_source = 'human'::text then '{none}'::text[]
            else '{unknown}'::text[]
        end as counted_tools,
    d.excluded_reason as deployment_excluded
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     left join deployment_fact d on d.deployment_id = f.deployment_id
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view merged_unit is 'One row per merged change that is not of automation and counts (change_fact.excluded_reason): who is behind it (person_id; null = nobody known), its dimensions, the tools that it counts for (none = human, unknown = no tool named), its marks and what knows better than they. deployment_excluded: why its deployment counts for nothing, so that its time to production does neither; null = it counts.';
grant select on merged_unit to throughline_reader;

create view review_unit as
 select f.repo_id,
    f.change_id,
    f.merged_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.seniority,
    f.zone,
    f.size,
    f.review_rounds,
    f.effective_added + f.effective_deleted as line_count,
    v.is_reviewed,
    v.is_self_merged,
    v.wait_minutes,
    v.elapsed_minutes,
    v.review_minutes,
    v.comment_count,
    v.is_blocked,
    v.is_stamp,
    v.is_cross_team,
    v.explanation,
    v.is_ai_reviewed,
    v.ai_comment_count,
    v.ai_changed_count,
    v.ai_settled_count,
    v.program_review_count
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     join change_review v on v.repo_id = f.repo_id and v.change_id = f.change_id
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view review_unit is 'One row per row of change_review whose change is not of automation and counts, with who is behind the change (person_id; null = nobody known), its dimensions and its effective lines added and deleted (null = not measured).';
grant select on review_unit to throughline_reader;

create view reviewer_unit as
 select f.repo_id,
    f.change_id,
    f.merged_at,
    nullif(p.person_id, ''::text) as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    p.seniority,
    f.zone,
    f.size,
    f.responsible_id as author_id,
    p.review_minutes,
    p.comment_count
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     join reviewer_part p on p.repo_id = f.repo_id and p.change_id = f.change_id
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view reviewer_unit is 'One row per row of reviewer_part: who reviewed (person_id; null = nobody known), what of it is theirs and their seniority; the other dimensions are those of the change.';
grant select on reviewer_unit to throughline_reader;

create view survived_unit as
 select s.repo_id,
    s.change_id,
    s.merged_at,
    s.born_at,
    s.service_id,
    s.team_id,
    s.author_kind,
    s.responsible_id,
    s.pr_class,
    s.code_source,
    s.tools,
    s.seniority,
    s.size,
    s.zone,
    s.is_assumed,
    s.confidence,
    s.effective_lines,
    s.lost_14,
    s.lost_30,
    s.lost_60,
    s.lost_90,
    s.lost,
    s.censored,
    s.pending,
    s.reverted_at,
    s.is_reapplied,
    s.revert_failed_at,
    s.rewritten_at,
    s.shipped_at,
    s.rolled_back_at,
    s.rollback_basis,
    s.effective_added,
    s.effective_deleted,
    s.responsible_id as person_id,
    s.team_id as team,
    r.slug as repo,
    s.service_id as service,
    r.observed_until,
        case
            when s.tools <> '{}'::text[] then s.tools
            when s.code_source = 'human'::text then '{none}'::text[]
            else '{unknown}'::text[]
        end as counted_tools
   from change_survival s
     left join repo r on r.repo_id = s.repo_id
  where s.author_kind <> 'automation'::text;
comment on view survived_unit is 'One row per row of change_survival that is not of automation, with who is behind it (person_id; null = nobody known), its dimensions, until when its repository is observed (null = not analysed) and the tools that it counts for (none = human, unknown = no tool named).';
grant select on survived_unit to throughline_reader;

create view completed_unit as
 select c.workflow_id,
    c.workflow_version,
    c.unit_key,
    c.person_id,
    c.repo_id,
    c.change_id,
    c.started_at,
    c.ended_at,
    c.minutes,
    c.business_minutes,
    c.status,
    c.is_winsorised,
    c.pr_class,
    c.code_source,
    c.zone,
    c.size,
    c.team_id,
    c.seniority,
    c.week_start,
    c.workflow_id as workflow,
    c.team_id as team,
    coalesce(r.slug, 'unknown'::text) as repo,
    coalesce(r.service_id, r.slug, 'unknown'::text) as service
   from workflow_completion c
     left join repo r on r.repo_id = c.repo_id;
comment on view completed_unit is 'One row per row of workflow_completion, whatever its status, with its dimensions. Who is behind it: person_id (empty = nobody known).';
grant select on completed_unit to throughline_reader;

create view issue_change as
 select repo_id,
    change_key,
    source,
    external_id,
    (array_agg(method order by rank))[1] as method,
    bool_and(is_ambiguous) as is_ambiguous
   from ( select c.repo_id,
            c.change_key,
            i.source,
            i.external_id,
            'closing'::text as method,
            1 as rank,
            false as is_ambiguous
           from issue i
             join change c on c.source = i.source and c.linked_issues @> array[i.external_id]
        union all
         select c.repo_id,
            c.change_key,
            r.source,
            r.external_id,
            'attachment'::text,
            2,
            false
           from issue_reference r
             join change c on c.web_url = r.url
        union all
         select m.repo_id,
            m.change_key,
            k.source,
            k.external_id,
            m.method,
                case m.method
                    when 'branch'::text then 3
                    else 4
                end as "case",
            (exists ( select
                   from issue_key o
                  where o.issue_key = k.issue_key and (o.source <> k.source or o.external_id <> k.external_id))) as "exists"
           from issue_key k
             join issue_mention m on m.issue_key = k.issue_key) l
  group by repo_id, change_key, source, external_id;
comment on view issue_change is 'One row per issue and change that is linked to it, by the surest method: closing (the forge says that the change closes it) | attachment (the tracker keeps the address of the change) | branch | title (its key is named there; keys of known issues alone). is_ambiguous = the key is that of issues in several trackers and nothing else links them: such a link counts for none.';

create view issue_unit as
 select i.source,
    i.external_id,
    i.issue_key,
    i.project_key,
    i.kind,
    i.parent_id,
    i.type,
    i.labels,
    i.estimate,
    i.is_delegated,
    i.is_from_customer,
    i.is_revenue_feature,
    i.web_url,
    i.created_at,
    f.ready_at,
    f.ready_basis,
    f.started_at,
    f.started_basis,
    f.done_at,
    f.done_basis,
    f.cancelled_at,
    f.stage,
    f.reopened_count,
    f.moved_count,
    f.bad_order_count,
    f.unmapped_states,
        case
            when i.deleted_at is not null then i.deleted_at
            when i.seen_at < p.listed_at then p.listed_at
            else null::timestamp with time zone
        end as deleted_at,
    w.changes,
    w.first_commit_at,
    w.code_complete_at,
    w.merged_at,
    w.deployed_at,
    t.requirement_at,
    t.requirement_basis,
    a.person_id as assignee_id,
    w.people,
        case
            when f.bad_order_count > 0 or t.requirement_at > coalesce(f.done_at, w.merged_at) then 'bad_order'::text
            when f.done_at is not null and t.requirement_at is null then 'no_start'::text
            else 'ok'::text
        end as order_status
   from issue i
     join issue_fact f on f.source = i.source and f.external_id = i.external_id
     left join tracker_project p on p.source = i.source and p.project_key = i.project_key
     left join account_person a on a.account_id = i.assignee_account_id and coalesce(f.done_at, f.started_at, i.created_at) >= a.valid_from and coalesce(f.done_at, f.started_at, i.created_at) < a.valid_to
     cross join lateral ( select count(*)::integer as changes,
            min(c.first_commit_at) as first_commit_at,
                case
                    when bool_and(c.first_ready_at is not null) then max(c.first_ready_at)
                    else null::timestamp with time zone
                end as code_complete_at,
                case
                    when bool_and(c.merged_at is not null) then max(c.merged_at)
                    else null::timestamp with time zone
                end as merged_at,
                case
                    when bool_and(c.deployed_at is not null) then max(c.deployed_at)
                    else null::timestamp with time zone
                end as deployed_at,
            array_remove(array_agg(distinct c.responsible_id), null::text) as people
           from ( select coalesce(m.first_commit_at, ch.first_commit_at) as first_commit_at,
                    ch.first_ready_at,
                    ch.merged_at,
                    m.deployed_at,
                    m.responsible_id
                   from issue_change l
                     join change ch on ch.repo_id = l.repo_id and ch.change_key = l.change_key and (ch.merged_at is not null or ch.closed_at is null)
                     left join change_fact m on m.repo_id = ch.repo_id and m.change_id = ch.change_id
                  where l.source = i.source and l.external_id = i.external_id and not l.is_ambiguous) c) w
     cross join lateral ( select coalesce(f.ready_at, f.started_at, w.first_commit_at) as requirement_at,
                case
                    when f.ready_at is not null then f.ready_basis
                    when f.started_at is not null then 'started'::text
                    when w.first_commit_at is not null then 'first_commit'::text
                    else null::text
                end as requirement_basis) t;
comment on view issue_unit is 'One row per issue with the times of the changes that are linked to it: requirement_at (ready, else started, else first commit; requirement_basis says which: state, cycle, started, first_commit), code_complete_at (its last change ready for review), merged_at (its last one merged) and deployed_at (production has all of them) are null while one of its changes lacks them; changes that were closed unmerged are not counted. deleted_at: null = it is there. order_status: bad_order = a time goes back, no_start = it is done and nothing says since when it was wanted; such an issue is counted and never timed. Who is behind it: people (humans responsible for its merged changes) and assignee_id (null = nobody known).';
grant select on issue_unit to throughline_reader;

create view flow_unit as
 select f.repo_id,
    f.change_id,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.zone,
    f.size,
    f.first_commit_at,
    f.first_ready_at,
    f.merged_at,
    f.deployed_at,
    d.started_at as deploy_started_at,
    coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
        case
            when i.ready_at is not null then 'ready'::text
            when i.started_at is not null then 'started'::text
            else 'first_commit'::text
        end as required_basis,
    least(f.first_ready_at, f.merged_at) as complete_at,
    v.approved_at,
    t.tested_at,
    t.test_seconds,
    x.excluded_reason as deployment_excluded,
    f.change_key,
    60::double precision * w.review_minutes as review_seconds,
    t.test_spans
   from change_fact f
     left join change_approval v on v.repo_id = f.repo_id and v.change_key = f.change_key
     left join change_test t on t.repo_id = f.repo_id and t.change_key = f.change_key
     join repo r on r.repo_id = f.repo_id
     left join change_review w on w.repo_id = f.repo_id and w.change_id = f.change_id
     left join deployment d on d.deployment_id = f.deployment_id
     left join deployment_fact x on x.deployment_id = f.deployment_id
     left join ( select l.repo_id,
            l.change_key,
            min(n.ready_at) filter (where n.ready_at <= m.first_ready_at) as ready_at,
            min(n.started_at) filter (where n.started_at <= m.first_ready_at) as started_at
           from issue_change l
             join issue o on o.source = l.source and o.external_id = l.external_id and o.kind <> 'epic'::text
             join issue_fact n on n.source = l.source and n.external_id = l.external_id and n.bad_order_count = 0
             join change m on m.repo_id = l.repo_id and m.change_key = l.change_key
          where not l.is_ambiguous
          group by l.repo_id, l.change_key) i on i.repo_id = f.repo_id and i.change_key = f.change_key
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view flow_unit is 'One row per merged change that is not of automation and counts, with the instants between its stages: required_at (required_basis: ready or started = so says an issue that is linked to it, at the latest when its code was complete; else its first_commit), complete_at (first ready for review), approved_at (last approval by a human who is not behind it, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known), deployed_at. Null = not known. test_seconds: longest of its pipelines and checks, all attempts. deployment_excluded: as merged_unit. What was worked on: review_seconds (estimate, see change_review.review_minutes; null = not reviewed), test_spans (when one of its pipelines and checks ran; null = none known), from deploy_started_at to deployed_at.';
grant select on flow_unit to throughline_reader;

create view change_outcome as
 select u.repo_id,
    u.change_id,
    u.merged_at,
    u.first_commit_at,
    u.created_at,
    u.first_ready_at,
    u.first_review_at,
    u.review_rounds,
    u.deployed_at,
    u.person_id,
    u.team,
    u.repo,
    u.service,
    u.pr_class,
    u.code_source,
    u.seniority,
    u.zone,
    u.size,
    u.is_assumed,
    u.confidence,
    u.effective_added,
    u.marked_tools,
    u.proven_by,
    u.proven_ai,
    u.proven_tools,
    u.counted_tools,
    u.effective_added + f.effective_deleted as effective_lines,
    g.gate_n,
    g.is_gate_failed,
    g.gate_retries,
    f.reverted_at,
    s.rewritten_at,
    i.failed_at,
    o.reopened_at
   from merged_unit u
     join change_fact f on f.repo_id = u.repo_id and f.change_id = u.change_id
     left join change_survival s on s.repo_id = u.repo_id and s.change_id = u.change_id
     cross join lateral ( select count(distinct row(b.kind, b.name))::integer as gate_n,
            bool_or(b.result = any (array['failure'::text, 'timed_out'::text])) as is_gate_failed,
            (count(*) - count(distinct row(b.source, b.external_id)))::integer as gate_retries
           from build b
          where b.repo_id = f.repo_id and b.change_key = f.change_key and b.finished_at <= f.merged_at and b.is_required is not false and (b.result = any (array['success'::text, 'failure'::text, 'timed_out'::text]))) g
     cross join lateral ( select min(n.started_at) as failed_at
           from incident_link l
             join incident n on n.incident_id = l.incident_id
          where l.repo_id = u.repo_id and l.change_id = u.change_id and n.started_at >= u.merged_at) i
     left join ( select c.repo_id,
            c.change_key,
            min(t.ended_at) as reopened_at
           from issue_change c
             join change m on m.repo_id = c.repo_id and m.change_key = c.change_key
             join issue_stage t on t.source = c.source and t.external_id = c.external_id and t.stage = 'done'::text and t.ended_at >= m.merged_at
          where not c.is_ambiguous
          group by c.repo_id, c.change_key) o on o.repo_id = f.repo_id and o.change_key = f.change_key;
comment on view change_outcome is 'One row per row of merged_unit with what became of it: effective_lines (added and deleted; null = not measured); of its pipelines and checks until the merge, but for those known not to be required, gate_n, whether one of their attempts failed, and how many were repeated; first revert, when half of its lines were rewritten, first incident that it caused, and when an issue that it is linked to was first reopened after the merge (each null = not, or nothing tells).';
grant select on change_outcome to throughline_reader;

create view build_attempt as
 select r.slug as repo,
    coalesce(r.service_id, r.slug) as service,
    b.kind,
    b.name,
    b.source,
    b.external_id,
    b.sha,
    b.attempt,
    b.queued_at,
    b.started_at,
    b.finished_at,
    b.result
   from build b
     join repo r on r.repo_id = b.repo_id
  where not (exists ( select
           from exclusion e
          where e.kind = 'bad_data'::text and e.withdrawn_at is null and ('builds'::text = any (e.facts)) and b.finished_at >= e.started_at and b.finished_at < e.ended_at and (e.is_everywhere or (r.owner_team_id = any (e.teams)) or (coalesce(r.service_id, r.slug) = any (e.services)) or (r.slug = any (e.repos)))));
comment on view build_attempt is 'One row per row of build that did not finish in bad data, with its place, and nobody who stands behind it.';
grant select on build_attempt to throughline_reader;

create view incident_unit as
 select i.incident_id,
    coalesce(i.service_id, 'unknown'::text) as service,
    i.severity,
    i.is_security,
    i.started_at,
    i.acknowledged_at,
    i.resolved_at,
    coalesce(f.code_source, 'unknown'::text) as code_source,
    l.method
   from incident i
     left join incident_link l on l.incident_id = i.incident_id
     left join change_fact f on f.repo_id = l.repo_id and f.change_id = l.change_id
  where coalesce(i.environment, 'production'::text) = 'production'::text and l.excluded_reason is null;
comment on view incident_unit is 'One row per incident in production that did not begin in bad data, with the code source of the change that caused it (unknown = no change is known), and nobody who stands behind it.';
grant select on incident_unit to throughline_reader;

create view cycle_issue as
 select c.source,
    c.cycle_id,
    c.project_key,
    c.title,
    c.starts_at,
    c.ends_at,
    c.completed_at,
    s.external_id,
    i.kind,
    i.type,
    i.estimate,
    b.is_committed,
    coalesce(o.outcome <> 'before'::text and not b.is_committed, false) as is_added,
    not m.is_in_at_end as is_removed,
    coalesce(o.outcome = 'delivered'::text, false) as is_delivered,
    m.first_added_at,
    f.done_at,
    m.method,
    f.bad_order_count > 0 as is_bad_order,
    o.outcome
   from cycle c
     cross join lateral ( select coalesce(c.completed_at, c.ends_at, 'infinity'::timestamp with time zone) as at) e
     join issue_cycle s on s.source = c.source and s.cycle_id = c.cycle_id
     join issue i on i.source = c.source and i.external_id = s.external_id
     join issue_fact f on f.source = i.source and f.external_id = i.external_id
     cross join lateral ( select coalesce(bool_or(g.began_at <= c.starts_at and coalesce(g.ended_at > c.starts_at, true)), false) or coalesce(least(f.done_at, f.cancelled_at) <= c.starts_at, false) as was_over,
            coalesce(
                case
                    when f.done_at <= e.at then f.done_at
                    else null::timestamp with time zone
                end, max(g.began_at) filter (where g.stage = 'done'::text and g.began_at <= e.at and coalesce(g.ended_at > e.at, true))) as done_since,
            coalesce(
                case
                    when f.cancelled_at <= e.at then f.cancelled_at
                    else null::timestamp with time zone
                end, max(g.began_at) filter (where g.stage = 'cancelled'::text and g.began_at <= e.at and coalesce(g.ended_at > e.at, true))) as cancelled_since
           from issue_stage g
          where g.source = i.source and g.external_id = i.external_id and (g.stage = any (array['done'::text, 'cancelled'::text]))) t
     cross join lateral ( select min(x.added_at) as first_added_at,
            (array_agg(x.method order by x.added_at))[1] as method,
            coalesce(bool_or(x.added_at <= c.starts_at and coalesce(x.removed_at > c.starts_at, true)), false) as is_in_at_start,
            bool_or(x.added_at <= e.at and coalesce(x.removed_at >= e.at, true)) as is_in_at_end,
            coalesce(bool_or(x.added_at <= t.done_since and coalesce(x.removed_at >= t.done_since, true)), false) as is_in_when_done
           from issue_cycle x
          where x.source = s.source and x.external_id = s.external_id and x.cycle_id = s.cycle_id) m
     cross join lateral ( select m.is_in_at_start and not t.was_over as is_committed) b
     cross join lateral ( select
                case
                    when c.starts_at is null then null::text
                    when t.done_since > c.starts_at and (m.is_in_when_done or m.is_in_at_end) then 'delivered'::text
                    when coalesce(t.done_since, t.cancelled_since) <= c.starts_at then 'before'::text
                    when not m.is_in_at_end then 'removed'::text
                    when t.cancelled_since is not null then 'cancelled'::text
                    else 'carried_over'::text
                end as outcome) o
  where s.added_at = m.first_added_at and m.first_added_at <= e.at;
comment on view cycle_issue is 'One row per sprint or cycle and issue that was in it before its end: is_committed (in it when it started, and neither done nor given up by then), is_added (put into it, or reopened, later), is_removed (taken out before its end), is_delivered (done within it, and still so at its end). outcome as of its end: delivered | removed | cancelled (given up) | carried_over (still open) | before (it was over when the sprint began, and stayed so); null = the sprint was not started, and has no commitment. Epics and sub-tasks stand in it as what they are (kind).';

create view deployment_unit as
 select c.deployment_id,
    'shipped'::text as role,
    f.repo_id,
    f.change_id,
    f.responsible_id as person_id,
    f.pr_class,
    f.code_source,
    f.zone,
    f.size,
    f.is_assumed,
    f.confidence,
    coalesce(f.effective_added, 0) as lines
   from deployment_change c
     join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
  where f.author_kind <> 'automation'::text
union all
 select d.deployment_id,
    'cause'::text as role,
    f.repo_id,
    f.change_id,
    f.responsible_id as person_id,
    coalesce(f.pr_class, 'unknown'::text) as pr_class,
    coalesce(f.code_source, 'unknown'::text) as code_source,
    coalesce(f.zone, 'unknown'::text) as zone,
    coalesce(f.size, 'unknown'::text) as size,
    f.is_assumed,
    f.confidence,
    f.effective_added as lines
   from deployment_fact d
     left join change_fact f on f.repo_id = d.cause_repo_id and f.change_id = d.cause_change_id
  where d.is_failed
union all
 select d.deployment_id,
    'fixed'::text as role,
    f.repo_id,
    f.change_id,
    f.responsible_id as person_id,
    coalesce(f.pr_class, 'unknown'::text) as pr_class,
    coalesce(f.code_source, 'unknown'::text) as code_source,
    coalesce(f.zone, 'unknown'::text) as zone,
    coalesce(f.size, 'unknown'::text) as size,
    f.is_assumed,
    f.confidence,
    f.effective_added as lines
   from deployment_fact d
     left join change_fact f on f.repo_id = d.fixed_repo_id and f.change_id = d.fixed_change_id
  where d.is_rework;
comment on view deployment_unit is 'One row per deployment and change in a role: shipped by it (automation left out), cause of its failure, or fixed by it; a failure or rework whose change is not known has a row with change_id null. Who is behind it (person_id; null = nobody known) and its dimensions.';
grant select on deployment_unit to throughline_reader;

create view production_deployment as
 select deployment_id,
    service_id,
    environment,
    repo_id,
    team_id,
    finished_at,
    kind,
    is_first_of_service,
    is_failed,
    failure_methods,
    is_rework,
    recovered_at,
    recovery_basis,
    cause_repo_id,
    cause_change_id,
    cause_method,
    fixed_repo_id,
    fixed_change_id,
    change_count,
    sources,
    team,
    repo,
    service
   from reported_deployment d
  where excluded_reason is null;
comment on view production_deployment is 'One row per deployment to production that counts, with its dimensions. Who is behind it: deployment_unit.';
grant select on production_deployment to throughline_reader;

create view shipped_unit as
 select d.finished_at,
    d.is_failed,
    d.is_rework,
    d.team,
    d.repo,
    d.service,
    u.deployment_id,
    u.repo_id,
    u.change_id,
    u.person_id,
    u.pr_class,
    u.code_source,
    u.zone,
    u.size
   from production_deployment d
     cross join lateral ( select u_1.deployment_id,
            u_1.role,
            u_1.repo_id,
            u_1.change_id,
            u_1.person_id,
            u_1.pr_class,
            u_1.code_source,
            u_1.zone,
            u_1.size,
            u_1.is_assumed,
            u_1.confidence,
            u_1.lines
           from deployment_unit u_1
          where u_1.deployment_id = d.deployment_id and u_1.role = 'shipped'::text
         offset 0) u;
comment on view shipped_unit is 'One row per deployment to production and change that it shipped (automation left out), with the place of the deployment and what the change is.';
grant select on shipped_unit to throughline_reader;

create view observed_delivery as
 select d.team,
    d.repo,
    d.service,
    least(min(d.finished_at), greatest(r.deployments_known_from, coalesce(r.known_from, ( select min(g.committed_at) as min
           from git_commit g
          where g.repo_id = d.repo_id)))) as observed_from
   from production_deployment d
     left join repo r on r.repo_id = d.repo_id
  group by d.team, d.repo, d.service, d.repo_id, r.known_from, r.deployments_known_from;
comment on view observed_delivery is 'One row per team, repository and service with a deployment to production: from when on its deployments are observed (observed_from: earliest commit of the repository, repo.known_from of a shallow one, repo.deployments_known_from where older deployments are not read, or the first deployment where no repository is known). Before it nothing is known, after it silence is zero.';
grant select on observed_delivery to throughline_reader;

-- From here on no part of the contract: copies of facts in a form that panels read fast, which may change with any version.
create schema pack;

create table pack.survival_day (
  merged_on date not null,
  code_source text not null,
  age_days integer not null,
  lost integer not null,
  file_deleted integer not null,
  censored integer not null,
  primary key (merged_on, code_source, age_days)
);
comment on table pack.survival_day is 'One row per UTC day of merge, code source and age: sums of change_death over all repositories, automation left out.';
comment on column pack.survival_day.merged_on is 'UTC day of merged_at.';
comment on column pack.survival_day.code_source is 'Code source of the change.';
comment on column pack.survival_day.age_days is 'As change_death.';
comment on column pack.survival_day.lost is 'Effective lines that died at that age, all kinds.';
comment on column pack.survival_day.file_deleted is 'Of these, with their whole file (for exclude = file_deleted: then they are censored at that age).';
comment on column pack.survival_day.censored is 'Effective lines closed as history_rewritten at that age.';

create table pack.survival_delta (
  merged_on date not null,
  code_source text not null,
  age_days integer not null,
  lost integer not null,
  file_deleted integer not null,
  censored integer not null
);
comment on table pack.survival_delta is 'One row per note of what pack.survival_day has still to take in: written with the rows of change_death, emptied at the end of each derivation.';
comment on column pack.survival_delta.merged_on is 'As pack.survival_day.';
comment on column pack.survival_delta.code_source is 'As pack.survival_day.';
comment on column pack.survival_delta.age_days is 'As pack.survival_day.';
comment on column pack.survival_delta.lost is 'Lines to add; negative = to take away.';
comment on column pack.survival_delta.file_deleted is 'Lines to add; negative = to take away.';
comment on column pack.survival_delta.censored is 'Lines to add; negative = to take away.';

create table pack.survival_pack (
  merged_on date not null,
  code_source text not null,
  changes integer not null,
  lines bigint not null,
  is_assumed boolean not null,
  confidence_lines double precision not null,
  rated_lines bigint not null,
  people bytea not null,
  ends bytea not null,
  primary key (merged_on, code_source)
);
comment on table pack.survival_pack is 'One row per UTC day of merge and code source with a change that has effective lines, automation left out: change_survival and change_death of that day added up. Copy of view pack.survival_packing. For whole UTC days without other filters.';
comment on column pack.survival_pack.merged_on is 'UTC day of merged_at.';
comment on column pack.survival_pack.code_source is 'Code source of the changes.';
comment on column pack.survival_pack.changes is 'Changes with effective lines.';
comment on column pack.survival_pack.lines is 'Their effective lines.';
comment on column pack.survival_pack.is_assumed is 'As change_survival, of any of them.';
comment on column pack.survival_pack.confidence_lines is 'Sum of confidence * effective lines where the confidence is known.';
comment on column pack.survival_pack.rated_lines is 'Effective lines where the confidence is known.';
comment on column pack.survival_pack.people is 'For each responsible human that is known: big-endian int8 key (hashtextextended of the id, never the id) and int8 effective lines.';
comment on column pack.survival_pack.ends is 'pack.survival_day up to an age of 90 days, big-endian int4 each: age_days, lost, file_deleted, censored.';
grant select on pack.survival_pack to throughline_reader;

create view pack.survival_packing as
 select p.merged_on,
    p.code_source,
    p.changes,
    p.lines,
    p.is_assumed,
    p.confidence_lines,
    p.rated_lines,
    p.people,
    coalesce(e.ends, '\x'::bytea) as ends
   from ( select h.merged_on,
            h.code_source,
            sum(h.changes)::integer as changes,
            sum(h.lines)::bigint as lines,
            bool_or(h.is_assumed) as is_assumed,
            coalesce(sum(h.confidence_lines order by h.responsible_id), 0::double precision) as confidence_lines,
            coalesce(sum(h.rated_lines), 0::numeric)::bigint as rated_lines,
            coalesce(string_agg(int8send(hashtextextended(h.responsible_id, 0::bigint)) || int8send(h.lines), '\x'::bytea order by h.responsible_id), '\x'::bytea) as people
           from ( select (s.merged_at at time zone 'UTC'::text)::date as merged_on,
                    s.code_source,
                    s.responsible_id,
                    count(*) as changes,
                    sum(s.effective_lines) as lines,
                    bool_or(s.is_assumed) as is_assumed,
                    sum(s.confidence * s.effective_lines::double precision order by s.repo_id, s.change_id) as confidence_lines,
                    sum(s.effective_lines) filter (where s.confidence is not null) as rated_lines
                   from change_survival s
                  where s.author_kind <> 'automation'::text and s.effective_lines > 0
                  group by ((s.merged_at at time zone 'UTC'::text)::date), s.code_source, s.responsible_id) h
          group by h.merged_on, h.code_source) p
     left join lateral ( select string_agg(((int4send(d.age_days) || int4send(d.lost)) || int4send(d.file_deleted)) || int4send(d.censored), '\x'::bytea order by d.age_days) as ends
           from pack.survival_day d
          where d.merged_on = p.merged_on and d.code_source = p.code_source and d.age_days <= 90) e on true;
comment on view pack.survival_packing is 'One row per row of pack.survival_pack, computed anew.';

create table pack.deployment_pack (
  deployment_id bigint not null,
  sources text[] not null,
  source_changes integer[] not null,
  people bytea not null,
  primary key (deployment_id)
);
comment on table pack.deployment_pack is 'One row per row of deployment_fact: who is behind its changes. Copy of view pack.deployment_packing.';
comment on column pack.deployment_pack.deployment_id is 'Deployment (deployment_fact.deployment_id).';
comment on column pack.deployment_pack.sources is 'As deployment_fact.sources.';
comment on column pack.deployment_pack.source_changes is 'Changes of each of sources, in their order; automation does not count.';
comment on column pack.deployment_pack.people is 'For each code source and responsible human of its changes, automation left out: big-endian int4 place of the source in {ai_assisted,ai_heavy,human,unknown} from 1 + 16 if assumed + 32 * changes, int4 changes of known confidence, float8 sum of their confidence, int8 key of the human (hashtextextended of the id, never the id; 0 = none known).';
grant select on pack.deployment_pack to throughline_reader;

create view pack.deployment_packing as
 select d.deployment_id,
    coalesce(s.sources, '{}'::text[]) as sources,
    coalesce(s.source_changes, '{}'::integer[]) as source_changes,
    coalesce(s.people, '\x'::bytea) as people
   from deployment_fact d
     left join lateral ( select array_agg(p.code_source order by p.code_source) as sources,
            array_agg(p.changes order by p.code_source) as source_changes,
            string_agg(p.people, '\x'::bytea order by p.code_source) as people
           from ( select h.code_source,
                    sum(h.changes)::integer as changes,
                    string_agg(((int4send(array_position('{ai_assisted,ai_heavy,human,unknown}'::text[], h.code_source) + 16 * h.is_assumed::integer + 32 * h.changes) || int4send(h.rated)) || float8send(h.confidence)) || int8send(coalesce(hashtextextended(h.responsible_id, 0::bigint), 0::bigint)), '\x'::bytea order by h.responsible_id) as people
                   from ( select f.code_source,
                            f.responsible_id,
                            count(*)::integer as changes,
                            bool_or(f.is_assumed) as is_assumed,
                            count(f.confidence)::integer as rated,
                            coalesce(sum(f.confidence order by f.change_id), 0::double precision) as confidence
                           from deployment_change c
                             join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
                          where c.deployment_id = d.deployment_id and f.author_kind <> 'automation'::text
                          group by f.code_source, f.responsible_id) h
                  group by h.code_source) p) s on true;
comment on view pack.deployment_packing is 'One row per row of pack.deployment_pack, computed anew.';

create table pack.usage_pack (
  tool_id text not null,
  workflow_id text not null default ''::text,
  measure text not null,
  usage_window text not null,
  high_min double precision not null,
  first_week integer not null,
  person_id text not null,
  team_id text not null,
  states bytea not null,
  uses bytea not null,
  primary key (tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id, team_id)
);
comment on table pack.usage_pack is 'One row per configured way of counting (view workflow_usage), human, team and block of sixty weeks with a row in usage_week. Copy of view pack.usage_packing. Weeks count from Monday 2000-01-03.';
comment on column pack.usage_pack.tool_id is 'Tool.';
comment on column pack.usage_pack.workflow_id is 'As usage_week: '''' = all uses of the tool.';
comment on column pack.usage_pack.measure is 'What a use is, as configured: invocations | active_days | accepted_lines.';
comment on column pack.usage_pack.usage_window is 'Window that decides, as configured: trailing_30d | same_week | prior_30d.';
comment on column pack.usage_pack.high_min is 'Least uses for high, as configured.';
comment on column pack.usage_pack.first_week is 'First week of the block: a multiple of 60.';
comment on column pack.usage_pack.person_id is 'Human. Never shown.';
comment on column pack.usage_pack.team_id is 'Primary team at the end of the week, or unknown.';
comment on column pack.usage_pack.states is 'Big-endian int4 for each week with a row: place in the block * 2^24 + state. Bits of the state: 1 known (coverage of 2 or better), 2 event (3 or better), 4 used, 8 high, 16 seated, 32 row; from bit 6 on the basis: 1 none, 2 seat, 3 activity, 4 event, 5 observed_zero, 6 declared.';
comment on column pack.usage_pack.uses is 'The same for each week with uses in it: place * 2^24 + uses (at most 16777215).';
create index usage_pack_person on pack.usage_pack using btree (person_id);
grant select on pack.usage_pack to throughline_reader;

create view pack.usage_packing as
 select tool_id,
    workflow_id,
    measure,
    usage_window,
    high_min,
    first_week,
    person_id,
    team_id,
    string_agg(int4send((place << 24) | state), '\x'::bytea order by place) as states,
    coalesce(string_agg(int4send((place << 24) | least(uses, 16777215)), '\x'::bytea order by place) filter (where uses > 0), '\x'::bytea) as uses
   from ( select n.tool_id,
            n.workflow_id,
            n.measure,
            n.usage_window,
            n.high_min,
            t.no / 60 * 60 as first_week,
            u.person_id,
            u.team_id,
            t.no % 60 as place,
            u.uses,
            (((((32 |
                case
                    when v.coverage >= 2 then 1
                    else 0
                end) |
                case
                    when v.coverage >= 3 then 2
                    else 0
                end) |
                case
                    when v.used > 0 then 4
                    else 0
                end) |
                case
                    when v.used::double precision >= n.high_min then 8
                    else 0
                end) |
                case
                    when u.is_seated then 16
                    else 0
                end) | (array_position('{none,seat,activity,event,observed_zero,declared}'::text[], u.basis) << 6) as state
           from usage_week u
             join ( select distinct workflow_usage.tool_id,
                    workflow_usage.usage_workflow_id as workflow_id,
                    workflow_usage.measure,
                    workflow_usage.usage_window,
                    workflow_usage.high_min,
                    array_position('{trailing_30d,same_week,prior_30d}'::text[], workflow_usage.usage_window) * 10 + array_position('{invocations,active_days,accepted_lines}'::text[], workflow_usage.measure) as way
                   from workflow_usage) n using (tool_id, workflow_id)
             cross join lateral ( select (u.week_start - '2000-01-03'::date) / 7 as no) t
             cross join lateral ( select
                        case
                            when n.way >= 30 then u.prior_coverage
                            else u.coverage
                        end as coverage,
                        case n.way
                            when 11 then u.uses_30d
                            when 12 then u.active_days_30d
                            when 13 then u.accepted_lines_30d
                            when 21 then u.uses
                            when 22 then u.active_days
                            when 23 then u.accepted_lines
                            when 31 then u.uses_prior_30d
                            when 32 then u.active_days_prior_30d
                            else u.accepted_lines_prior_30d
                        end as used) v) w
  group by tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id, team_id;
comment on view pack.usage_packing is 'One row per row of pack.usage_pack, computed anew.';

create table pack.completion_pack (
  workflow_id text not null,
  workflow_version integer not null,
  person_id text not null,
  team_id text not null,
  first_week integer not null,
  units bytea not null,
  ended bytea not null,
  spans bytea not null,
  classes bytea not null,
  primary key (workflow_id, workflow_version, person_id, team_id, first_week)
);
comment on table pack.completion_pack is 'One row per workflow version, human, team and block of sixty weeks with a completed unit (status ok). Copy of view pack.completion_packing. Units of nobody known are not packed.';
comment on column pack.completion_pack.workflow_id is 'Workflow.';
comment on column pack.completion_pack.workflow_version is 'Version of the definition.';
comment on column pack.completion_pack.person_id is 'Human. Never shown.';
comment on column pack.completion_pack.team_id is 'Team of the human at the end of the unit, or unknown.';
comment on column pack.completion_pack.first_week is 'First week of the block, counted from Monday 2000-01-03: a multiple of 60.';
comment on column pack.completion_pack.units is 'For each unit a big-endian int8: milliseconds * 4096 + week, on the clock that the workflow is configured with.';
comment on column pack.completion_pack.ended is 'In the same order big-endian int4: whole minutes from 1970 to the end of the unit.';
comment on column pack.completion_pack.spans is 'In the same order big-endian int4: calendar minutes from its start to its end, rounded.';
comment on column pack.completion_pack.classes is 'In the same order a byte: place of its class in {feature,bugfix,refactor,chore,docs,test,revert,unknown} from 1 on.';
grant select on pack.completion_pack to throughline_reader;

create view pack.completion_packing as
 select c.workflow_id,
    c.workflow_version,
    c.person_id,
    c.team_id,
    t.week / 60 * 60 as first_week,
    string_agg(int8send(round(60000::double precision *
        case
            when w.clock = 'business'::text then c.business_minutes
            else c.minutes
        end)::bigint * 4096 + t.week), '\x'::bytea order by c.ended_at, c.repo_id, c.unit_key) as units,
    string_agg(int4send(floor(extract(epoch from c.ended_at) / 60::numeric)::integer), '\x'::bytea order by c.ended_at, c.repo_id, c.unit_key) as ended,
    string_agg(int4send(floor(extract(epoch from c.ended_at - c.started_at) / 60::numeric + 0.5)::integer), '\x'::bytea order by c.ended_at, c.repo_id, c.unit_key) as spans,
    string_agg(set_byte('\x78'::bytea, 0, array_position('{feature,bugfix,refactor,chore,docs,test,revert,unknown}'::text[], c.pr_class)), '\x'::bytea order by c.ended_at, c.repo_id, c.unit_key) as classes
   from workflow_completion c
     join workflow w on w.workflow_id = c.workflow_id and w.version = c.workflow_version
     cross join lateral ( select (c.week_start - '2000-01-03'::date) / 7 as week) t
  where c.status = 'ok'::text and c.person_id <> ''::text
  group by c.workflow_id, c.workflow_version, c.person_id, c.team_id, (t.week / 60);
comment on view pack.completion_packing is 'One row per row of pack.completion_pack, computed anew.';

create table pack.tool_event_month (
  person_id text not null,
  tool_id text not null,
  month date not null,
  days integer not null,
  uses integer not null,
  primary key (person_id, tool_id, month)
);
comment on table pack.tool_event_month is 'One row per person, tool and UTC month with rows in tool_event: the days that have some, and how many rows. Kept by a trigger of tool_event; retention removes whole months of both.';
comment on column pack.tool_event_month.person_id is 'As tool_event. Never shown.';
comment on column pack.tool_event_month.tool_id is 'Tool.';
comment on column pack.tool_event_month.month is 'First day of the month.';
comment on column pack.tool_event_month.days is 'Bit n = there is an event on day n + 1 of the month.';
comment on column pack.tool_event_month.uses is 'Rows of tool_event.';
grant select on pack.tool_event_month to throughline_reader;

create table exclusion (
  exclusion_id bigint not null generated always as identity,
  kind text not null,
  first_day date not null,
  last_day date not null,
  time_zone text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  facts text[] not null default '{}'::text[],
  teams text[] not null default '{}'::text[],
  services text[] not null default '{}'::text[],
  repos text[] not null default '{}'::text[],
  is_everywhere boolean not null default ((teams = '{}'::text[]) AND (services = '{}'::text[]) AND (repos = '{}'::text[])),
  reason text not null,
  declared_by text,
  declared_at timestamp with time zone not null default now(),
  withdrawn_at timestamp with time zone,
  primary key (exclusion_id),
  check (((facts <@ '{changes,deployments,incidents,builds}'::text[]) and ((kind = 'bad_data'::text) = (facts <> '{}'::text[])))),
  check (((last_day >= first_day) and (ended_at > started_at))),
  check ((kind = any (array['freeze'::text, 'holiday'::text, 'bad_data'::text])))
);
comment on table exclusion is 'One row per period that the configuration (exclusions) says not to count, and per time it said so: a row is never changed but for its end, so who looks back sees what held when. In force are those without withdrawn_at.';
comment on column exclusion.exclusion_id is 'Number of the row.';
comment on column exclusion.kind is 'freeze (nothing may be deployed: its days are no days of delivery, alerts are silent) | holiday (closed on the business clock of its teams) | bad_data (units of facts in it count for nothing).';
comment on column exclusion.first_day is 'First day, a local date in time_zone.';
comment on column exclusion.last_day is 'Last day, which is in it.';
comment on column exclusion.time_zone is 'IANA zone of its days; holidays are days in the zone of each team.';
comment on column exclusion.started_at is 'Midnight of first_day in time_zone.';
comment on column exclusion.ended_at is 'Midnight after last_day in time_zone; not in it.';
comment on column exclusion.facts is 'Of bad_data, whose units are left out: changes (by merged_at), deployments (by finished_at), incidents (by started_at), builds (by finished_at). Empty for the other kinds.';
comment on column exclusion.teams is 'Teams that it is for, those below them too. A unit is meant that is of one of teams, services or repos.';
comment on column exclusion.services is 'Services that it is for.';
comment on column exclusion.repos is 'Repositories that it is for (repo.slug).';
comment on column exclusion.is_everywhere is 'It names no team, service or repository: it is for all.';
comment on column exclusion.reason is 'Why, as written there.';
comment on column exclusion.declared_by is 'Who decided it, as written there; null = nobody is named.';
comment on column exclusion.declared_at is 'When a derivation first found it in the configuration.';
comment on column exclusion.withdrawn_at is 'When a derivation no longer found it there; null = in force.';
create index exclusion_in_force on exclusion using btree (kind, started_at) where (withdrawn_at is null);
grant select (ended_at, facts, first_day, is_everywhere, kind, last_day, reason, repos, services, started_at, teams, withdrawn_at) on exclusion to throughline_reader;

create view reported_deployment as
 select d.deployment_id,
    d.service_id,
    d.environment,
    d.repo_id,
    d.team_id,
    d.finished_at,
    d.kind,
    d.is_first_of_service,
    d.is_failed,
    d.failure_methods,
    d.is_rework,
    d.recovered_at,
    d.recovery_basis,
    d.cause_repo_id,
    d.cause_change_id,
    d.cause_method,
    d.fixed_repo_id,
    d.fixed_change_id,
    d.change_count,
    d.sources,
    d.team_id as team,
    coalesce(r.slug, 'unknown'::text) as repo,
    d.service_id as service,
    d.excluded_reason
   from deployment_fact d
     left join repo r on r.repo_id = d.repo_id
  where d.environment = 'production'::text;
comment on view reported_deployment is 'One row per deployment to production that was reported, with its dimensions, and why it counts for nothing (excluded_reason; null = it counts).';
grant select on reported_deployment to throughline_reader;

create view issue_part as
 select l.source,
    coalesce(p.external_id, i.external_id) as external_id,
    l.repo_id,
    l.change_key
   from issue_change l
     join issue i on i.source = l.source and i.external_id = l.external_id and i.kind <> 'epic'::text
     left join issue p on p.source = i.source and p.external_id = i.parent_id and i.kind = 'sub_task'::text and p.kind = 'issue'::text
  where not l.is_ambiguous
  group by l.source, (coalesce(p.external_id, i.external_id)), l.repo_id, l.change_key;
comment on view issue_part is 'One row per issue and change that is a part of it: what is linked to a sub-task is a part of the issue that holds it. Epics have no changes of their own; a link that counts for none (issue_change.is_ambiguous) is left out.';

create view delivered_issue as
 select k.source,
    k.external_id,
    k.repo_ids,
    k.change_keys,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.seniority,
    f.zone,
    f.size,
    k.first_commit_at,
    k.code_complete_at,
    k.merged_at,
    k.deployed_at,
    q.required_at,
    q.required_basis,
    n.bad_order_count > 0 as is_disordered,
    k.excluded_reason,
    n.unmapped_states = '{}'::text[] and coalesce(n.ready_basis = 'state'::text or n.started_basis = 'state'::text, false) as is_mapped,
    coalesce(n.bad_order_count = 0 and k.excluded_reason is null and q.required_at is not null and k.code_complete_at is not null and k.first_commit_at <= k.merged_at and k.merged_at <= k.deployed_at, false) as is_whole
   from ( select p.source,
            p.external_id,
            array_agg(p.repo_id order by p.repo_id, p.change_key) as repo_ids,
            array_agg(p.change_key order by p.repo_id, p.change_key) as change_keys,
            min(m.first_commit_at) as first_commit_at,
                case
                    when bool_and(m.first_ready_at is not null) then max(least(m.first_ready_at, m.merged_at))
                    else null::timestamp with time zone
                end as code_complete_at,
            max(m.merged_at) as merged_at,
            max(m.deployed_at) as deployed_at,
            min(coalesce(m.excluded_reason, d.excluded_reason)) as excluded_reason,
            (array_agg(m.repo_id order by (coalesce(m.effective_added, 0) + coalesce(m.effective_deleted, 0)) desc, m.merged_at desc, m.repo_id, m.change_id))[1] as repo_id,
            (array_agg(m.change_id order by (coalesce(m.effective_added, 0) + coalesce(m.effective_deleted, 0)) desc, m.merged_at desc, m.repo_id, m.change_id))[1] as change_id
           from issue_part p
             left join change c on c.repo_id = p.repo_id and c.change_key = p.change_key
             left join change_fact m on m.repo_id = p.repo_id and m.change_key = p.change_key
             left join deployment_fact d on d.deployment_id = m.deployment_id
          where m.change_id is not null or c.closed_at is null
          group by p.source, p.external_id
         having bool_and(m.deployed_at is not null)) k
     cross join lateral ( select i_1.source,
            i_1.project_key,
            i_1.seen_at
           from issue i_1
          where i_1.source = k.source and i_1.external_id = k.external_id and i_1.deleted_at is null
         offset 0) i
     left join tracker_project j on j.source = i.source and j.project_key = i.project_key
     cross join lateral ( select n_1.ready_at,
            n_1.ready_basis,
            n_1.started_at,
            n_1.started_basis,
            n_1.bad_order_count,
            n_1.unmapped_states
           from issue_fact n_1
          where n_1.source = k.source and n_1.external_id = k.external_id
         offset 0) n
     join change_fact f on f.repo_id = k.repo_id and f.change_id = k.change_id
     join repo r on r.repo_id = f.repo_id
     cross join lateral ( select coalesce(
                case
                    when n.ready_at <= k.code_complete_at then n.ready_at
                    else null::timestamp with time zone
                end,
                case
                    when n.started_at <= k.code_complete_at then n.started_at
                    else null::timestamp with time zone
                end, k.first_commit_at) as required_at,
                case
                    when n.ready_at <= k.code_complete_at then 'ready'::text
                    when n.started_at <= k.code_complete_at then 'started'::text
                    when k.first_commit_at is not null then 'first_commit'::text
                    else null::text
                end as required_basis) q
  where f.author_kind <> 'automation'::text and (i.seen_at < j.listed_at) is not true;
comment on view delivered_issue is 'One row per issue whose changes are all in production (those that were closed unmerged are none; deleted issues, and those whose largest change is of automation, are left out). Its largest change by effective lines, of equal ones the later, stands for it: who is behind it (person_id; null = nobody known) and its dimensions. required_at: when it was ready (required_basis ready), else started, each until its code was complete, else its first commit; when it was opened says nothing. repo_ids and change_keys: its changes, pair by pair. is_disordered = a time in its history goes back: it is counted and never timed. is_mapped = every state that it was in maps to a stage, and one says when it was ready or started. excluded_reason: why one of its changes or their deployments counts for nothing, and so the issue; null = it counts. is_whole = it counts, and every stage has its ends, in order.';
grant select on delivered_issue to throughline_reader;

create view responder_unit as
 select u.service,
    u.code_source,
    u.severity,
    u.started_at,
    u.resolved_at,
    p.person_id,
        case
            when p.experience_start is null then 'unknown'::text
            when (p.experience_start + make_interval(months => m.senior)) <= (u.started_at at time zone m.zone) then 'senior'::text
            when (p.experience_start + make_interval(months => m.mid)) <= (u.started_at at time zone m.zone) then 'mid'::text
            else 'junior'::text
        end as seniority
   from incident_unit u
     join incident i on i.incident_id = u.incident_id
     join account a on a.account_id = i.responder_account_id
     join person p on p.person_id = a.person_id and p.kind = 'human'::text
     cross join ( select coalesce(( select setting.value #>> '{}'::text[]
                   from setting
                  where setting.key = 'default_tz'::text), 'UTC'::text) as zone,
            coalesce(( select (setting.value ->> 'mid'::text)::integer as int4
                   from setting
                  where setting.key = 'seniority_months'::text), 18) as mid,
            coalesce(( select (setting.value ->> 'senior'::text)::integer as int4
                   from setting
                  where setting.key = 'seniority_months'::text), 48) as senior) m;
comment on view responder_unit is 'One row per incident of incident_unit of which a human is known to have responded: who (person_id) and their band of professional experience at its start (setting seniority_months), or unknown. No id of the incident.';
grant select on responder_unit to throughline_reader;

create view closed_unit as
 select c.repo_id,
    c.change_id,
    coalesce(c.merged_at, c.closed_at) as closed_at,
    c.merged_at is not null as is_merged,
        case
            when a.kind = 'ai_agent'::text or w.kind = 'ai_agent'::text then 'ai_agent'::text
            else 'human'::text
        end as opened_by,
        case
            when p.kind = 'human'::text then p.person_id
            else null::text
        end as person_id,
    coalesce(m.team_id, r.owner_team_id, 'unknown'::text) as team,
    r.slug as repo,
    coalesce(r.service_id, r.slug) as service
   from change c
     join repo r on r.repo_id = c.repo_id
     left join account a on a.account_id = c.author_account_id
     left join person w on w.person_id = a.person_id
     left join account q on q.account_id = coalesce(c.requester_account_id, c.author_account_id)
     left join person p on p.person_id = q.person_id
     left join primary_team m on m.person_id = q.person_id and coalesce(c.merged_at, c.closed_at) >= m.valid_from and coalesce(c.merged_at, c.closed_at) < m.valid_to
  where c.kind = 'pull_request'::text and coalesce(c.merged_at, c.closed_at) is not null and coalesce(w.kind, a.kind, 'human'::text) <> 'automation'::text and not (exists ( select
           from exclusion e
          where e.kind = 'bad_data'::text and e.withdrawn_at is null and ('changes'::text = any (e.facts)) and coalesce(c.merged_at, c.closed_at) >= e.started_at and coalesce(c.merged_at, c.closed_at) < e.ended_at and (e.is_everywhere or (coalesce(m.team_id, r.owner_team_id, 'unknown'::text) = any (e.teams)) or (coalesce(r.service_id, r.slug) = any (e.services)) or (r.slug = any (e.repos)))));
comment on view closed_unit is 'One row per change of a forge that was merged or closed without a merge, that is not of automation and counts: when it ended (closed_at), by whom it was opened (opened_by: human | ai_agent), who is behind it (person_id: its human author, or who asked the agent; null = nobody known), and its place then.';
grant select on closed_unit to throughline_reader;

create view known_line as
 select s.repo_id,
    r.slug as repo,
    coalesce(r.service_id, r.slug) as service,
    s.path_id,
    s.born_at,
    s.died_at,
    s.effective_lines as lines,
        case
            when p.kind = 'human'::text then p.person_id
            else f.responsible_id
        end as person_id
   from line_span s
     join repo r on r.repo_id = s.repo_id
     join git_commit c on c.repo_id = s.repo_id and c.commit_no = s.origin_no
     left join account a on a.account_id = c.author_account_id
     left join person p on p.person_id = a.person_id
     left join change_fact f on f.repo_id = c.repo_id and f.change_key = c.change_key;
comment on view known_line is 'One row per row of line_span: the human who wrote its lines, or is behind the change of an agent that did (person_id; null = nobody known), from when to when they stood on the default branch, and their path at birth as a number alone.';
grant select on known_line to throughline_reader;

create view queue_stay as
 select 'review'::text as stage,
    f.repo_id,
    f.change_key,
    f.first_ready_at as entered_at,
    least(f.merged_at, f.first_ready_at + '1 year'::interval) as left_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service
   from change_fact f
     join repo r on r.repo_id = f.repo_id
  where f.first_ready_at is not null and f.merged_at >= f.first_ready_at and f.author_kind <> 'automation'::text and f.excluded_reason is null
union all
 select 'review'::text as stage,
    c.repo_id,
    c.change_key,
    c.first_ready_at as entered_at,
    least(coalesce(c.merged_at, c.closed_at), c.first_ready_at + '1 year'::interval) as left_at,
        case
            when p.kind = 'human'::text then p.person_id
            else null::text
        end as person_id,
    coalesce(m.team_id, r.owner_team_id, 'unknown'::text) as team,
    r.slug as repo,
    coalesce(r.service_id, r.slug) as service
   from change c
     join repo r on r.repo_id = c.repo_id
     left join account a on a.account_id = coalesce(c.requester_account_id, c.author_account_id)
     left join person p on p.person_id = a.person_id
     left join primary_team m on m.person_id = a.person_id and c.first_ready_at >= m.valid_from and c.first_ready_at < m.valid_to
  where c.first_ready_at is not null and (coalesce(c.merged_at, c.closed_at) >= c.first_ready_at) is not false and coalesce(a.kind, 'human'::text) <> 'automation'::text and not (exists ( select
           from change_fact f
          where f.repo_id = c.repo_id and f.change_id = c.change_id))
union all
 select 'production'::text as stage,
    f.repo_id,
    f.change_key,
    f.merged_at as entered_at,
    least(f.deployed_at, f.merged_at + '1 year'::interval) as left_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     left join deployment_fact d on d.deployment_id = f.deployment_id
  where f.author_kind <> 'automation'::text and f.excluded_reason is null and d.excluded_reason is null and (f.deployed_at >= f.merged_at) is not false and f.merged_at >= (( select min(x.finished_at) as min
           from deployment_fact x
          where x.service_id = f.service_id and x.environment = 'production'::text));
comment on view queue_stay is 'One row per change and stage that it came into: review (ready for review until merged or closed) and production (merged until deployed, since the first known deployment of its service). entered_at and left_at: null = it is still there. What is there for more than a year is abandoned and leaves then. Automation, what counts for nothing (excluded_reason) and what left before it came are left out. Who is behind it: person_id (null = nobody known); team as of the merge, of what is not merged as of when it was ready.';
grant select on queue_stay to throughline_reader;

create view suspected_program as
 with part as materialized (
         select p.person_id,
            extract(hour from (p.first_at at time zone 'UTC'::text))::integer as hour,
            coalesce((p.first_at - coalesce(asked.at, f.first_ready_at, f.created_at)) <= '00:01:00'::interval, false) as is_at_once
           from reviewer_part p
             join change_fact f on f.repo_id = p.repo_id and f.change_id = p.change_id
             cross join lateral ( select max(e.at) as at
                   from change_event e
                     join account a on a.account_id = e.account_id
                  where e.repo_id = p.repo_id and e.change_key = p.change_key and e.kind = 'review_requested'::text and e.at <= p.first_at and a.person_id = p.person_id) asked
          where p.person_id <> ''::text and p.first_at > ((( select max(reviewer_part.first_at) as max
                   from reviewer_part)) - '90 days'::interval)
        ), reviewed as (
         select part.person_id,
            count(*) as n,
            count(*) filter (where part.is_at_once) as at_once
           from part
          group by part.person_id
        ), quiet as (
         select six.person_id,
            min(six.n) as n
           from ( select part.person_id,
                    s.s,
                    count(*) filter (where ((part.hour - s.s + 24) % 24) < 6) as n
                   from part
                     cross join generate_series(0, 23) s(s)
                  group by part.person_id, s.s) six
          group by six.person_id
        ), person_sign as (
         select p.person_id,
            coalesce(r.n, 0::bigint) as n,
            (exists ( select
                   from account a
                  where a.person_id = p.person_id and (looks_like_program(coalesce(a.display_name, a.login), a.email) or looks_like_program(a.login, null::text)))) as is_name,
            coalesce(r.n >= 20 and r.at_once::numeric >= (0.9 * r.n::numeric), false) as is_at_once,
            coalesce(r.n >= 100 and q.n::numeric > (r.n::numeric / 8.0), false) as is_around_the_clock,
            r.n >= 20 and (exists ( select
                   from git_commit)) and not (exists ( select
                   from account a
                     join git_commit g on g.author_account_id = a.account_id
                  where a.person_id = p.person_id)) and not (exists ( select
                   from account a
                     join change c on c.author_account_id = a.account_id
                  where a.person_id = p.person_id)) as is_without_commits
           from person p
             left join reviewed r on r.person_id = p.person_id
             left join quiet q on q.person_id = p.person_id
          where p.kind = 'human'::text and not (exists ( select
                   from account a
                  where a.person_id = p.person_id and a.is_said))
        )
 select person_id,
    n::integer as reviews,
    array_remove(array[
        case
            when is_name then 'name'::text
            else null::text
        end,
        case
            when is_at_once then 'at_once'::text
            else null::text
        end,
        case
            when is_around_the_clock then 'around_the_clock'::text
            else null::text
        end,
        case
            when is_without_commits then 'no_commits'::text
            else null::text
        end], null::text) as signs
   from person_sign
  where is_name or (is_at_once::integer + is_around_the_clock::integer + coalesce(is_without_commits, false)::integer) >= 2;
comment on view suspected_program is 'One row per human who may be a program: by name, or by two of three signs of what it reviewed in the newest 90 days. name = looks_like_program; at_once = at least nine of ten of 20 reviews or more came within a minute of being asked (else of ready for review); around_the_clock = of 100 reviews or more the six hours in a row with the fewest hold more than an eighth; no_commits = 20 reviews or more and not a commit or change ever. reviews: changes reviewed in these days. Suspected only: it counts as a human until accounts.automation of throughline.yaml names it; whom accounts names at all is not here.';
grant select (person_id) on suspected_program to throughline_reader;

create view change_passage as
 select f.repo_id,
    f.change_id,
    f.change_key,
    f.merged_at,
    v.approved_at,
    t.tested_at,
    t.test_seconds,
    t.test_spans
   from change_fact f
     left join change_approval v on v.repo_id = f.repo_id and v.change_key = f.change_key
     left join change_test t on t.repo_id = f.repo_id and t.change_key = f.change_key
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view change_passage is 'One row per merged change that is not of automation and counts: approved_at (last approval by a human who neither is behind it nor wrote one of its commits, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known, or one that is known to be required had not), test_seconds (longest of its pipelines and checks, all attempts) and test_spans (when one of them ran; null = none known).';
grant select on change_passage to throughline_reader;

create view primary_team as
 select s.person_id,
    s.at as valid_from,
    lead(s.at, 1, 'infinity'::timestamp with time zone) over (partition by s.person_id order by s.at) as valid_to,
    m.team_id
   from ( select membership.person_id,
            membership.valid_from as at
           from membership
          where membership.is_primary
        union
         select membership.person_id,
            membership.valid_to
           from membership
          where membership.is_primary and membership.valid_to is not null) s
     left join lateral ( select m_1.team_id
           from membership m_1
          where m_1.person_id = s.person_id and m_1.is_primary and m_1.valid_from <= s.at and (m_1.valid_to is null or m_1.valid_to > s.at)
          order by m_1.valid_from desc
         limit 1) m on true;
comment on view primary_team is 'One row per person and period between two changes of their primary memberships: from when (inclusive) to when (exclusive; infinity = still) the team was theirs, the one that began last where several are primary (null = none was). Periods of a person do not overlap.';

create view sprint_issue as
 select c.source,
    c.cycle_id,
    coalesce(nullif(trim(both from c.title), ''::text), c.cycle_id) as sprint,
    coalesce(nullif(c.project_key, ''::text), 'unknown'::text) as project,
    c.completed_at as ended_at,
    c.external_id,
    c.is_committed,
    c.outcome,
    c.is_bad_order as is_disordered,
    p.person_id,
    coalesce(m.team_id, 'unknown'::text) as team
   from cycle_issue c
     join issue i on i.source = c.source and i.external_id = c.external_id
     left join tracker_project j on j.source = i.source and j.project_key = i.project_key
     left join account_person a on a.account_id = i.assignee_account_id and c.completed_at >= a.valid_from and c.completed_at < a.valid_to
     left join person p on p.person_id = a.person_id and p.kind = 'human'::text
     left join lateral ( select m_1.team_id
           from membership m_1
          where m_1.person_id = p.person_id and m_1.is_primary and m_1.valid_from <= c.completed_at and (m_1.valid_to is null or m_1.valid_to > c.completed_at)
          order by m_1.valid_from desc
         limit 1) m on true
  where c.completed_at >= c.starts_at and c.completed_at <= coalesce(( select min(coalesce(s.watermark, '-infinity'::timestamp with time zone)) as min
           from stream_state s
          where split_part(s.stream_id, '/'::text, 1) = c.source and split_part(s.stream_id, '/'::text, 2) = 'issues'::text), ( select data_clock.complete_until
           from data_clock)) and c.outcome <> 'before'::text and c.kind <> 'epic'::text and i.deleted_at is null and (i.seen_at < j.listed_at) is not true and not (c.kind = 'sub_task'::text and (exists ( select
           from issue_cycle x
             join issue h on h.source = x.source and h.external_id = x.external_id and h.kind = 'issue'::text
          where x.source = i.source and x.external_id = i.parent_id and x.cycle_id = c.cycle_id and x.added_at <= c.completed_at)));
comment on view sprint_issue is 'One row per sprint or cycle that is over and issue that it is judged by (cycle_issue): deleted ones, epics, sub-tasks of an issue that was in the same sprint, and what was over before it began are left out. is_committed, and outcome as of the end: delivered | removed | cancelled | carried_over. ended_at: when it was closed; one that is not, or whose end is later than its issues were read to, is not there. is_disordered = a time in the history of the issue goes back. Who is behind it: person_id (the human that it is assigned to; null = nobody known) and the team of that human at the end.';
grant select on sprint_issue to throughline_reader;

create table phase (
  phase_no integer not null,
  phase_id text not null,
  title text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  team_id text,
  primary key (phase_no),
  check ((ended_at > started_at))
);
comment on table phase is 'One row per phase of throughline.yaml (phases), as written there; those of a team, and those of everyone, follow one another and do not overlap.';
comment on column phase.phase_no is 'Position in the configuration, from 1.';
comment on column phase.phase_id is 'Its id there; of one team, or of everyone, each phase has another one.';
comment on column phase.title is 'What a reader of a panel sees.';
comment on column phase.started_at is 'Midnight of the first day in the configured time zone.';
comment on column phase.ended_at is 'Midnight after the last day in the configured time zone, else when the next phase of the same team, or of everyone, begins; not in it. Null = it goes on.';
comment on column phase.team_id is 'Team whose phases these are, where it alone is asked for; null = everyone.';
grant select on phase to throughline_reader;

create view done_issue as
 select f.source,
    f.external_id,
    f.done_at,
    i.type,
    p.person_id,
    coalesce(m.team_id, 'unknown'::text) as team
   from issue_fact f
     join issue i on i.source = f.source and i.external_id = f.external_id
     left join tracker_project j on j.source = i.source and j.project_key = i.project_key
     left join account_person a on a.account_id = i.assignee_account_id and f.done_at >= a.valid_from and f.done_at < a.valid_to
     left join person p on p.person_id = a.person_id and p.kind = 'human'::text
     left join primary_team m on m.person_id = p.person_id and f.done_at >= m.valid_from and f.done_at < m.valid_to
  where f.done_at is not null and i.kind = 'issue'::text and i.deleted_at is null and (i.seen_at < j.listed_at) is not true;
comment on view done_issue is 'One row per issue that is done now: done_at (its last end: one that was reopened is done when it was done again) and type (bug | feature | docs | refactor; null = nothing says it, which is not that it is none of them). Epics, sub-tasks, what was given up and deleted issues are left out. Who is behind it: person_id (the human that it is assigned to; null = nobody known) and the team of that human when it was done.';
grant select on done_issue to throughline_reader;

create table change_watch (
  repo_id integer not null,
  change_key text not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  look_count integer not null,
  primary key (repo_id, change_key),
  check ((look_count > 0))
);
comment on table change_watch is 'One row per change of which its forge said, while it was open, whether it conflicts with its base. Conflicts of others are not known.';
comment on column change_watch.repo_id is 'Repository.';
comment on column change_watch.change_key is 'Change.';
comment on column change_watch.first_at is 'First look at which the forge said so.';
comment on column change_watch.last_at is 'Last such look.';
comment on column change_watch.look_count is 'Such looks: what came and went between two of them was not seen.';

create table change_coordination (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  conflict_count integer not null,
  conflict_minutes double precision not null,
  queue_count integer not null,
  ejection_count integer not null,
  primary key (repo_id, change_id)
);
comment on table change_coordination is 'One row per merged change that was seen in conflict with its base, or that stood in a merge queue (automation left out).';
comment on column change_coordination.repo_id is 'Repository.';
comment on column change_coordination.change_id is 'Change (change_fact.change_id).';
comment on column change_coordination.change_key is 'Number.';
comment on column change_coordination.conflict_count is 'Conflicts that were seen until the merge.';
comment on column change_coordination.conflict_minutes is 'Business minutes of its team in conflict: from each look that saw one to the next that did not, or to the end of the change.';
comment on column change_coordination.queue_count is 'How often it came into a merge queue (merge train).';
comment on column change_coordination.ejection_count is 'How often it was put out of it without being merged, other than by somebody who took it out.';
create index change_coordination_key on change_coordination using btree (repo_id, change_key);

create view coordination_unit as
 select f.repo_id,
    f.change_id,
    f.change_key,
    f.merged_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.seniority,
    f.zone,
    f.size,
    w.change_key is not null as is_watched,
        case
            when w.change_key is not null then coalesce(o.conflict_count, 0)
            else null::integer
        end as conflict_count,
        case
            when w.change_key is not null then coalesce(o.conflict_minutes, 0::double precision)
            else null::double precision
        end as conflict_minutes,
    date_part('epoch'::text, w.last_at - w.first_at) / nullif(w.look_count - 1, 0)::double precision / 60::double precision as look_minutes,
    nullif(o.queue_count, 0) as queue_count,
        case
            when o.queue_count > 0 then o.ejection_count
            else null::integer
        end as ejection_count
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     left join change_watch w on w.repo_id = f.repo_id and w.change_key = f.change_key and w.first_at <= f.merged_at
     left join change_coordination o on o.repo_id = f.repo_id and o.change_id = f.change_id
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view coordination_unit is 'One row per merged change that is not of automation and counts: conflicts with its base and business minutes of them (null = nobody looked while it was open), mean minutes between looks (null = fewer than two), how often it came into a merge queue and was put out of it (null = it never was in one); who is behind it (person_id; null = nobody known) and its dimensions.';
grant select on coordination_unit to throughline_reader;

create view rebase_unit as
 select f.repo_id,
    f.change_id,
    f.change_key,
    f.merged_at,
    f.responsible_id as person_id,
    f.team_id as team,
    r.slug as repo,
    f.service_id as service,
    f.pr_class,
    f.code_source,
    f.seniority,
    f.zone,
    f.size,
    b.base_seconds
   from change_fact f
     join repo r on r.repo_id = f.repo_id
     left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key and c.kind = 'pull_request'::text and c.base_branch is not null and not (exists ( select
           from change_event e
          where e.repo_id = f.repo_id and e.change_key = f.change_key and e.kind = 'push'::text))
     cross join lateral ( select
                case
                    when count(*) > 0 then coalesce(sum(date_part('epoch'::text, n.finished_at - n.started_at)) filter (where n.finished_at >= n.started_at and g.is_merge and (starts_with(g.subject, ('Merge branch '''::text || c.base_branch) || ''''::text) or starts_with(g.subject, ('Merge remote-tracking branch ''origin/'::text || c.base_branch) || ''''::text))), 0::double precision)
                    else null::double precision
                end as base_seconds
           from git_commit g
             join build n on n.repo_id = g.repo_id and n.sha = g.sha and n.kind = 'run'::text
          where c.change_key is not null and g.repo_id = c.repo_id and g.change_key = c.change_key and g.sha is distinct from c.merge_sha) b
  where f.author_kind <> 'automation'::text and f.excluded_reason is null;
comment on view rebase_unit is 'One row per merged change that is not of automation and counts: base_seconds = time that pipelines took, all attempts, of its commits that only merge its base branch into it, as git names such commits. Null = no pipeline of its own commits is known, or some of them were pushed away (a rebase leaves no trace of the commits before it). Who is behind it (person_id; null = nobody known) and its dimensions.';
grant select on rebase_unit to throughline_reader;

create view named_use as
 select tool_id as tool,
    at,
    person_id,
        case
            when workflow_id is not null then 'field'::text
            when (exists ( select
               from workflow_tool t
              where t.tool_id = e.tool_id and (e.feature = any (t.features)))) then 'feature'::text
            when change_key is not null and (exists ( select
               from workflow_tool t
                 join workflow_completion c on c.workflow_id = t.workflow_id and c.repo_id = e.repo_id and split_part(c.unit_key, '/'::text, 1) = e.change_key
              where t.tool_id = e.tool_id)) then 'change'::text
            else 'unattributed'::text
        end as named_by
   from tool_event e;
comment on view named_use is 'One row per timestamped tool use: tool, when, who ('''' = not joined; never shown) and named_by, the first that says for which workflow it was: field (the source names it), feature (a workflow lists it), change (a unit of the workflow), or unattributed.';
grant select on named_use to throughline_reader;

create view change_approval as
 select x.repo_id,
    x.change_key,
    max(e.at) filter (where g.repo_id is null) as approved_at
   from change_fact x
     join change_event e on e.repo_id = x.repo_id and e.change_key = x.change_key and (e.kind = 'approve'::text or e.kind = 'review'::text and e.state = 'approved'::text) and e.at <= x.merged_at
     join account a on a.account_id = e.account_id
     join person p on p.person_id = a.person_id and p.kind = 'human'::text and p.person_id is distinct from x.responsible_id
     left join (git_commit g
     join account o on o.account_id = g.author_account_id) on g.repo_id = e.repo_id and g.change_key = e.change_key and o.person_id = p.person_id
  group by x.repo_id, x.change_key;
comment on view change_approval is 'One row per merged change that a human approved who is not behind it: approved_at, the last such approval until the merge by somebody who wrote none of its commits (null = whoever approved it wrote it, too). One that was dismissed is none.';

create view change_test as
 select repo_id,
    change_key,
        case
            when not bool_or(is_refused) then max(green_at)
            else null::timestamp with time zone
        end as tested_at,
    max(busy_seconds) as test_seconds,
    range_agg(busy) as test_spans
   from ( select c.repo_id,
            c.change_key,
            min(b.finished_at) filter (where b.result = 'success'::text) as green_at,
            bool_or(b.is_required and (b.result = any (array['failure'::text, 'timed_out'::text, 'cancelled'::text, 'action_required'::text]))) and not bool_or(b.result = any (array['success'::text, 'neutral'::text, 'skipped'::text])) as is_refused,
            sum(date_part('epoch'::text, b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds,
            range_agg(tstzrange(b.started_at, b.finished_at)) filter (where b.finished_at >= b.started_at) as busy
           from change c
             join build b on b.repo_id = c.repo_id and b.change_key = c.change_key and coalesce(b.sha = c.head_sha, false) and b.finished_at <= c.merged_at and b.is_required is not false
          group by c.repo_id, c.change_key, b.kind, b.name) g
  group by repo_id, change_key;
comment on view change_test is 'One row per merged change with pipelines or checks of its last commit until the merge, those that are known not to be required left out: tested_at (all of them had passed; null = none had, or one that is known to be required had not), test_seconds (longest of them, all attempts) and test_spans (when one of them ran).';

CREATE OR REPLACE FUNCTION public.excluded_reason(fact text, at timestamp with time zone, team text, service text, repo text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO '$user', 'public'
AS $function$
  select e.reason from exclusion e
  where e.kind = 'bad_data' and e.withdrawn_at is null and fact = any(e.facts) and at >= e.started_at and at < e.ended_at
    and (e.is_everywhere or team = any(e.teams) or service = any(e.services) or repo = any(e.repos))
  order by e.started_at, e.ended_at, e.reason limit 1
$function$;
comment on function excluded_reason(text,timestamp with time zone,text,text,text) is 'Why a unit of a fact (changes | deployments | incidents | builds) counts for nothing: the bad data that began first; null = it counts.';

CREATE OR REPLACE FUNCTION public.frozen_minutes(since timestamp with time zone, until timestamp with time zone, team text, service text, repo text)
 RETURNS double precision
 LANGUAGE sql
 STABLE
 SET search_path TO '$user', 'public'
AS $function$
  select coalesce(sum(date_part('epoch', upper(p) - lower(p)) / 60), 0)
  from (
    select range_agg(tstzrange(e.started_at, e.ended_at)) * tstzmultirange(tstzrange(since, greatest(until, since))) as periods
    from exclusion e
    where e.kind = 'freeze' and e.withdrawn_at is null and e.started_at < until and e.ended_at > since
      and (e.is_everywhere or team = any(e.teams) or service = any(e.services) or repo = any(e.repos))
  ) f cross join unnest(f.periods) as p
$function$;
comment on function frozen_minutes(timestamp with time zone,timestamp with time zone,text,text,text) is 'Minutes of an interval in which a freeze held for a team, service or repository; what two freezes share counts once.';

CREATE OR REPLACE FUNCTION public.looks_like_program(name text, address text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(trim(name) ~ '^\S*(bot|robot|automation|autobuild|[-_.]ci)$' and trim(name) !~* '(talbot|abbot|cabot|le ?bot)$', false)
    or coalesce(split_part(address, '@', 1) ~* '^(\S*[-_.+])?(bot|robot|automation|autobuild|ci)$', false)
$function$;
comment on function looks_like_program(text,text) is 'As isDoubtful of the collector: a name or an address that a program may have, and people hardly.';

CREATE OR REPLACE FUNCTION public.not_collected()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_nargs = 0 then
    return null;
  end if;
  return jsonb_populate_record(new, (select jsonb_object_agg(name, null) from unnest(tg_argv) as name));
end
$function$;
comment on function not_collected() is 'Before a row is written: with names of columns it leaves these empty, without any it lets the row not be written.';

CREATE OR REPLACE FUNCTION public.note_evidence_opened(org bigint, login text, role text, asked jsonb, row_count integer)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  insert into evidence_opening (org_id, who, role, asked, rows)
  select org, left(login, 200), left(role, 20), case when octet_length(asked::text) <= 20000 then asked else '{"cut": true}' end, row_count
$function$;
comment on function note_evidence_opened(bigint,text,text,jsonb,integer) is 'The one thing that panels write: that somebody was shown rows behind numbers.';

CREATE OR REPLACE FUNCTION pack.note_tool_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$ begin
  insert into pack.tool_event_month as m (person_id, tool_id, month, days, uses)
  select person_id, tool_id, date_trunc('month', d.day)::date, bit_or(1 << (extract(day from d.day)::integer - 1)), count(*)
  from added cross join lateral (select (at at time zone 'UTC')::date as day) d
  where isfinite(at)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (person_id, tool_id, month) do update set days = m.days | excluded.days, uses = m.uses + excluded.uses;
  return null;
end $function$;
comment on function pack.note_tool_event() is 'Keeps pack.tool_event_month: rows are only ever added to tool_event, and their key holds the instant.';

CREATE OR REPLACE FUNCTION public.self_person(name text)
 RETURNS TABLE(person_id text, is_clear boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with way as (select value #>> '{}' as way from setting where key = 'self_view'),
  named as (
    select a.account_id, a.person_id, a.has_conflict from account a, way
    where case way when 'email' then lower(a.email collate "C") = lower(trim(name) collate "C")
      when 'sso' then a.provider = 'sso' and lower(a.login collate "C") = lower(trim(name) collate "C")
      when 'github' then a.provider = 'github' and lower(a.login collate "C") = lower(trim(name) collate "C") else false end
      and trim(name) <> '' and (a.trust = 2 or exists (select from account_claim c where c.account_id = a.account_id))),
  judged as (
    select count(distinct n.person_id) as persons, coalesce(bool_or(n.has_conflict), false) as has_conflict, min(n.person_id) as person_id,
      exists (select from named m join account_join j on j.account_id = m.account_id and j.until is null
        group by j.account_id having count(*) > 1) as has_changed_hands
    from named n)
  select case when persons = 1 and not has_conflict and not has_changed_hands then j.person_id end, persons < 2 and not has_conflict and not has_changed_hands
  from judged j
  where (persons = 0 or has_conflict or persons > 1 or has_changed_hands
    or exists (select from person p where p.person_id = j.person_id and p.kind = 'human'))
$function$;
comment on function self_person(text) is 'Whose a name is that Grafana vouches for, by the way that setting self_view names; one row: null and true = nobody''s, null and false = it may be several people''s. Accounts that were only sent here (trust below 2) count where people.csv says whose they are; letters outside of ASCII are not folded. No row = no human''s. While self_view is off it is nobody''s, whoever asks.';

CREATE OR REPLACE FUNCTION public.tool_event_last(tool text, since timestamp with time zone, before timestamp with time zone)
 RETURNS TABLE(person_id text, at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO '$user', 'public'
AS $function$ begin
  return query select e.person_id, max(e.at) from tool_event e where e.tool_id = tool and e.at >= since and e.at < before group by e.person_id;
end $function$;
comment on function tool_event_last(text,timestamp with time zone,timestamp with time zone) is 'One row per user with events of the tool in [since, before): the last of them. As tool_event, '''' = not joined.';
