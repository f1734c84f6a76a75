-- grain: one row per (connector, method)
select
  i.source as connector,
  coalesce(l.method, 'unlinked') as method,
  count(*)::double precision / (sum(count(*)) over ())::double precision as value,
  count(*)::double precision as n,
  count(distinct l.deployment_id)::double precision as deployments,
  avg(l.confidence)::double precision as confidence,
  'ok' as status
from incident i
left join incident_link l using (incident_id)
where l.excluded_reason is null and i.started_at >= :from::timestamptz and i.started_at < :to::timestamptz
  and coalesce(i.environment, 'production') = 'production'
  and (:service::text[] is null or coalesce(i.service_id, 'unknown') = any(:service::text[]))
group by 1, 2
-- Surest first.
order by confidence desc nulls last, 1, 2
