-- grain: one row per (seniority)
-- Minutes as in query.restore.sql, of incidents of which a human is known to have responded.
with unit as (
  select u.seniority, u.person_id, u.resolved_at <= e.at as is_over, date_part('epoch', least(u.resolved_at, e.at) - u.started_at) / 60 as minutes
  from responder_unit u
  cross join lateral (select greatest(u.started_at, least(:to::timestamptz, (select complete_until from data_clock))) as at) e
  where u.started_at >= :from::timestamptz and u.started_at < :to::timestamptz
    and (:severity::text = 'all' or u.severity = :severity::text)
    and (:service::text[] is null or u.service = any(:service::text[])) and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
),
p as (
  select seniority, person_id, count(*) as n, count(*) filter (where minutes < 0) as bad_order,
         string_agg(float8send(minutes), '' order by minutes) filter (where is_over and minutes >= 0) as over,
         string_agg(float8send(minutes), '' order by minutes) filter (where is_over is not true and minutes >= 0) as open
  from unit group by seniority, person_id
)
select seniority, (sum(n) - sum(bad_order))::double precision as n, sum(bad_order)::double precision as bad_order_n, count(*)::double precision as n_dev,
       (max(n) / sum(n))::double precision as one_person_share,
       encode(string_agg(over, ''), 'base64') as over, encode(string_agg(open, ''), 'base64') as open
from p group by seniority
order by seniority
