-- grain: one row per (group)
-- A group (cell) as in query.rate.sql. Changes by their merge, incidents by their start.
with unit as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.merged_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then u.service end,
           case when 'code_source' = any(:groupBy::text[]) then
             -- @include source
           end) as cell, u.person_id, 1 as changes, 0 as incidents
  from merged_unit u
  where u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
    and (:service::text[] is null or u.service = any(:service::text[])) and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
  union all
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then u.service end,
           case when 'code_source' = any(:groupBy::text[]) then
             -- @include source
           end), null, 0, 1
  from incident_unit u
  where u.started_at >= :from::timestamptz and u.started_at < :to::timestamptz
    and (:severity::text = 'all' or u.severity = :severity::text)
    and (:service::text[] is null or u.service = any(:service::text[])) and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
),
p as (select cell, person_id, sum(changes) as n, sum(incidents) as incidents from unit group by cell, person_id)
select cell, sum(n)::double precision as n, sum(incidents)::double precision as incidents_n, count(person_id)::double precision as n_dev,
       (max(n) filter (where person_id is not null) / nullif(sum(n), 0))::double precision as one_person_share,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from p
-- Where nobody tells of incidents none is no zero.
where exists (select from incident_unit i where i.started_at < :to::timestamptz)
group by cell
-- Incidents of what nothing was merged into are no rate.
having sum(n) > 0
