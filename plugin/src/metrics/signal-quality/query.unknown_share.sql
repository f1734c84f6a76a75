-- grain: one row per (group)
with person as (
  select
    case when 'team' = any(:groupBy::text[]) then f.team_id end as team,
    case when 'repo' = any(:groupBy::text[]) then r.slug end as repo,
    case when 'service' = any(:groupBy::text[]) then f.service_id end as service,
    f.responsible_id,
    count(*) as changes,
    count(*) filter (where f.code_source = 'unknown') as unknown,
    sum(f.confidence) filter (where f.code_source <> 'unknown') as confidence,
    count(f.confidence) filter (where f.code_source <> 'unknown') as rated
  from change_fact f
  join repo r on r.repo_id = f.repo_id
  where f.merged_at >= :from::timestamptz and f.merged_at < :to::timestamptz and f.author_kind <> 'automation'
    and (:team::text[] is null or f.team_id = any(:team::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:service::text[] is null or f.service_id = any(:service::text[]))
  group by 1, 2, 3, 4
)
select
  team, repo, service,
  (sum(unknown) / sum(changes))::double precision as value,
  (sum(confidence) / nullif(sum(rated), 0))::double precision as confidence,
  sum(changes)::double precision as n,
  count(responsible_id)::double precision as n_dev,
  (max(changes) filter (where responsible_id is not null) / sum(changes))::double precision as one_person_share,
  'ok' as status
from person
group by team, repo, service
order by team, repo, service
