-- Packs: what a usual question adds up, packed, so that a panel reads hundreds of rows instead of millions. They are copies (each has a view
-- that computes it anew), written in collector/src/derive/packs only and read by the plugin only. No part of the contract: they may change
-- with any version.

create schema pack;
comment on schema pack is 'Copies of facts in a form that panels read fast. No part of the contract.';

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
) with (toast_tuple_target = 8160);
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

create view pack.survival_packing as
select p.merged_on, p.code_source, p.changes, p.lines, p.is_assumed, p.confidence_lines, p.rated_lines, p.people, coalesce(e.ends, '') as ends
from (
  select h.merged_on, h.code_source, sum(h.changes)::integer as changes, sum(h.lines)::bigint as lines, bool_or(h.is_assumed) as is_assumed,
         coalesce(sum(h.confidence_lines order by h.responsible_id), 0) as confidence_lines, coalesce(sum(h.rated_lines), 0)::bigint as rated_lines,
         coalesce(string_agg(int8send(hashtextextended(h.responsible_id, 0)) || int8send(h.lines), '' order by h.responsible_id), '') as people
  from (
    select (s.merged_at at time zone 'UTC')::date as merged_on, s.code_source, s.responsible_id, count(*) as changes,
           sum(s.effective_lines) as lines, bool_or(s.is_assumed) as is_assumed,
           sum(s.confidence * s.effective_lines order by s.repo_id, s.change_id) as confidence_lines,
           sum(s.effective_lines) filter (where s.confidence is not null) as rated_lines
    from change_survival s
    where s.author_kind <> 'automation' and s.effective_lines > 0
    group by 1, 2, 3
  ) h
  group by h.merged_on, h.code_source
) p
left join lateral (
  select string_agg(int4send(d.age_days) || int4send(d.lost) || int4send(d.file_deleted) || int4send(d.censored), '' order by d.age_days) as ends
  from pack.survival_day d
  where d.merged_on = p.merged_on and d.code_source = p.code_source and d.age_days <= 90
) e on true;
comment on view pack.survival_packing is 'One row per row of pack.survival_pack, computed anew.';

create table pack.deployment_pack (
  deployment_id bigint primary key,
  sources text[] not null,
  source_changes integer[] not null,
  people bytea not null
) with (toast_tuple_target = 8160);
comment on table pack.deployment_pack is 'One row per row of deployment_fact: who is behind its changes. Copy of view pack.deployment_packing.';
comment on column pack.deployment_pack.deployment_id is 'Deployment (deployment_fact.deployment_id).';
comment on column pack.deployment_pack.sources is 'As deployment_fact.sources.';
comment on column pack.deployment_pack.source_changes is 'Changes of each of sources, in their order; automation does not count.';
comment on column pack.deployment_pack.people is 'For each code source and responsible human of its changes, automation left out: big-endian int4 place of the source in {ai_assisted,ai_heavy,human,unknown} from 1 + 16 if assumed + 32 * changes, int4 changes of known confidence, float8 sum of their confidence, int8 key of the human (hashtextextended of the id, never the id; 0 = none known).';

create view pack.deployment_packing as
select d.deployment_id, coalesce(s.sources, '{}') as sources, coalesce(s.source_changes, '{}') as source_changes, coalesce(s.people, '') as people
from deployment_fact d
left join lateral (
  select array_agg(p.code_source order by p.code_source) as sources, array_agg(p.changes order by p.code_source) as source_changes,
         string_agg(p.people, '' order by p.code_source) as people
  from (
    select h.code_source, sum(h.changes)::integer as changes,
           string_agg(int4send(array_position('{ai_assisted,ai_heavy,human,unknown}', h.code_source) + 16 * h.is_assumed::integer + 32 * h.changes)
             || int4send(h.rated) || float8send(h.confidence) || int8send(coalesce(hashtextextended(h.responsible_id, 0), 0)), ''
             order by h.responsible_id) as people
    from (
      select f.code_source, f.responsible_id, count(*)::integer as changes, bool_or(f.is_assumed) as is_assumed,
             count(f.confidence)::integer as rated, coalesce(sum(f.confidence order by f.change_id), 0) as confidence
      from deployment_change c
      join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
      where c.deployment_id = d.deployment_id and f.author_kind <> 'automation'
      group by f.code_source, f.responsible_id
    ) h
    group by h.code_source
  ) p
) s on true;
comment on view pack.deployment_packing is 'One row per row of pack.deployment_pack, computed anew.';

