-- Incidents have a service but no team and no change: only groups by service and filters on it can be told apart.
select concat_ws(chr(31), 'current',
         case when :bucket::text <> 'none'
           then date_part('epoch', date_trunc(:bucket::text, i.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
         case when 'service' = any(:groupBy::text[]) then coalesce(i.service_id, 'unknown') end) as cell,
       l.method, count(*)::double precision as incidents
from incident i
join incident_link l using (incident_id)
where :team::text[] is null and :repo::text[] is null and not :groupBy::text[] && '{team,repo}'
  and l.excluded_reason is null and coalesce(i.environment, 'production') = 'production' and i.started_at >= :from::timestamptz and i.started_at < :to::timestamptz
  and (:service::text[] is null or coalesce(i.service_id, 'unknown') = any(:service::text[]))
group by 1, 2
