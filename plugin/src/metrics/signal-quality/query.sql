-- grain: one row per (tool)
with recursive
-- Of events only as much is read as tells the last one, the days and the people: there may be millions.
bound as (
  select :to::timestamptz - interval '2 years' as oldest, greatest(:to::timestamptz - interval '2 years', d.first_day::timestamptz) as first_at, d.first_day
  from (select (:from::timestamptz + interval '1 day' - interval '1 microsecond')::date as first_day) d
), event_user as (
  select t.tool_id, (select min(e.person_id) from tool_event e where e.tool_id = t.tool_id and e.person_id > '') as person_id
  from tool t
  union all
  select u.tool_id, (select min(e.person_id) from tool_event e where e.tool_id = u.tool_id and e.person_id > u.person_id)
  from event_user u
  where u.person_id is not null
), sign as (
  select tool_id, day::timestamptz + interval '1 day' as at, day, person_id from tool_day
  where day >= :to::timestamptz - interval '2 years' and day < :to::timestamptz and coalesce(invocations, 1) > 0
  union all
  select t.tool_id, l.at, l.at::date, null
  from tool t
  cross join bound b
  cross join lateral (select max(e.at) as at from tool_event e where e.tool_id = t.tool_id and e.at >= b.oldest and e.at < :to::timestamptz) l
  where l.at is not null
  union all
  select t.tool_id, null, d.day::date, null
  from tool t
  cross join bound b
  cross join generate_series(greatest(b.first_day, b.oldest::date)::timestamptz, :to::timestamptz, interval '1 day') as d(day)
  where exists (select from tool_event e where e.tool_id = t.tool_id and e.at >= greatest(d.day, b.oldest)
    and e.at < least(d.day + interval '1 day', :to::timestamptz))
  union all
  select u.tool_id, null, null, u.person_id
  from event_user u
  cross join bound b
  where u.person_id is not null and exists (
    select from tool_event e where e.tool_id = u.tool_id and e.person_id = u.person_id and e.at >= b.first_at and e.at < :to::timestamptz)
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
)
select
  t.tool_id as tool,
  extract(epoch from :to::timestamptz - s.last_at)::double precision / 3600 as value,
  t.nominal_grade::double precision as grade,
  s.people::double precision as people,
  coalesce(s.days, 0)::double precision as n,
  case when s.last_at is null then 'no_telemetry' else 'ok' end as status
from tool t
left join seen s on s.tool_id = t.tool_id
where (:tool::text[] is null or t.tool_id = any(:tool::text[]))
  and (s.last_at is null or s.last_at >= :to::timestamptz - make_interval(secs => :reported_within_days::double precision * 86400))
order by t.tool_id