create table pack.usage_pack (
  tool_id text not null,
  workflow_id text not null default '',
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
create index usage_pack_person on pack.usage_pack (person_id);

create view pack.usage_packing as
select w.tool_id, w.workflow_id, w.measure, w.usage_window, w.high_min, w.first_week, w.person_id, w.team_id,
       string_agg(int4send(w.place << 24 | w.state), '' order by w.place) as states,
       coalesce(string_agg(int4send(w.place << 24 | least(w.uses, 16777215)), '' order by w.place) filter (where w.uses > 0), '') as uses
from (
  select n.tool_id, n.workflow_id, n.measure, n.usage_window, n.high_min, t.no / 60 * 60 as first_week, u.person_id, u.team_id, t.no % 60 as place, u.uses,
         32 | case when v.coverage >= 2 then 1 else 0 end | case when v.coverage >= 3 then 2 else 0 end | case when v.used > 0 then 4 else 0 end
           | case when v.used >= n.high_min then 8 else 0 end | case when u.is_seated then 16 else 0 end
           | (array_position('{none,seat,activity,event,observed_zero,declared}', u.basis) << 6) as state
  from usage_week u
  join (
    select distinct tool_id, usage_workflow_id as workflow_id, measure, usage_window, high_min,
           array_position('{trailing_30d,same_week,prior_30d}', usage_window) * 10
             + array_position('{invocations,active_days,accepted_lines}', measure) as way
    from workflow_usage
  ) n using (tool_id, workflow_id)
  cross join lateral (select (u.week_start - date '2000-01-03') / 7 as no) t
  cross join lateral (
    select case when n.way >= 30 then u.prior_coverage else u.coverage end as coverage,
           case n.way
             when 11 then u.uses_30d when 12 then u.active_days_30d when 13 then u.accepted_lines_30d
             when 21 then u.uses when 22 then u.active_days when 23 then u.accepted_lines
             when 31 then u.uses_prior_30d when 32 then u.active_days_prior_30d else u.accepted_lines_prior_30d
           end as used
  ) v
) w
group by w.tool_id, w.workflow_id, w.measure, w.usage_window, w.high_min, w.first_week, w.person_id, w.team_id;
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
) with (toast_tuple_target = 8160);
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

create view pack.completion_packing as
select c.workflow_id, c.workflow_version, c.person_id, c.team_id, t.week / 60 * 60 as first_week,
       string_agg(int8send(round(60000 * case when w.clock = 'business' then c.business_minutes else c.minutes end)::bigint * 4096 + t.week), ''
         order by c.ended_at, c.repo_id, c.unit_key) as units,
       string_agg(int4send(floor(extract(epoch from c.ended_at) / 60)::integer), '' order by c.ended_at, c.repo_id, c.unit_key) as ended,
       string_agg(int4send(floor(extract(epoch from c.ended_at - c.started_at) / 60 + 0.5)::integer), ''
         order by c.ended_at, c.repo_id, c.unit_key) as spans,
       string_agg(set_byte('x', 0, array_position('{feature,bugfix,refactor,chore,docs,test,revert,unknown}', c.pr_class)), ''
         order by c.ended_at, c.repo_id, c.unit_key) as classes
from workflow_completion c
join workflow w on w.workflow_id = c.workflow_id and w.version = c.workflow_version
cross join lateral (select (c.week_start - date '2000-01-03') / 7 as week) t
where c.status = 'ok' and c.person_id <> ''
group by c.workflow_id, c.workflow_version, c.person_id, c.team_id, t.week / 60;
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

create function pack.note_tool_event() returns trigger language plpgsql set search_path from current as $$ begin
  insert into pack.tool_event_month as m (person_id, tool_id, month, days, uses)
  select person_id, tool_id, date_trunc('month', d.day)::date, bit_or(1 << (extract(day from d.day)::integer - 1)), count(*)
  from added cross join lateral (select (at at time zone 'UTC')::date as day) d
  where isfinite(at)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (person_id, tool_id, month) do update set days = m.days | excluded.days, uses = m.uses + excluded.uses;
  return null;
end $$;
comment on function pack.note_tool_event is 'Keeps pack.tool_event_month: rows are only ever added to tool_event, and their key holds the instant.';
create trigger note_tool_event after insert on tool_event referencing new table as added
  for each statement execute function pack.note_tool_event();

grant usage on schema pack to throughline_reader;
grant select on pack.survival_pack, pack.deployment_pack, pack.usage_pack, pack.completion_pack, pack.tool_event_month to throughline_reader;
