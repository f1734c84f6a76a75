-- grain: one row per (who)
select date_trunc('second', max(o.at)) as time, coalesce(nullif(o.who, ''), '(anonymous)') as who, max(nullif(o.role, '')) as role, sum(o.rows)::double precision as value, count(*)::double precision as openings
from evidence_opening o
where o.at >= :from::timestamptz and o.at < :to::timestamptz
group by o.who
order by count(*) desc, o.who
