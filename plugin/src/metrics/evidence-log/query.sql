-- grain: one row per (opening)
select date_trunc('second', o.at) as time, coalesce(nullif(o.who, ''), '(anonymous)') as who, nullif(o.role, '') as role,
  coalesce(o.asked ->> 'mode', o.asked ->> 'metric', '') as metric,
  coalesce((select string_agg(key || ' = ' || value, ', ' order by key) from jsonb_each_text(o.asked) where key not in ('metric', 'mode', 'from', 'to')), '') as asked,
  left(o.asked ->> 'from', 10) || ' – ' || left(o.asked ->> 'to', 10) as range,
  o.rows::double precision as value
from evidence_opening o
where o.at >= :from::timestamptz and o.at < :to::timestamptz
order by o.at desc, o.opening_no desc
limit 1000
