-- grain: one row per (tool)
with
-- Of events only two days are read, that of :to and the last one before; there may be millions. The days before come from the pack.
bound as (
  select (:to::timestamptz - interval '2 years')::date as oldest, (:from::timestamptz + interval '1 day' - interval '1 microsecond')::date as first_day,
         :to::timestamptz::date as last_day
), month_use as (
  -- Bits of the days before that of :to, and of those the days from :from on.
  select m.tool_id, m.person_id, m.month, m.days & before.mask as days,
         m.days & before.mask & ~((1::bigint << greatest(least(b.first_day - m.month, 31), 0)) - 1) as days_in
  from pack.tool_event_month m
  cross join bound b
  cross join lateral (
    select ((1::bigint << least(b.last_day - m.month, 31)) - 1) & ~((1::bigint << greatest(least(b.oldest - m.month, 31), 0)) - 1) as mask) before
  where m.month < b.last_day and m.month > b.oldest - 31
), month_day as (
  select m.tool_id, m.month + n.bit as day, m.days_in >> n.bit & 1 = 1 as is_in
  from (select tool_id, month, bit_or(days) as days, bit_or(days_in) as days_in from month_use group by tool_id, month) m
  cross join generate_series(0, 30) as n(bit)
  where m.days >> n.bit & 1 = 1
), sign as (
  select tool_id, day::timestamptz + interval '1 day' as at, day, nullif(person_id, '') as person_id from tool_day
  where day >= :to::timestamptz - interval '2 years' and day < :to::timestamptz and coalesce(invocations, 1) > 0
  union all
  select l.tool_id, e.at, l.day, null
  from (select tool_id, max(day) as day from month_day group by tool_id) l
  cross join lateral (select max(e.at) as at from tool_event_last(l.tool_id, l.day::timestamptz, l.day::timestamptz + interval '1 day') e) e
  union all
  select tool_id, null, day, null from month_day where is_in
  union all
  select tool_id, null, null, person_id from month_use where person_id > '' group by tool_id, person_id having bit_or(days_in) <> 0
  union all
  select t.tool_id, e.at, date_trunc('day', :to::timestamptz)::date, nullif(e.person_id, '')
  from tool t
  cross join lateral tool_event_last(t.tool_id, date_trunc('day', :to::timestamptz), :to::timestamptz) e
  union all
  select substr(source, 6), greatest(last_at, least(day + interval '1 day', :to::timestamptz)), day, null from heartbeat
  where source like 'tool:%' and day >= :to::timestamptz - interval '2 years' and day < :to::timestamptz
), seen as (
  select tool_id, least(max(at), :to::timestamptz) as last_at,
         count(distinct day) filter (where day >= :from::timestamptz) as days,
         -- Those of events have an event in the range, whatever the day.
         count(distinct person_id) filter (where day >= :from::timestamptz or day is null) as people
  from sign
  group by tool_id
), holder as (
  -- Best grade of what telemetry tells of whoever held a seat in a week that begins in the range; marks in git are none.
  select tool_id, person_id, max(own_coverage) filter (where basis <> 'declared') as best
  from usage_week
  where workflow_id = '' and is_seated and week_start >= :from::timestamptz::date and week_start < :to::timestamptz::date
  group by tool_id, person_id
), licensed as (
  select h.tool_id, count(*) as people, count(*) filter (where h.best >= greatest(t.nominal_grade, 2)) as nominal,
         count(*) filter (where h.best >= 2) as activity, count(*) filter (where h.best >= 3) as event, count(*) filter (where h.best >= 4) as line
  from holder h
  join tool t using (tool_id)
  group by h.tool_id
)
select
  t.tool_id as tool,
  extract(epoch from :to::timestamptz - s.last_at)::double precision / 3600 as value,
  t.nominal_grade::double precision as grade,
  s.people::double precision as people,
  coalesce(s.days, 0)::double precision as n,
  l.people::double precision as licensed,
  l.nominal::double precision as covered,
  l.activity::double precision as covered_2,
  l.event::double precision as covered_3,
  l.line::double precision as covered_4,
  case when s.last_at is null then 'no_telemetry' else 'ok' end as status
from tool t
left join seen s on s.tool_id = t.tool_id
left join licensed l on l.tool_id = t.tool_id
where (:tool::text[] is null or t.tool_id = any(:tool::text[]))
  and (s.last_at is null or s.last_at >= :to::timestamptz - make_interval(secs => :reported_within_days::double precision * 86400))
order by t.tool_id
