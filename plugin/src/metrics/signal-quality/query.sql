-- grain: one row per (tool)
with sign as (
  select tool_id, day::timestamptz + interval '1 day' as at, day, person_id from tool_day
  where day >= :to::timestamptz - interval '2 years' and day < :to::timestamptz and coalesce(invocations, 1) > 0
  union all
  select tool_id, at, at::date, person_id from tool_event where at >= :to::timestamptz - interval '2 years' and at < :to::timestamptz
  union all
  select substr(source, 6), greatest(last_at, least(day + interval '1 day', :to::timestamptz)), day, null from heartbeat
  where source like 'tool:%' and day >= :to::timestamptz - interval '2 years' and day < :to::timestamptz
), seen as (
  select tool_id, least(max(at), :to::timestamptz) as last_at,
         count(distinct day) filter (where day >= :from::timestamptz) as days,
         count(distinct person_id) filter (where day >= :from::timestamptz) as people
  from sign
  group by tool_id
)
select
  t.tool_id as tool,
  extract(epoch from :to::timestamptz - s.last_at)::double precision / 3600 as value,
  t.nominal_grade::double precision as grade,
  case when s.people >= :k::integer then s.people end::double precision as people,
  coalesce(s.days, 0)::double precision as n,
  case when s.last_at is null then 'no_telemetry' else 'ok' end as status
from tool t
left join seen s on s.tool_id = t.tool_id
where (:tool::text[] is null or t.tool_id = any(:tool::text[]))
  and (s.last_at is null or s.last_at >= :to::timestamptz - make_interval(secs => :reported_within_days::double precision * 86400))
order by t.tool_id
