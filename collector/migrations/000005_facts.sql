-- Facts that follow from the above: pure functions of it, written by collector/src/derive only.

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
  key text primary key,
  fingerprint text not null
);
comment on table derive_state is 'One row per slow input (settings, repositories, teams, tools, workflows, rule versions): what the last derivation saw of it; a difference re-derives what depends on it. Not granted to the reader.';
comment on column derive_state.key is 'Input, e.g. repo/12 or settings.';
comment on column derive_state.fingerprint is 'md5 of the input.';

create table change_fact (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  merged_at timestamptz not null,
  first_commit_at timestamptz,
  created_at timestamptz,
  first_ready_at timestamptz,
  first_review_at timestamptz,
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
  marked_tools text[] not null default '{}',
  proven_by text check (proven_by in ('audit', 'line', 'line_count', 'tracker', 'session')),
  proven_ai boolean,
  proven_tools text[] not null default '{}',
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
-- Wide rows: what metrics ask of many changes is in the index; lead time places a change where it was deployed.
create index change_fact_key on change_fact (repo_id, change_key);
create index change_fact_merged on change_fact (merged_at)
  include (author_kind, repo_id, responsible_id, team_id, service_id, pr_class, code_source, seniority, zone, size, is_assumed, confidence, tools);
create index change_fact_unit on change_fact (repo_id, change_id)
  include (author_kind, responsible_id, pr_class, code_source, zone, size, is_assumed, confidence, effective_added);
create index change_fact_counted on change_fact ((coalesce(deployed_at, merged_at)))
  include (author_kind, repo_id, merged_at, deployed_at, first_commit_at, responsible_id, team_id, service_id, pr_class, code_source, zone, size,
    is_assumed, confidence);

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
create index change_review_key on change_review (repo_id, change_key);

create table reviewer_part (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  person_id text not null default '',
  first_at timestamptz not null,
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
create index reviewer_part_key on reviewer_part (repo_id, change_key);

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
  cause_repo_id integer,
  cause_change_id bigint,
  cause_method text,
  fixed_repo_id integer,
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
comment on column deployment_fact.cause_repo_id is 'Repository of cause_change_id; null with it.';
comment on column deployment_fact.cause_change_id is 'Change that caused the failure; null = unknown.';
comment on column deployment_fact.cause_method is 'explicit | fix_blame | sole_change; null = unknown.';
comment on column deployment_fact.fixed_repo_id is 'Repository of fixed_change_id; null with it.';
comment on column deployment_fact.fixed_change_id is 'For rework: the change being fixed; null = unknown.';
comment on column deployment_fact.change_count is 'Changes it shipped; 0 = config or first of service.';
comment on column deployment_fact.sources is 'Distinct code sources of its changes.';
create index deployment_fact_finished on deployment_fact (finished_at);

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
create index deployment_change_deployment on deployment_change (deployment_id);

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
create index deployment_removed_deployment on deployment_removed (deployment_id);
create index deployment_removed_change on deployment_removed (repo_id, change_id);

create table incident_link (
  incident_id bigint primary key,
  deployment_id bigint,
  repo_id integer,
  change_id bigint,
  method text not null,
  confidence double precision,
  cause_method text,
  cause_confidence double precision
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

create table issue_mention (
  repo_id integer not null,
  change_key text not null,
  issue_key text not null,
  method text not null check (method in ('branch', 'title')),
  primary key (repo_id, change_key, issue_key)
);
comment on table issue_mention is 'One row per change and text in its branch or title that looks like the key of an issue, whether there is such an issue or not (UTF-8 looks like one): view issue_change says which there are.';
comment on column issue_mention.repo_id is 'Repository.';
comment on column issue_mention.change_key is 'Change.';
comment on column issue_mention.issue_key is 'The text in upper case.';
comment on column issue_mention.method is 'branch (named there, maybe in the title too) | title.';
create index issue_mention_key on issue_mention (issue_key);

create table issue_fact (
  source text not null,
  external_id text not null,
  ready_at timestamptz,
  ready_basis text check (ready_basis in ('state', 'cycle')),
  started_at timestamptz,
  started_basis text check (started_basis in ('state', 'category', 'source')),
  done_at timestamptz,
  done_basis text check (done_basis in ('state', 'category', 'source')),
  cancelled_at timestamptz,
  stage text,
  reopened_count integer not null,
  moved_count integer not null,
  bad_order_count integer not null,
  unmapped_states text[] not null default '{}',
  primary key (source, external_id)
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
create index issue_fact_done on issue_fact (done_at) where done_at is not null;

create table issue_stage (
  source text not null,
  external_id text not null,
  seq integer not null,
  state text,
  stage text,
  began_at timestamptz not null,
  ended_at timestamptz,
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
create index issue_stage_stage on issue_stage (stage, began_at);

create table change_survival (
  repo_id integer not null,
  change_id bigint not null,
  merged_at timestamptz not null,
  born_at timestamptz not null,
  service_id text not null,
  team_id text not null,
  author_kind text not null,
  responsible_id text,
  pr_class text not null,
  code_source text not null,
  tools text[] not null default '{}',
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
  reverted_at timestamptz,
  is_reapplied boolean not null,
  revert_failed_at timestamptz,
  rewritten_at timestamptz,
  shipped_at timestamptz,
  rolled_back_at timestamptz,
  rollback_basis text check (rollback_basis in ('rollback', 'deployment', 'merge')),
  effective_added integer,
  effective_deleted integer,
  primary key (repo_id, change_id)
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
create index change_survival_born on change_survival (born_at)
  include (merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, change_id, tools);
create index change_survival_cover on change_survival (merged_at)
  include (code_source, author_kind, responsible_id, effective_lines, lost, censored, is_assumed, confidence, born_at, repo_id, change_id, tools,
    lost_14, reverted_at, is_reapplied, revert_failed_at, rewritten_at, effective_added, effective_deleted);
create index change_survival_merged_on on change_survival (((merged_at at time zone 'UTC')::date));
create index change_survival_pending on change_survival (repo_id) where pending > 0;
create index change_survival_sample on change_survival ((hashint8extended(change_id, 0) & 1048575))
  include (change_id, merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, born_at, tools);

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

create view survival_cohort as
select s.*,
       least(greatest(floor(extract(epoch from r.observed_until - s.born_at) / 86400), 0), 100000)::integer as observed_days
from change_survival s
join repo r using (repo_id)
where r.observed_until is not null;
comment on view survival_cohort is 'One row per row of change_survival, with observed_days = whole days from birth to repo.observed_until: the censoring age of every line still alive.';

create table workflow_completion (
  workflow_id text not null,
  workflow_version integer not null,
  unit_key text not null,
  person_id text not null default '',
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
  week_start date not null,
  primary key (person_id, repo_id, workflow_id, workflow_version, unit_key)
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
create index workflow_completion_ended on workflow_completion (workflow_id, ended_at);
create index workflow_completion_person on workflow_completion (person_id, week_start);
create index workflow_completion_unit on workflow_completion (workflow_id, workflow_version, person_id, ended_at)
  include (repo_id, week_start, minutes, business_minutes, started_at, team_id, pr_class) where status = 'ok';
create index workflow_completion_done on workflow_completion (ended_at) include (workflow_id, person_id) where status = 'ok';
create index workflow_completion_rejected on workflow_completion (ended_at) include (workflow_id, team_id, status, is_winsorised)
  where status <> 'ok' or is_winsorised;
create index workflow_completion_no_start on workflow_completion (workflow_id, ended_at) where status = 'no_start';
create index workflow_completion_repo on workflow_completion (repo_id, split_part(unit_key, '/', 1));
create index workflow_completion_week on workflow_completion (workflow_id, week_start);
create index workflow_completion_other on workflow_completion (unit_key) where change_id is null;

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
create index declared_day_person on declared_day (person_id, day);
create index declared_day_tool on declared_day (tool_id);

create view usage_day as
select tool_id, person_id, day, grade, coalesce(invocations, sessions, 1) as uses, coalesce(accepted_lines, 0) as accepted_lines, source
from tool_day where person_id <> ''
union all
select d.tool_id, d.person_id, d.day, 3::smallint, d.marked_commits, 0, 'git'
from declared_day d
where not exists (select from tool_day t where t.tool_id = d.tool_id and t.person_id = d.person_id and t.day = d.day);
comment on view usage_day is 'One row per tool, person and local day: usage from telemetry, else from marks in git (source git, grade 3 declared). Activity without a count is one use; a telemetry row with 0 uses is an observed zero.';

create table usage_week (
  tool_id text not null,
  workflow_id text not null default '',
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
  basis text not null check (basis in ('declared', 'activity', 'event', 'observed_zero', 'seat', 'none')),
  team_id text not null,
  own_coverage smallint not null default 0,
  own_prior_coverage smallint not null default 0,
  primary key (person_id, tool_id, workflow_id, week_start)
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
-- Of one tool by person: nothing is sorted.
create index usage_week_tool on usage_week (tool_id, workflow_id, person_id, week_start);
create index usage_week_week on usage_week (week_start);

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
  tool_id text primary key,
  users integer not null,
  matched integer not null
);
comment on table tool_match is 'One row per tool with accounts: how many of those that used or hold it belong to somebody who is known otherwise. Results by tool and outcome rest on it.';
comment on column tool_match.tool_id is 'Tool.';
comment on column tool_match.users is 'Accounts of people with use or a licence of the tool.';
comment on column tool_match.matched is 'Of these, without conflict joined to a person who has an account elsewhere than at a tool, or whom a file names.';

create view workflow_usage as
select wt.workflow_id, wt.tool_id,
       case when t.usage_scope = 'workflow' or wt.features <> '{}' then wt.workflow_id else '' end as usage_workflow_id,
       wt.measure, wt.usage_window, wt.low_min, wt.high_min, t.title as tool_title, t.nominal_grade,
       t.usage_scope = 'tool' and wt.features = '{}' as is_tool_scope
from workflow_tool wt
join tool t using (tool_id);
comment on view workflow_usage is 'One row per workflow and tool: how its usage is counted there; join usage_week on (tool_id, workflow_id = usage_workflow_id). is_tool_scope = the uses count in every workflow that lists the tool; panels say so.';

create view adoption_week as
select u.tool_id as tool, u.person_id, u.week_start, e.at, u.team_id as team,
       case when p.experience_start is null then 'unknown'
            when (p.experience_start + make_interval(months => m.senior)) at time zone 'UTC' <= e.at then 'senior'
            when (p.experience_start + make_interval(months => m.mid)) at time zone 'UTC' <= e.at then 'mid'
            else 'junior' end as seniority,
       u.coverage, u.basis, u.uses, u.uses_30d, u.active_days_30d,
       case when u.coverage < 2 then 'unknown'
            when d.used = 0 then 'zero'
            when d.used < t.high_min then 'low'
            else 'high' end as band,
       (select min(s.valid_from) from seat s where s.tool_id = u.tool_id and s.person_id = u.person_id and s.valid_from <= e.at
          and (s.valid_to is null or s.valid_to > e.at)) as seat_since,
       coalesce(l.first_at <= e.at, false) as is_listed
from usage_week u
join tool t on t.tool_id = u.tool_id
join person p on p.person_id = u.person_id
left join (select tool_id, min(valid_from) as first_at from seat group by 1) l on l.tool_id = u.tool_id
cross join (
  select coalesce((select value #>> '{}' from setting where key = 'default_tz'), 'UTC') as zone,
         coalesce((select (value ->> 'mid')::integer from setting where key = 'seniority_months'), 18) as mid,
         coalesce((select (value ->> 'senior')::integer from setting where key = 'seniority_months'), 48) as senior) m
cross join lateral (select (u.week_start + 7)::timestamp at time zone m.zone - interval '1 microsecond' as at) e
cross join lateral (
  select case t.measure when 'invocations' then u.uses_30d when 'active_days' then u.active_days_30d else u.accepted_lines_30d end as used) d
where u.workflow_id = '';
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

create table landing (
  tool_id text not null,
  workflow_id text not null,
  team_id text not null,
  landed_at timestamptz not null,
  basis text not null check (basis in ('config', 'inferred')),
  primary key (tool_id, workflow_id, team_id)
);
comment on table landing is 'One row per tool, workflow and team (also team unknown): when the tool landed, resolved. No row = not landed.';
comment on column landing.tool_id is 'Tool.';
comment on column landing.workflow_id is 'Workflow.';
comment on column landing.team_id is 'Team, or unknown.';
comment on column landing.landed_at is 'Configured date (team and workflow, team, workflow, default: the first that exists), else the first marked commit or use of the team.';
comment on column landing.basis is 'config | inferred (first marked commit or use of the team, else of anybody; may be too early where somebody tried it alone).';

-- What people with SQL of their own may rely on: small groups are hidden here already, as panels hide them (k people, one person's share,
-- and the smallest sibling of a single hidden team, which would follow from a total).
create view cell_week as
with unit_person as (
  select workflow_id, team_id, week_start, nullif(person_id, '') as person_id, count(*) as units
  from workflow_completion
  where status = 'ok'
  group by 1, 2, 3, 4
),
unit_cell as (
  select workflow_id, team_id, week_start, count(person_id) as people, sum(units) as units,
         max(units) filter (where person_id is not null) / sum(units) as top_share
  from unit_person
  group by 1, 2, 3
),
unit_time as (
  select workflow_id, team_id, week_start, percentile_cont(array[0.5, 0.9]) within group (order by minutes) as minutes,
         percentile_cont(0.5) within group (order by business_minutes) as business_minutes
  from workflow_completion
  where status = 'ok'
  group by 1, 2, 3
),
use_cell as (
  select w.workflow_id, w.tool_id, u.team_id, u.week_start, count(*) as people, count(*) filter (where u.uses > 0) as users, sum(u.uses) as uses,
         max(u.uses) / nullif(sum(u.uses), 0)::double precision as top_share
  from usage_week u
  join workflow_usage w on w.tool_id = u.tool_id and w.usage_workflow_id = u.workflow_id
  where u.coverage >= 2
  group by 1, 2, 3, 4
),
least_group as (
  select greatest(coalesce((select (value ->> 'smallest_group')::integer from setting where key = 'k_agreement'), 5),
                  (select max((value #>> '{}')::integer) from setting where key in ('k', 'usage_k'))) as k
),
unit_judged as (
  select c.*, c.people < g.k or coalesce(c.top_share, 0) > 0.8 as is_small
  from unit_cell c
  cross join least_group g
),
use_judged as (
  select c.*, c.people < g.k or coalesce(c.top_share, 0) > 0.8 as is_small
  from use_cell c
  cross join least_group g
),
unit_hidden as (
  select *, is_small or count(*) filter (where is_small and people > 0) over w = 1 and row_number() over (w order by is_small, people, team_id) = 1 as is_hidden
  from unit_judged
  window w as (partition by workflow_id, week_start)
),
use_hidden as (
  select *, is_small or count(*) filter (where is_small) over w = 1 and row_number() over (w order by is_small, people, team_id) = 1 as is_hidden
  from use_judged
  window w as (partition by workflow_id, tool_id, week_start)
),
unit_tool as (
  select h.*, coalesce(t.tool_id, '') as tool_id, m.minutes, m.business_minutes
  from unit_hidden h
  join unit_time m using (workflow_id, team_id, week_start)
  left join workflow_tool t using (workflow_id)
)
select workflow_id, tool_id, team_id, week_start,
       case when not n.is_hidden then n.people::integer end as unit_people,
       case when not n.is_hidden then n.units::integer end as units,
       case when not n.is_hidden then n.minutes[1] end as median_minutes,
       case when not n.is_hidden then n.minutes[2] end as p90_minutes,
       case when not n.is_hidden then n.business_minutes end as median_business_minutes,
       case when not u.is_hidden then u.people::integer end as usage_people,
       case when not u.is_hidden then u.users::integer end as users,
       case when not u.is_hidden then u.uses::integer end as uses,
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
-- Units: what metrics count, with the person and every dimension named once, as filters, groups and variables name them.

create view data_clock as
select coalesce((select max(watermark) from stream_state), now()) as complete_until,
       make_interval(secs => 3600 * coalesce((select (value #>> '{}')::double precision from setting where key = 'link_window_hours'), 24)) as link_window,
       exists (select from issue_stage) as has_issue_states;
comment on view data_clock is 'One row per store: until when data is complete (watermark of the newest stream; now where there is none), how long after a deployment an incident may still be linked to it (setting link_window_hours), and whether a tracker tells of the states of issues.';

create view merged_unit as
select f.repo_id, f.change_id, f.merged_at, f.first_commit_at, f.created_at, f.first_ready_at, f.first_review_at, f.review_rounds, f.deployed_at,
       f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source, f.seniority, f.zone,
       f.size, f.is_assumed, f.confidence, f.effective_added, f.marked_tools, f.proven_by, f.proven_ai, f.proven_tools,
       case when f.tools <> '{}' then f.tools when f.code_source = 'human' then '{none}' else '{unknown}' end as counted_tools
from change_fact f
join repo r on r.repo_id = f.repo_id
where f.author_kind <> 'automation';
comment on view merged_unit is 'One row per merged change that is not of automation: who is behind it (person_id; null = nobody known), its dimensions, the tools that it counts for (none = human, unknown = no tool named), its marks and what knows better than they.';

create view review_unit as
select f.repo_id, f.change_id, f.merged_at, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class,
       f.code_source, f.seniority, f.zone, f.size, f.review_rounds, f.effective_added + f.effective_deleted as line_count,
       v.is_reviewed, v.is_self_merged, v.wait_minutes, v.elapsed_minutes, v.review_minutes, v.comment_count, v.is_blocked, v.is_stamp,
       v.is_cross_team, v.explanation, v.is_ai_reviewed, v.ai_comment_count, v.ai_changed_count, v.ai_settled_count, v.program_review_count
from change_fact f
join repo r on r.repo_id = f.repo_id
join change_review v on v.repo_id = f.repo_id and v.change_id = f.change_id
where f.author_kind <> 'automation';
comment on view review_unit is 'One row per row of change_review, with who is behind the change (person_id; null = nobody known), its dimensions and its effective lines added and deleted (null = not measured).';

create view reviewer_unit as
select u.repo_id, u.change_id, u.merged_at, nullif(p.person_id, '') as person_id, u.team, u.repo, u.service, u.pr_class, u.code_source, p.seniority,
       u.zone, u.size, u.person_id as author_id, p.review_minutes, p.comment_count
from review_unit u
join reviewer_part p on p.repo_id = u.repo_id and p.change_id = u.change_id;
comment on view reviewer_unit is 'One row per row of reviewer_part: who reviewed (person_id; null = nobody known), what of it is theirs and their seniority; the other dimensions are those of the change.';

create view survived_unit as
select s.*, s.responsible_id as person_id, s.team_id as team, r.slug as repo, s.service_id as service, r.observed_until,
       case when s.tools <> '{}' then s.tools when s.code_source = 'human' then '{none}' else '{unknown}' end as counted_tools
from change_survival s
left join repo r on r.repo_id = s.repo_id
where s.author_kind <> 'automation';
comment on view survived_unit is 'One row per row of change_survival that is not of automation, with who is behind it (person_id; null = nobody known), its dimensions, until when its repository is observed (null = not analysed) and the tools that it counts for (none = human, unknown = no tool named).';

create view completed_unit as
select c.*, c.workflow_id as workflow, c.team_id as team, coalesce(r.slug, 'unknown') as repo, coalesce(r.service_id, r.slug, 'unknown') as service
from workflow_completion c
left join repo r on r.repo_id = c.repo_id;
comment on view completed_unit is 'One row per row of workflow_completion, whatever its status, with its dimensions. Who is behind it: person_id (empty = nobody known).';

create view issue_change as
select l.repo_id, l.change_key, l.source, l.external_id,
       (array_agg(l.method order by l.rank))[1] as method, bool_and(l.is_ambiguous) as is_ambiguous
from (
  select c.repo_id, c.change_key, i.source, i.external_id, 'closing' as method, 1 as rank, false as is_ambiguous
  from issue i join change c on c.source = i.source and c.linked_issues @> array[i.external_id]
  union all
  select c.repo_id, c.change_key, r.source, r.external_id, 'attachment', 2, false from issue_reference r join change c on c.web_url = r.url
  union all
  select m.repo_id, m.change_key, k.source, k.external_id, m.method, case m.method when 'branch' then 3 else 4 end,
         exists (select from issue_key o where o.issue_key = k.issue_key and (o.source, o.external_id) <> (k.source, k.external_id))
  from issue_key k join issue_mention m on m.issue_key = k.issue_key) l
group by 1, 2, 3, 4;
comment on view issue_change is 'One row per issue and change that is linked to it, by the surest method: closing (the forge says that the change closes it) | attachment (the tracker keeps the address of the change) | branch | title (its key is named there; keys of known issues alone). is_ambiguous = the key is that of issues in several trackers and nothing else links them: such a link counts for none.';

create view issue_unit as
select i.source, i.external_id, i.issue_key, i.project_key, i.kind, i.parent_id, i.type, i.labels, i.estimate, i.is_delegated, i.is_from_customer,
       i.is_revenue_feature, i.web_url, i.created_at, f.ready_at, f.ready_basis, f.started_at, f.started_basis, f.done_at, f.done_basis,
       f.cancelled_at, f.stage, f.reopened_count, f.moved_count, f.bad_order_count, f.unmapped_states,
       case when i.deleted_at is not null then i.deleted_at when i.seen_at < p.listed_at then p.listed_at end as deleted_at,
       w.changes, w.first_commit_at, w.code_complete_at, w.merged_at, w.deployed_at,
       t.requirement_at, t.requirement_basis, a.person_id as assignee_id, w.people,
       case when f.bad_order_count > 0 or t.requirement_at > coalesce(f.done_at, w.merged_at) then 'bad_order'
            when f.done_at is not null and t.requirement_at is null then 'no_start' else 'ok' end as order_status
from issue i
join issue_fact f on f.source = i.source and f.external_id = i.external_id
left join tracker_project p on p.source = i.source and p.project_key = i.project_key
left join account_person a on a.account_id = i.assignee_account_id and coalesce(f.done_at, f.started_at, i.created_at) >= a.valid_from
  and coalesce(f.done_at, f.started_at, i.created_at) < a.valid_to
cross join lateral (
  select count(*)::integer as changes, min(c.first_commit_at) as first_commit_at,
         case when bool_and(c.first_ready_at is not null) then max(c.first_ready_at) end as code_complete_at,
         case when bool_and(c.merged_at is not null) then max(c.merged_at) end as merged_at,
         case when bool_and(c.deployed_at is not null) then max(c.deployed_at) end as deployed_at,
         array_remove(array_agg(distinct c.responsible_id), null) as people
  from (
    select coalesce(m.first_commit_at, ch.first_commit_at) as first_commit_at, ch.first_ready_at, ch.merged_at, m.deployed_at, m.responsible_id
    from issue_change l
    join change ch on ch.repo_id = l.repo_id and ch.change_key = l.change_key and (ch.merged_at is not null or ch.closed_at is null)
    left join change_fact m on m.repo_id = ch.repo_id and m.change_id = ch.change_id
    where l.source = i.source and l.external_id = i.external_id and not l.is_ambiguous) c) w
cross join lateral (
  select coalesce(f.ready_at, f.started_at, w.first_commit_at) as requirement_at,
         case when f.ready_at is not null then f.ready_basis when f.started_at is not null then 'started'
              when w.first_commit_at is not null then 'first_commit' end as requirement_basis) t;
comment on view issue_unit is 'One row per issue with the times of the changes that are linked to it: requirement_at (ready, else started, else first commit; requirement_basis says which: state, cycle, started, first_commit), code_complete_at (its last change ready for review), merged_at (its last one merged) and deployed_at (production has all of them) are null while one of its changes lacks them; changes that were closed unmerged are not counted. deleted_at: null = it is there. order_status: bad_order = a time goes back, no_start = it is done and nothing says since when it was wanted; such an issue is counted and never timed. Who is behind it: people (humans responsible for its merged changes) and assignee_id (null = nobody known).';

create view flow_unit as
select f.repo_id, f.change_id, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       f.zone, f.size, f.first_commit_at, f.first_ready_at, f.merged_at, f.deployed_at, d.started_at as deploy_started_at,
       coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
       case when i.ready_at is not null then 'ready' when i.started_at is not null then 'started' else 'first_commit' end as required_basis,
       least(f.first_ready_at, f.merged_at) as complete_at, v.at as approved_at, t.at as tested_at, t.busy_seconds as test_seconds
from change_fact f
join repo r on r.repo_id = f.repo_id
left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key
left join deployment d on d.deployment_id = f.deployment_id
left join (
  select l.repo_id, l.change_key, min(n.ready_at) filter (where n.ready_at <= m.first_ready_at) as ready_at,
         min(n.started_at) filter (where n.started_at <= m.first_ready_at) as started_at
  from issue_change l
  join issue o on o.source = l.source and o.external_id = l.external_id and o.kind <> 'epic'
  join issue_fact n on n.source = l.source and n.external_id = l.external_id and n.bad_order_count = 0
  join change m on m.repo_id = l.repo_id and m.change_key = l.change_key
  where not l.is_ambiguous
  group by 1, 2
) i on i.repo_id = f.repo_id and i.change_key = f.change_key
cross join lateral (
  select max(e.at) as at
  from change_event e
  join account a on a.account_id = e.account_id
  join person p on p.person_id = a.person_id and p.kind = 'human'
  where e.repo_id = f.repo_id and e.change_key = f.change_key and (e.kind = 'approve' or e.kind = 'review' and e.state = 'approved')
    and e.at <= f.merged_at and p.person_id is distinct from f.responsible_id
) v
cross join lateral (
  select max(g.green_at) as at, max(g.busy_seconds) as busy_seconds
  from (
    select min(b.finished_at) filter (where b.result = 'success') as green_at,
           sum(date_part('epoch', b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds
    from build b
    where b.repo_id = f.repo_id and b.change_key = f.change_key and b.sha = c.head_sha and b.finished_at <= f.merged_at and b.is_required is not false
    group by b.kind, b.name
  ) g
) t
where f.author_kind <> 'automation';
comment on view flow_unit is 'One row per merged change that is not of automation, with the instants between its stages: required_at (required_basis: ready or started = so says an issue that is linked to it, at the latest when its code was complete; else its first_commit), complete_at (first ready for review), approved_at (last approval by a human who is not behind it, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known), deployed_at. Null = not known. test_seconds: longest of its pipelines and checks, all attempts.';

create view change_outcome as
select u.*, u.effective_added + f.effective_deleted as effective_lines, g.gate_n, g.is_gate_failed, g.gate_retries, f.reverted_at,
       s.rewritten_at, i.failed_at, o.reopened_at
from merged_unit u
join change_fact f on f.repo_id = u.repo_id and f.change_id = u.change_id
left join change_survival s on s.repo_id = u.repo_id and s.change_id = u.change_id
cross join lateral (
  select count(distinct (b.kind, b.name))::integer as gate_n, bool_or(b.result in ('failure', 'timed_out')) as is_gate_failed,
         (count(*) - count(distinct (b.source, b.external_id)))::integer as gate_retries
  from build b
  where b.repo_id = f.repo_id and b.change_key = f.change_key and b.finished_at <= f.merged_at and b.is_required is not false
    and b.result in ('success', 'failure', 'timed_out')
) g
cross join lateral (
  select min(n.started_at) as failed_at from incident_link l join incident n on n.incident_id = l.incident_id
  where l.repo_id = u.repo_id and l.change_id = u.change_id and n.started_at >= u.merged_at
) i
left join (
  select c.repo_id, c.change_key, min(t.ended_at) as reopened_at
  from issue_change c
  join change m on m.repo_id = c.repo_id and m.change_key = c.change_key
  join issue_stage t on t.source = c.source and t.external_id = c.external_id and t.stage = 'done' and t.ended_at >= m.merged_at
  where not c.is_ambiguous
  group by 1, 2
) o on o.repo_id = f.repo_id and o.change_key = f.change_key;
comment on view change_outcome is 'One row per row of merged_unit with what became of it: effective_lines (added and deleted; null = not measured); of its pipelines and checks until the merge, but for those known not to be required, gate_n, whether one of their attempts failed, and how many were repeated; first revert, when half of its lines were rewritten, first incident that it caused, and when an issue that it is linked to was first reopened after the merge (each null = not, or nothing tells).';

create view build_attempt as
select r.slug as repo, coalesce(r.service_id, r.slug) as service, b.kind, b.name, b.source, b.external_id, b.sha, b.attempt, b.queued_at, b.started_at,
       b.finished_at, b.result
from build b
join repo r on r.repo_id = b.repo_id;
comment on view build_attempt is 'One row per row of build with its place, and nobody who stands behind it.';

create view incident_unit as
select i.incident_id, coalesce(i.service_id, 'unknown') as service, i.severity, i.is_security, i.started_at, i.acknowledged_at, i.resolved_at,
       coalesce(f.code_source, 'unknown') as code_source, l.method
from incident i
left join incident_link l on l.incident_id = i.incident_id
left join change_fact f on f.repo_id = l.repo_id and f.change_id = l.change_id
where coalesce(i.environment, 'production') = 'production';
comment on view incident_unit is 'One row per incident in production with the code source of the change that caused it (unknown = no change is known), and nobody who stands behind it.';

create view cycle_issue as
select c.source, c.cycle_id, c.project_key, c.title, c.starts_at, c.ends_at, c.completed_at, s.external_id, i.kind, i.type, i.estimate,
       coalesce(m.is_in_at_start, false) as is_committed, m.is_in_at_start is false as is_added, not m.is_in_at_end as is_removed,
       coalesce(m.is_in_when_done, false) as is_delivered, m.first_added_at, f.done_at, m.method, f.bad_order_count > 0 as is_bad_order
from cycle c
cross join lateral (select coalesce(c.completed_at, c.ends_at, 'infinity'::timestamptz) as at) e
join issue_cycle s on s.source = c.source and s.cycle_id = c.cycle_id
join issue i on i.source = c.source and i.external_id = s.external_id
join issue_fact f on f.source = i.source and f.external_id = i.external_id
cross join lateral (
  select min(x.added_at) as first_added_at, (array_agg(x.method order by x.added_at))[1] as method,
         bool_or(x.added_at <= c.starts_at and coalesce(x.removed_at > c.starts_at, true)) as is_in_at_start,
         -- What is carried over when a cycle is closed leaves it then: it was in it to the end.
         bool_or(x.added_at <= e.at and coalesce(x.removed_at >= e.at, true)) as is_in_at_end,
         bool_or(f.done_at >= c.starts_at and f.done_at <= e.at and x.added_at <= f.done_at and coalesce(x.removed_at >= f.done_at, true)) as is_in_when_done
  from issue_cycle x where x.source = s.source and x.external_id = s.external_id and x.cycle_id = s.cycle_id) m
where s.added_at = m.first_added_at and m.first_added_at <= e.at;
comment on view cycle_issue is 'One row per sprint or cycle and issue that was in it before its end: is_committed (in it when it started), is_added (put into it later), is_removed (taken out before its end), is_delivered (done within it while it was in it). One that was not started has no commitment. Epics and sub-tasks stand in it as what they are (kind).';

create view deployment_unit as
select c.deployment_id, 'shipped' as role, f.repo_id, f.change_id, f.responsible_id as person_id, f.pr_class, f.code_source, f.zone, f.size,
       f.is_assumed, f.confidence, coalesce(f.effective_added, 0) as lines
from deployment_change c
join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
where f.author_kind <> 'automation'
union all
select d.deployment_id, 'cause', f.repo_id, f.change_id, f.responsible_id, coalesce(f.pr_class, 'unknown'), coalesce(f.code_source, 'unknown'),
       coalesce(f.zone, 'unknown'), coalesce(f.size, 'unknown'), f.is_assumed, f.confidence, f.effective_added
from deployment_fact d
left join change_fact f on f.repo_id = d.cause_repo_id and f.change_id = d.cause_change_id
where d.is_failed
union all
select d.deployment_id, 'fixed', f.repo_id, f.change_id, f.responsible_id, coalesce(f.pr_class, 'unknown'), coalesce(f.code_source, 'unknown'),
       coalesce(f.zone, 'unknown'), coalesce(f.size, 'unknown'), f.is_assumed, f.confidence, f.effective_added
from deployment_fact d
left join change_fact f on f.repo_id = d.fixed_repo_id and f.change_id = d.fixed_change_id
where d.is_rework;
comment on view deployment_unit is 'One row per deployment and change in a role: shipped by it (automation left out), cause of its failure, or fixed by it; a failure or rework whose change is not known has a row with change_id null. Who is behind it (person_id; null = nobody known) and its dimensions.';

create view production_deployment as
select d.*, d.team_id as team, coalesce(r.slug, 'unknown') as repo, d.service_id as service
from deployment_fact d
left join repo r on r.repo_id = d.repo_id
where d.environment = 'production';
comment on view production_deployment is 'One row per deployment to production with its dimensions. Who is behind it: deployment_unit.';

-- Deployment by deployment (offset 0): few of them are asked for at a time, and nobody can foresee how many changes one has.
create view shipped_unit as
select d.finished_at, d.is_failed, d.is_rework, d.team, d.repo, d.service, u.deployment_id, u.repo_id, u.change_id, u.person_id, u.pr_class,
       u.code_source, u.zone, u.size
from production_deployment d
cross join lateral (select * from deployment_unit u where u.deployment_id = d.deployment_id and u.role = 'shipped' offset 0) u;
comment on view shipped_unit is 'One row per deployment to production and change that it shipped (automation left out), with the place of the deployment and what the change is.';

create view observed_delivery as
select d.team, d.repo, d.service,
       least(min(d.finished_at), greatest(r.deployments_known_from,
         coalesce(r.known_from, (select min(g.committed_at) from git_commit g where g.repo_id = d.repo_id)))) as observed_from
from production_deployment d
left join repo r on r.repo_id = d.repo_id
group by d.team, d.repo, d.service, d.repo_id, r.known_from, r.deployments_known_from;
comment on view observed_delivery is 'One row per team, repository and service with a deployment to production: from when on its deployments are observed (observed_from: earliest commit of the repository, repo.known_from of a shallow one, repo.deployments_known_from where older deployments are not read, or the first deployment where no repository is known). Before it nothing is known, after it silence is zero.';

-- Uses that tell their change or their workflow: a part of all.
create index tool_event_change on tool_event (tool_id, at) include (repo_id, change_key, workflow_id, feature) where repo_id is not null;
-- Those of one change, where it becomes a unit of a workflow or is none any more.
create index tool_event_of_change on tool_event (repo_id, change_key) where change_key is not null;
create index tool_event_named on tool_event (tool_id, at) where workflow_id is not null;
