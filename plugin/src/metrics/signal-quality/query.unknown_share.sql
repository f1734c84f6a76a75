-- grain: one row per (group)
select
  case when 'team' = any(:groupBy::text[]) then f.team_id end as team,
  case when 'repo' = any(:groupBy::text[]) then r.slug end as repo,
  case when 'service' = any(:groupBy::text[]) then f.service_id end as service,
  avg((f.code_source = 'unknown')::integer)::double precision as value,
  avg(f.confidence) filter (where f.code_source <> 'unknown')::double precision as confidence,
  count(*)::double precision as n,
  count(distinct f.responsible_id)::double precision as n_dev,
  'ok' as status
from change_fact f
join repo r on r.repo_id = f.repo_id
where f.merged_at >= :from::timestamptz and f.merged_at < :to::timestamptz and f.author_kind <> 'automation'
  and (:team::text[] is null or f.team_id = any(:team::text[]))
  and (:repo::text[] is null or r.slug = any(:repo::text[]))
  and (:service::text[] is null or f.service_id = any(:service::text[]))
group by 1, 2, 3
order by 1, 2, 3
