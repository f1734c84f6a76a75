-- grain: one row per (deployment)
with found as (
  select
    d.finished_at as time,
    d.kind,
    coalesce(r.slug, d.service_id) as repo,
    o.external_id as ref,
    coalesce(o.ref, left(o.sha, 12)) as title,
    d.team_id as team,
    nullif(array_to_string(d.sources, ', '), '') as code_source,
    nullif(array_to_string(d.failure_methods, ', '), '') as method,
    d.change_count::double precision as changes,
    case when d.is_failed then 'failed' else 'ok' end as outcome,
    case
      when d.is_first_of_service then 'first known deployment: its changes are not known'
      when d.change_count = 0 then 'ships no known change: in totals only'
    end as excluded_reason,
    o.web_url as link
  from deployment_fact d
  join deployment o on o.deployment_id = d.deployment_id
  left join repo r on r.repo_id = d.repo_id
  where d.finished_at >= :from::timestamptz and d.finished_at < :to::timestamptz and d.environment = 'production'
    and (:team::text[] is null or d.team_id = any(:team::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:service::text[] is null or d.service_id = any(:service::text[]))
    and (:code_source::text[] is null or d.sources && :code_source::text[])
    and (coalesce(:pr_class::text[], :size::text[]) is null or exists (
      select from deployment_change dc join change_fact f on f.repo_id = dc.repo_id and f.change_id = dc.change_id
      where dc.deployment_id = d.deployment_id
        and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
        and (:size::text[] is null or f.size = any(:size::text[]))))
), narrowed as (
  select * from found
  where case :only::text
    when 'failed' then outcome = 'failed'
    when 'excluded' then excluded_reason is not null
    else true
  end
)
select *, 'ok' as status, count(*) over ()::double precision as total
from narrowed
order by time desc, repo, ref
limit :limit::double precision::integer
