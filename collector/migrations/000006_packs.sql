-- Packs: facts packed for panels, so that a usual question reads hundreds of rows instead of millions.

create table survival_pack (
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
comment on table survival_pack is 'change_survival and survival_day packed: one row per UTC day of merge and code source with a change that has effective lines, automation left out. Copy of view survival_packing. For whole UTC days without other filters.';
comment on column survival_pack.merged_on is 'UTC day of merged_at.';
comment on column survival_pack.code_source is 'Code source of the changes.';
comment on column survival_pack.changes is 'Changes with effective lines.';
comment on column survival_pack.lines is 'Their effective lines.';
comment on column survival_pack.is_assumed is 'As change_survival, of any of them.';
comment on column survival_pack.confidence_lines is 'Sum of confidence * effective lines where the confidence is known.';
comment on column survival_pack.rated_lines is 'Effective lines where the confidence is known.';
comment on column survival_pack.people is 'For each responsible human that is known: big-endian int8 key (hashtextextended of the id, never the id) and int8 effective lines.';
comment on column survival_pack.ends is 'survival_day up to an age of 90 days, big-endian int4 each: age_days, lost, file_deleted, censored.';

create view survival_packing as
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
  from survival_day d
  where d.merged_on = p.merged_on and d.code_source = p.code_source and d.age_days <= 90
) e on true;
comment on view survival_packing is 'What survival_pack holds, computed anew. Not granted to the reader.';

create table usage_block (
  tool_id text not null,
  workflow_id text not null default '',
  measure text not null,
  usage_window text not null,
  high_min double precision not null,
  first_week integer not null,
  person_id text not null,
  states bytea not null,
  uses bytea not null,
  primary key (tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id)
);
comment on table usage_block is 'usage_week packed: one row per configured way of counting (view workflow_usage), human and block of sixty weeks with a row in usage_week. Weeks count from Monday 2000-01-03.';
comment on column usage_block.tool_id is 'Tool.';
comment on column usage_block.workflow_id is 'As usage_week: '''' = all uses of the tool.';
comment on column usage_block.measure is 'What a use is, as configured: invocations | active_days | accepted_lines.';
comment on column usage_block.usage_window is 'Window that decides, as configured: trailing_30d | same_week | prior_30d.';
comment on column usage_block.high_min is 'Least uses for high, as configured.';
comment on column usage_block.first_week is 'First week of the block: a multiple of 60.';
comment on column usage_block.person_id is 'Human. Never shown.';
comment on column usage_block.states is 'Big-endian int4 for each week with a row: place in the block * 2^24 + state. Bits of the state: 1 known (coverage of 2 or better), 2 event (3 or better), 4 used, 8 high, 16 seated, 32 row; from bit 6 on the basis: 1 none, 2 seat, 3 activity, 4 event, 5 observed_zero, 6 declared.';
comment on column usage_block.uses is 'The same for each week with uses in it: place * 2^24 + uses (at most 16777215).';
create index usage_block_person on usage_block (person_id);

create table completion_block (
  workflow_id text not null,
  workflow_version integer not null,
  person_id text not null,
  first_week integer not null,
  units bytea not null,
  ended bytea not null,
  primary key (workflow_id, workflow_version, person_id, first_week)
) with (toast_tuple_target = 8160);
comment on table completion_block is 'workflow_completion packed: one row per workflow version, human and block of sixty weeks with a completed unit (status ok). Copy of view completion_packing. Units of nobody known are not packed.';
comment on column completion_block.workflow_id is 'Workflow.';
comment on column completion_block.workflow_version is 'Version of the definition.';
comment on column completion_block.person_id is 'Human. Never shown.';
comment on column completion_block.first_week is 'First week of the block, counted from Monday 2000-01-03: a multiple of 60.';
comment on column completion_block.units is 'For each unit a big-endian int8: milliseconds * 4096 + week, on the clock that the workflow is configured with.';
comment on column completion_block.ended is 'In the same order big-endian int4: whole minutes from 1970 to the end of the unit.';

create view completion_packing as
select c.workflow_id, c.workflow_version, c.person_id, t.week / 60 * 60 as first_week,
       string_agg(int8send(round(60000 * case when w.clock = 'business' then c.business_minutes else c.minutes end)::bigint * 4096 + t.week), ''
         order by c.ended_at, c.repo_id, c.unit_key) as units,
       string_agg(int4send(floor(extract(epoch from c.ended_at) / 60)::integer), '' order by c.ended_at, c.repo_id, c.unit_key) as ended
from workflow_completion c
join workflow w on w.workflow_id = c.workflow_id and w.version = c.workflow_version
cross join lateral (select (c.week_start - date '2000-01-03') / 7 as week) t
where c.status = 'ok' and c.person_id is not null and c.week_start > '-infinity'
group by c.workflow_id, c.workflow_version, c.person_id, t.week / 60;
comment on view completion_packing is 'What completion_block holds, computed anew. Not granted to the reader.';

grant select on survival_pack, usage_block, completion_block to throughline_reader;
