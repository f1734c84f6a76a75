-- AI tools: when they came, who has them, what they were used for, what they cost; and the workflows in which they count.

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
comment on table tool_landing is 'One row per tool, team and workflow: when the tool landed, as configured.';
comment on column tool_landing.tool_id is 'Tool.';
comment on column tool_landing.team_id is 'Team; '''' = default for all teams.';
comment on column tool_landing.workflow_id is 'Workflow; '''' = all workflows.';
comment on column tool_landing.landed_at is 'When.';

create table seat (
  tool_id text not null references tool,
  person_id text not null references person,
  valid_from timestamptz not null,
  valid_to timestamptz,
  source text not null default 'given',
  extra jsonb,
  primary key (tool_id, person_id, valid_from)
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
  at timestamptz not null,
  person_id text not null default '',
  type text not null,
  feature text,
  workflow_id text,
  repo_id integer,
  change_key text,
  accepted_lines integer,
  started_at timestamptz,
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
create index tool_event_person on tool_event (person_id, at);
create index tool_event_time on tool_event (tool_id, at);
create index tool_event_user on tool_event (tool_id, person_id, at);

-- A plan of its own for the instants given: TimescaleDB then plans the chunks of these days, not all that there are.
create function tool_event_last(tool text, since timestamptz, before timestamptz) returns table (person_id text, at timestamptz)
  language plpgsql stable set search_path from current as $$ begin
  return query select e.person_id, max(e.at) from tool_event e where e.tool_id = tool and e.at >= since and e.at < before group by e.person_id;
end $$;
comment on function tool_event_last is 'One row per user with events of the tool in [since, before): the last of them. As tool_event, '''' = not joined.';

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
create index tool_day_person on tool_day (person_id, day);

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
  scope text not null default '',
  starts_at timestamptz,
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
create index account_day_source on account_day (source, day, scope);

create table account_seat (
  account_id text not null,
  tool_id text not null,
  source text not null,
  scope text not null default '',
  valid_from timestamptz not null,
  valid_to timestamptz,
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
  account_id text not null default '',
  tool_id text not null,
  series_id text not null,
  at timestamptz not null,
  start_at timestamptz,
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
  person_id text not null default '',
  account_id text,
  started_at timestamptz not null,
  last_at timestamptz not null,
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
create index agent_session_person on agent_session (person_id, last_at);
create index agent_session_account on agent_session (account_id);

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
create index session_commit_sha on session_commit (sha);

create view session_change as
select s.tool_id, s.session_id, g.repo_id, g.change_key, g.sha, array_agg(s.method order by s.method) as methods, max(s.confidence) as confidence
from session_commit s
join repo r on (s.repo_id is null or r.repo_id = s.repo_id)
  and (s.organisations is null or lower(trim(split_part(r.slug, '/', 1))) = any(s.organisations))
join git_commit g on g.repo_id = r.repo_id and g.sha = s.sha and g.change_key is not null
group by 1, 2, 3, 4, 5;
comment on view session_change is 'One row per session and commit of it that is known, with its repository and change. A session whose telemetry names no repository has it from here; methods: how the commit is known.';

create table heartbeat (
  source text not null,
  day date not null,
  last_at timestamptz not null,
  primary key (source, day)
);
comment on table heartbeat is 'One row per source and day on which it was observed, even if it had no events: an observed zero.';
comment on column heartbeat.source is 'tool:<tool_id> or stream id.';
comment on column heartbeat.day is 'UTC day.';
comment on column heartbeat.last_at is 'Last sign of life on that day.';

create table cost (
  month date not null,
  category text not null,
  tool_id text not null default '',
  team_id text not null default '',
  amount numeric not null check (amount > 0),
  currency text not null,
  primary key (month, category, tool_id, team_id, currency)
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
comment on table workflow_tool is 'One row per workflow and tool that counts in it, with its usage bands.';
comment on column workflow_tool.workflow_id is 'Workflow.';
comment on column workflow_tool.tool_id is 'Tool.';
comment on column workflow_tool.measure is 'What a use is.';
comment on column workflow_tool.usage_window is 'Window of uses that decides the band.';
comment on column workflow_tool.low_min is 'Least uses for low.';
comment on column workflow_tool.high_min is 'Least uses for high.';
comment on column workflow_tool.features is 'Features of the tool that belong to the workflow; empty = all.';

