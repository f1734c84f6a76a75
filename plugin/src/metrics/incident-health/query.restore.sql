-- grain: one row per (group)
-- A group (cell) as in query.rate.sql. Minutes of incidents that are over, and of those that are open so far, packed as float8, big-endian and in base64.
with unit as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then u.service end,
           case when 'code_source' = any(:groupBy::text[]) then
             -- @include source
           end) as cell,
         u.resolved_at <= e.at as is_over, date_part('epoch', least(u.resolved_at, e.at) - u.started_at) / 60 as minutes
  from incident_unit u
  cross join lateral (select greatest(u.started_at, least(:to::timestamptz, (select complete_until from data_clock))) as at) e
  where u.started_at >= :from::timestamptz and u.started_at < :to::timestamptz
    and (:severity::text = 'all' or u.severity = :severity::text)
    and (:service::text[] is null or u.service = any(:service::text[])) and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
)
select cell, count(*) filter (where minutes >= 0)::double precision as n, count(*) filter (where minutes < 0)::double precision as bad_order_n,
       encode(string_agg(float8send(minutes), '') filter (where is_over and minutes >= 0), 'base64') as over,
       encode(string_agg(float8send(minutes), '') filter (where is_over is not true and minutes >= 0), 'base64') as open,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit group by cell
