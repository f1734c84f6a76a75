-- grain: one row per (group)
-- A group (cell) is the start of its bucket (epoch seconds, absent for none), then its values in the order of GROUPS; joined by chr(31).
with unit as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then u.service end,
           case when 'code_source' = any(:groupBy::text[]) then
             -- @include source
           end) as cell,
         u.severity, u.is_security, true as is_incident
  from incident_unit u
  where u.started_at >= :from::timestamptz and u.started_at < :to::timestamptz
    and (:severity::text = 'all' or u.severity = :severity::text)
    and (:service::text[] is null or u.service = any(:service::text[])) and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
  union all
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, d.finished_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then d.service end),
         null, null, false
  from production_deployment d
  -- Of a deployment with changes of several sources no part is of one.
  where not :groupBy::text[] @> '{code_source}' and :code_source::text[] is null
    and d.finished_at >= :from::timestamptz and d.finished_at < :to::timestamptz and (:service::text[] is null or d.service = any(:service::text[]))
)
select cell, count(*) filter (where is_incident)::double precision as n, count(*) filter (where not is_incident)::double precision as deployments,
       count(*) filter (where is_security)::double precision as security_n,
       -- No incident weighs nothing; of those without a severity nothing is known.
       case when not bool_or(is_incident) then 0 else sum(case severity when 's1' then 8 when 's2' then 4 when 's3' then 2 when 's4' then 1 end) end::double precision as weight,
       count(*) filter (where is_incident and severity is null)::double precision as no_severity_n,
       (select date_part('epoch', complete_until) from data_clock) as complete_until,
       (select date_part('epoch', min(started_at)) from incident_unit) as known_from
from unit
-- Where nobody tells of incidents none is no zero.
where exists (select from incident_unit i where i.started_at < :to::timestamptz)
group by cell
