-- Derived rollups: pure functions of the facts of 000001, written by collector/src/derive only.

comment on column dirty.item is 'change_key or sha (change) | origin_no (lines) | service (deployment, incident) | person/Monday (usage) | person or account (identity) | * = all.';

create table derive_state (
  key text primary key,
  fingerprint text not null
);
comment on table derive_state is 'What the last derivation saw of slow inputs (settings, repositories, teams, tools, workflows, rule versions): a difference re-derives what depends on it. Not granted to the reader.';
comment on column derive_state.key is 'Input, e.g. repo/12 or settings.';
comment on column derive_state.fingerprint is 'md5 of the input.';

-- ---------------------------------------------------------------- survival of changes and lines

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
  primary key (repo_id, change_id)
);
comment on table change_survival is 'Durability of a merged change: one row per change merged after repo.known_from in an analysed repository (automation included, see author_kind). Dimensions as in change_fact. A change without effective lines has a row with 0 lines (revert test only).';
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
create index change_survival_merged on change_survival (merged_at);
create index change_survival_pending on change_survival (repo_id) where pending > 0;

create table change_line (
  repo_id integer not null,
  change_id bigint not null,
  line_source text not null,
  effective_lines integer not null,
  primary key (repo_id, change_id, line_source)
);
comment on table change_line is 'Effective lines a change brought, by line attestation (by = line_source): one row per change and line source; sums to change_survival.effective_lines.';
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
comment on table change_death is 'When the effective lines of a change ended: one row per change, line source, age and kind. Events at t precede censorings at t. Use it for filtered sets and evidence; the unfiltered curve is in survival_day.';
comment on column change_death.repo_id is 'Repository.';
comment on column change_death.change_id is 'Change.';
comment on column change_death.line_source is 'As change_line.';
comment on column change_death.age_days is 'Whole days from change_survival.born_at, rounded up (a death on the day of birth is 1); history_rewritten: rounded down. Never above observed_days.';
comment on column change_death.death_kind is 'modified | deleted | reverted | file_deleted; history_rewritten is a censoring.';
comment on column change_death.effective_lines is 'Effective lines.';

create table survival_day (
  merged_on date not null,
  code_source text not null,
  age_days integer not null,
  lost integer not null,
  file_deleted integer not null,
  censored integer not null,
  primary key (merged_on, code_source, age_days)
);
comment on table survival_day is 'Sum of change_death over all repositories and all changes but those of automation: one row per UTC day of merge, code source and age. For curves over whole UTC days without other filters (12 months = about 0.1 M rows); take the cut days at the ends of a range from change_death.';
comment on column survival_day.merged_on is 'UTC day of merged_at.';
comment on column survival_day.code_source is 'Code source of the change.';
comment on column survival_day.age_days is 'As change_death.';
comment on column survival_day.lost is 'Effective lines that died at that age, all kinds.';
comment on column survival_day.file_deleted is 'Of these, with their whole file (for exclude = file_deleted: then they are censored at that age).';
comment on column survival_day.censored is 'Effective lines closed as history_rewritten at that age.';

create view survival_cohort as
select s.*,
       least(greatest(floor(extract(epoch from r.observed_until - s.born_at) / 86400), 0), 100000)::integer as observed_days
from change_survival s
join repo r using (repo_id)
where r.observed_until is not null;
comment on view survival_cohort is 'change_survival with observed_days = whole days from birth to repo.observed_until: the censoring age of every line still alive.';

-- ---------------------------------------------------------------- usage of tools by person and week

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
  primary key (tool_id, workflow_id, person_id, week_start)
);
comment on table usage_week is 'Usage per tool, human and week: one row for every human with a completion, a seat or a use in the week or in the 30 days before its end, for every tool. A row with coverage < 2 has unknown usage: its counts are not zeros (bucket unknown). Weeks and days are local to setting default_tz.';
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
create index usage_week_week on usage_week (week_start);

alter table workflow_completion add column week_start date not null default '-infinity';
comment on column workflow_completion.week_start is 'Monday of ended_at, local date in setting default_tz; joins usage_week.week_start.';
create index workflow_completion_week on workflow_completion (workflow_id, week_start);

create view workflow_usage as
select wt.workflow_id, wt.tool_id,
       case when t.usage_scope = 'workflow' or wt.features <> '{}' then wt.workflow_id else '' end as usage_workflow_id,
       wt.measure, wt.usage_window, wt.low_min, wt.high_min, t.title as tool_title, t.nominal_grade,
       t.usage_scope = 'tool' and wt.features = '{}' as is_tool_scope
from workflow_tool wt
join tool t using (tool_id);
comment on view workflow_usage is 'How the usage of a tool is counted in a workflow: join usage_week on (tool_id, workflow_id = usage_workflow_id). is_tool_scope = the uses count in every workflow that lists the tool; panels say so.';

create table landing (
  tool_id text not null,
  workflow_id text not null,
  team_id text not null,
  landed_at timestamptz not null,
  basis text not null check (basis in ('config', 'inferred')),
  primary key (tool_id, workflow_id, team_id)
);
comment on table landing is 'When a tool landed for a team in a workflow, resolved: one row per tool, workflow and team (also team unknown). No row = not landed.';
comment on column landing.tool_id is 'Tool.';
comment on column landing.workflow_id is 'Workflow.';
comment on column landing.team_id is 'Team, or unknown.';
comment on column landing.landed_at is 'Configured date (team and workflow, team, workflow, default: the first that exists), else the first marked commit or use of the team.';
comment on column landing.basis is 'config | inferred (first marked commit or use of the team, else of anybody; may be too early where somebody tried it alone).';

grant select on change_survival, change_line, change_death, survival_day, survival_cohort, usage_week, workflow_usage, landing
  to throughline_reader;
