-- grain: one row per (time, tool)
select date_trunc(:bucket::text, d.day::timestamp) at time zone :tz::text as time, d.tool_id as tool,
  count(distinct d.day)::double precision as value, sum(d.invocations)::double precision as uses
from tool_day d
where d.person_id = :me::text and :me::text <> ''
  and d.day >= (:from::timestamptz at time zone :tz::text)::date and d.day < (:to::timestamptz at time zone :tz::text)::date
  and coalesce(d.invocations, 1) > 0
group by 1, 2
order by 1, 2
