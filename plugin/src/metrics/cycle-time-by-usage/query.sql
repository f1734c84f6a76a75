-- grain: one row per (kind, key): scope (workflow, tool); landing (workflow, tool, team); unit (workflow version, chosen groups);
--   usage (tool, way of counting, 60 weeks, person unless packed); rejected (workflow); no_start (workflow); events (tool). data is the row as JSON, packs beside it.
-- Units and weeks of usage come packed per person and meet in compute.ts: joined here, units × tools would cost ten times as much. Both
-- sides are aggregated before they meet: a person without any use keeps their units (the zero band), and two tools double no unit.
-- A week is the number of its local Monday since 2000-01-03. Packed = base64 of big-endian integers:
--   units int8: milliseconds · 4096 + week; in the same order ended int4: minutes since 1970, spans int4: minutes from start to end, and
--   classes: a byte each
--   uses int4: week of the block · 2^24 + uses. The columns *_weeks are bits: bit 0 = first_week of the block.
-- Many people in one row, since a row costs more than what is in it: people names them, counts (int4) says how many numbers each has.
with organisation as materialized (
  select coalesce((select value #>> '{}' from setting where key = 'default_tz'), 'UTC') as zone
),
definition as not materialized (
  select distinct on (workflow_id) workflow_id, version, baseline_weeks, washout_days
  from workflow
  where valid_from < :to::timestamptz and (:workflow::text[] is null or workflow_id = any(:workflow::text[]))
  order by workflow_id, valid_from desc, version desc
),
scope as not materialized (
  select d.*, coalesce(u.tool_id, 'none') as tool_id, u.usage_workflow_id, u.high_min, u.is_tool_scope,
         case when :measure::text = 'configured' then u.measure else :measure::text end as measure,
         case when :window::text = 'configured' then u.usage_window else :window::text end as usage_window
  from definition d
  left join workflow_usage u using (workflow_id)
  where :tool::text[] is null or coalesce(u.tool_id, 'none') = any(:tool::text[])
),
landed as materialized (
  select s.workflow_id, s.tool_id, l.team_id, l.landed_at, l.basis, s.baseline_weeks,
         date_trunc('week', l.landed_at at time zone o.zone) as monday
  from scope s
  cross join organisation o
  join landing l using (workflow_id, tool_id)
),
-- Where the earliest baseline begins: a baseline may lie before the range.
baseline as materialized (
  select min((l.monday - l.baseline_weeks * interval '7 days') at time zone o.zone) as earliest
  from landed l
  cross join organisation o
),
-- The units asked for begin with the range, for an effect with the earliest baseline; the whole UTC days from there on.
edge as materialized (
  select since, ((since at time zone 'UTC') + interval '1 day' - interval '1 microsecond')::date::timestamp at time zone 'UTC' as first_day,
         (:to::timestamptz at time zone 'UTC')::date::timestamp at time zone 'UTC' as last_day
  from (
    select case when :mode::text in ('effect', 'mix', 'concentration') then least(:from::timestamptz, earliest) else :from::timestamptz end as since
    from baseline
  ) b
),
completion as not materialized (
  select u.*, int4send(floor(date_part('epoch', u.ended_at - u.started_at) / 60 + 0.5)::integer) as span,
         set_byte('x', 0, array_position('{feature,bugfix,refactor,chore,docs,test,revert,unknown}', u.pr_class)) as class,
         round(60000 * case when :clock::text = 'business' or (:clock::text = 'configured' and w.clock = 'business')
           then u.business_minutes else u.minutes end)::bigint * 4096 + (u.week_start - date '2000-01-03') / 7 as unit,
         floor(date_part('epoch', u.ended_at) / 60)::integer as ended_minute
  from completed_unit u
  join workflow w on w.workflow_id = u.workflow_id and w.version = u.workflow_version
  where u.status = 'ok' and u.ended_at < :to::timestamptz and (:workflow::text[] is null or u.workflow_id = any(:workflow::text[]))
),
person_unit as (
  select u.workflow_id, u.workflow_version, u.person_id,
         case when 'team' = any(:groupBy::text[]) or :mode::text in ('effect', 'mix', 'concentration') then u.team end as team_id,
         case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
         case when 'service' = any(:groupBy::text[]) then u.service end as service,
         case when 'pr_class' = any(:groupBy::text[]) or (:mode::text = 'mix' and :mix_by::text = 'pr_class') then u.pr_class end as pr_class,
         case when 'code_source' = any(:groupBy::text[]) then
           -- @include source
         end as code_source,
         case when 'seniority' = any(:groupBy::text[]) then u.seniority end as seniority,
         case when 'zone' = any(:groupBy::text[]) then u.zone end as zone,
         case when 'size' = any(:groupBy::text[]) then u.size end as size,
         count(*)::integer as units_count, string_agg(int8send(u.unit), '') as units,
         string_agg(int4send(u.ended_minute), '') filter (where :mode::text in ('effect', 'mix', 'concentration') or :bucket::text <> 'none') as ended,
         string_agg(u.span, '') filter (where :mode::text in ('effect', 'mix', 'concentration')) as spans
  from completion u
  where not
    -- @include is-packed
    and u.ended_at >= (select since from edge)
    and
    -- @include chosen
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),
-- Most questions are answered from the packs: of them compute.ts takes the whole UTC days. What a pack has not follows
-- unit by unit: the days that the range cuts, and units of nobody known; a negative minute says so (-1 - minute).
unpacked_unit as (
  select * from completion where ended_at >= (select since from edge) and ended_at < (select first_day from edge)
  union all
  select * from completion where ended_at >= (select greatest(first_day, last_day) from edge)
  union all
  select * from completion where person_id = '' and ended_at >= (select first_day from edge) and ended_at < (select last_day from edge)
),
packed_unit as (
  select p.workflow_id, p.workflow_version, p.person_id,
         case when 'team' = any(:groupBy::text[]) or :mode::text in ('effect', 'mix', 'concentration') then p.team_id end as team_id,
         sum(p.units_count)::integer as units_count, string_agg(p.units, '') as units, string_agg(p.ended, '') as ended,
         string_agg(p.spans, '') filter (where :mode::text in ('effect', 'mix', 'concentration')) as spans,
         string_agg(p.classes, '') filter (where :mode::text = 'mix' and :mix_by::text = 'pr_class') as classes
  from (
    select b.workflow_id, b.workflow_version, b.person_id, b.team_id, length(b.ended) / 4 as units_count, b.units, b.ended, b.spans, b.classes
    from pack.completion_pack b
    where (:workflow::text[] is null or b.workflow_id = any(:workflow::text[]))
      and b.first_week + 60 > (select (since::date - 8 - date '2000-01-03') / 7 from edge)
      and b.first_week <= ((:to::timestamptz)::date + 1 - date '2000-01-03') / 7
    union all
    select workflow_id, workflow_version, person_id, team_id, 1, int8send(unit), int4send(-1 - ended_minute), span, class
    from unpacked_unit
  ) p
  where
    -- @include is-packed
    and (:team::text[] is null or p.team_id = any(:team::text[]))
  group by 1, 2, 3, 4
),
unit as (
  select workflow_id, workflow_version, team_id, repo, service, pr_class, code_source, seniority, zone, size, is_packed, json_agg(nullif(person_id, '')) as people,
         encode(string_agg(int4send(units_count), ''), 'base64') as counts, encode(string_agg(units, ''), 'base64') as units,
         encode(string_agg(ended, ''), 'base64') as ended, encode(string_agg(spans, ''), 'base64') as spans,
         encode(string_agg(classes, ''), 'base64') as classes
  from (
    select workflow_id, workflow_version, person_id, team_id, repo, service, pr_class, code_source, seniority, zone, size, units_count, units, ended, spans,
           null::bytea as classes, false as is_packed
    from person_unit
    union all
    select workflow_id, workflow_version, person_id, team_id, null, null, null, null, null, null, null, units_count, units, ended, spans, classes, true
    from packed_unit
  ) u
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),
-- Sixty weeks fit into the bits of a number.
block as not materialized (
  select no * 60 as first_week, date '2000-01-03' + no * 420 as first_day
  from generate_series(((:from::timestamptz)::date - 8 - date '2000-01-03') / 420, ((:to::timestamptz)::date + 1 - date '2000-01-03') / 420) as no
),
-- is_packed: counted as configured, so that pack.usage_pack has it.
counting as materialized (
  select distinct s.tool_id, s.usage_workflow_id, s.measure, s.usage_window, s.high_min,
         :bands::text <> 'tercile' and exists (
           select from pack.usage_pack p
           where p.tool_id = s.tool_id and p.workflow_id = s.usage_workflow_id and p.measure = s.measure and p.usage_window = s.usage_window
             and p.high_min = s.high_min) as is_packed,
         array_position('{trailing_30d,same_week,prior_30d}', usage_window) * 10
           + array_position('{invocations,active_days,accepted_lines}', measure) as way
  from scope s
  where usage_workflow_id is not null
),
-- In the order of the key, so that nothing is sorted.
packed_usage as (
  select n.tool_id, n.usage_workflow_id, n.measure, n.usage_window, n.high_min, p.*
  from counting n
  cross join lateral (
    select p.first_week, x.team_id, json_agg(p.person_id) as people,
           encode(string_agg(int4send(length(p.states) / 4), ''), 'base64') as state_counts, encode(string_agg(p.states, ''), 'base64') as states,
           encode(string_agg(int4send(length(p.uses) / 4), '') filter (where :mode::text = 'describe'), 'base64') as counts,
           encode(string_agg(p.uses, '') filter (where :mode::text = 'describe'), 'base64') as uses
    from pack.usage_pack p
    cross join lateral (select case when 'team' = any(:groupBy::text[]) or :team::text[] is not null then p.team_id end as team_id) x
    where p.tool_id = n.tool_id and p.workflow_id = n.usage_workflow_id and p.measure = n.measure
      and p.usage_window = n.usage_window and p.high_min = n.high_min
      and p.first_week between (select min(first_week) from block) and (select max(first_week) from block)
    group by p.first_week, x.team_id
  ) p
  where n.is_packed
),
-- Once per tool, not as one join: the planner would sort all weeks by four texts.
person_usage as (
  select n.tool_id, n.usage_workflow_id, n.measure, n.usage_window, n.high_min, b.first_week, p.*
  from counting n
  cross join block b
  cross join lateral (
    select person_id, team_id,
           bit_or(bit)::text as seen_weeks, (bit_or(bit) filter (where coverage >= 2))::text as known_weeks,
           (bit_or(bit) filter (where coverage >= 3))::text as event_weeks,
           (bit_or(bit) filter (where used > 0))::text as used_weeks, (bit_or(bit) filter (where used >= n.high_min))::text as high_weeks,
           (bit_or(bit) filter (where is_seated))::text as seated_weeks, bit_or(1 << ascii(basis) - 96) as bases,
           encode(string_agg(int4send(((week_start - b.first_day) / 7 << 24) | least(uses, 16777215)), '')
             filter (where uses > 0 and :mode::text = 'describe'), 'base64') as uses,
           max(((week_start - b.first_day) / 7)::bigint * 4294967296 + used) filter (where :bands::text = 'tercile') as last_used
    from (
      select u.person_id, u.week_start, u.is_seated, u.basis, u.uses, 1::bigint << ((u.week_start - b.first_day) / 7) as bit,
             case when 'team' = any(:groupBy::text[]) or :team::text[] is not null then u.team_id end as team_id,
             case when n.way >= 30 then u.prior_coverage else u.coverage end as coverage,
             case n.way
               when 11 then u.uses_30d when 12 then u.active_days_30d when 13 then u.accepted_lines_30d
               when 21 then u.uses when 22 then u.active_days when 23 then u.accepted_lines
               when 31 then u.uses_prior_30d when 32 then u.active_days_prior_30d else u.accepted_lines_prior_30d
             end as used
      from usage_week u
      where u.tool_id = n.tool_id and u.workflow_id = n.usage_workflow_id
        and u.week_start >= greatest(b.first_day, (:from::timestamptz)::date - 8)
        and u.week_start < least(b.first_day + 420, (:to::timestamptz)::date + 2)
      -- Keeps the columns above from being computed once for each filter.
      offset 0
    ) w
    group by 1, 2
  ) p
  where not n.is_packed
),
no_start as (
  -- Units of the range whose start is not known: they are counted and never timed.
  select u.workflow_id, count(*) as no_start
  from completed_unit u
  where :mode::text = 'describe' and u.status = 'no_start' and u.ended_at >= :from::timestamptz and u.ended_at < :to::timestamptz
    and (:workflow::text[] is null or u.workflow_id = any(:workflow::text[]))
    and
    -- @include chosen
  group by u.workflow_id
),
rejected as (
  -- What never became a cycle time, or not a whole one; a workflow without any has no row.
  select c.workflow_id, count(*) filter (where c.status = 'bad_order') as bad_order, count(*) filter (where c.status = 'no_start') as no_start,
         count(*) filter (where c.status = 'abandoned') as abandoned, count(*) filter (where c.is_winsorised) as winsorised
  from workflow_completion c
  where :mode::text = 'join_quality' and (c.status <> 'ok' or c.is_winsorised)
    and c.ended_at >= :from::timestamptz and c.ended_at < :to::timestamptz
    and (:workflow::text[] is null or c.workflow_id = any(:workflow::text[]))
    and (:team::text[] is null or c.team_id = any(:team::text[]))
  group by c.workflow_id
),
-- How many uses found their workflow: named by the source, by feature, or by the change they belong to. Counted apart, since there are
-- millions and an index holds each kind: what counts by a change is looked up once a change.
listed as materialized (
  select array_agg(t.tool_id || chr(31) || feature) as features from workflow_tool t cross join unnest(t.features) as feature
),
use as not materialized (
  select e.tool_id, e.at, e.repo_id, e.change_key, e.workflow_id,
         (select features is not null from listed) and coalesce(e.tool_id || chr(31) || e.feature = any((select features from listed)::text[]), false) as is_listed
  from tool_event e
  where :mode::text = 'join_quality' and e.at >= :from::timestamptz and e.at < :to::timestamptz
    and (:tool::text[] is null or e.tool_id = any(:tool::text[]))
),
change_use as materialized (
  select tool_id, repo_id, change_key, count(*) as uses
  from use
  where repo_id is not null and workflow_id is null and not is_listed
  group by 1, 2, 3
),
unit_change as (
  select distinct c.repo_id, x.change_key
  from workflow_completion c
  cross join lateral (select split_part(c.unit_key, '/', 1) as change_key) x
  where (c.repo_id, x.change_key) in (select repo_id, change_key from change_use)
),
attributed as (
  select tool_id, sum(uses) as uses
  from (
    select tool_id, count(*) as uses from use where workflow_id is not null group by 1
    union all
    select tool_id, count(*) from use where (select features is not null from listed) and workflow_id is null and is_listed group by 1
    union all
    select tool_id, sum(uses) from change_use join unit_change using (repo_id, change_key) group by 1
  ) kind
  group by tool_id
),
-- All uses: of the whole UTC months of the range from the pack, of the days before and after them one by one.
month as materialized (
  select date_trunc('month', (:from::timestamptz at time zone 'UTC') + interval '1 month' - interval '1 microsecond')::date as first,
         date_trunc('month', :to::timestamptz at time zone 'UTC')::date as behind
),
used as (
  select m.tool_id, m.uses
  from pack.tool_event_month m
  where :mode::text = 'join_quality' and m.month >= (select first from month) and m.month < (select behind from month)
    and (:tool::text[] is null or m.tool_id = any(:tool::text[]))
  union all
  select tool_id, 1 from use where at < (select first::timestamp at time zone 'UTC' from month)
  union all
  select tool_id, 1 from use where at >= (select greatest(first, behind)::timestamp at time zone 'UTC' from month)
),
events as (
  select u.tool_id, u.uses as events, coalesce(a.uses, 0)::bigint as attributed
  from (select tool_id, sum(uses) as uses from used group by 1) u
  left join attributed a using (tool_id)
),
landing_week as (
  select l.workflow_id, l.tool_id, l.team_id, l.basis, (l.monday::date - date '2000-01-03') / 7 as week,
         extract(epoch from l.landed_at) / 60 as at, extract(epoch from l.monday at time zone o.zone) / 60 as monday
  from landed l
  cross join organisation o
  where :mode::text in ('effect', 'mix', 'concentration')
),
scope_fact as (
  select s.workflow_id, s.tool_id, s.version, s.usage_workflow_id, s.measure, s.usage_window, s.high_min, s.is_tool_scope, s.baseline_weeks,
         s.washout_days,
         (select json_object_agg(w.version, w.max_minutes) from workflow w where w.workflow_id = s.workflow_id and w.max_minutes is not null) as longest,
         (select (min(c.week_start) - date '2000-01-03') / 7 from workflow_completion c
          where c.workflow_id = s.workflow_id and c.status = 'ok') as first_week,
         (date_trunc('week', :from::timestamptz at time zone o.zone)::date - date '2000-01-03') / 7 as first_range_week,
         (select m.matched::double precision / nullif(m.users, 0) from tool_match m where m.tool_id = s.tool_id) as match_rate,
         (select extract(epoch from max(watermark)) / 60 from stream_state) as watermark,
         (select extract(epoch from since) / 60 from edge) as since
  from scope s
  cross join organisation o
)
-- Packs stand in columns of their own: inside the JSON they would be written and read twice.
select 'scope' as kind, row_to_json(s)::text as data, null as counts, null as units, null as ended, null as spans, null as classes,
       null as state_counts, null as states, null as uses
from scope_fact s
union all
select 'landing', row_to_json(l)::text, null, null, null, null, null, null, null, null from landing_week l
union all
select 'unit', json_build_object('workflow_id', workflow_id, 'workflow_version', workflow_version, 'team_id', team_id, 'repo', repo,
         'service', service, 'pr_class', pr_class, 'code_source', code_source, 'seniority', seniority, 'zone', zone, 'size', size,
         'is_packed', is_packed, 'people', people)::text, counts, units, ended, spans, classes, null, null, null
from unit
union all
select 'usage', row_to_json(p)::text, null, null, null, null, null, null, null, null from person_usage p
union all
select 'usage', json_build_object('tool_id', tool_id, 'usage_workflow_id', usage_workflow_id, 'measure', measure, 'usage_window', usage_window,
         'high_min', high_min, 'first_week', first_week, 'team_id', team_id, 'people', people)::text, counts, null, null, null, null,
       state_counts, states, uses
from packed_usage
union all
select 'rejected', row_to_json(r)::text, null, null, null, null, null, null, null, null from rejected r
union all
select 'events', row_to_json(e)::text, null, null, null, null, null, null, null, null from events e
union all
select 'no_start', row_to_json(n)::text, null, null, null, null, null, null, null, null from no_start n
