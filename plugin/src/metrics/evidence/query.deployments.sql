-- grain: one row per (deployment)
with found as (
  select
    u.finished_at as time,
    u.kind,
    coalesce(r.slug, u.service_id) as repo,
    o.external_id as ref,
    coalesce(o.ref, left(o.sha, 12)) as title,
    u.team_id as team,
    nullif(array_to_string(u.sources, ', '), '') as code_source,
    nullif(array_to_string(u.failure_methods, ', '), '') as method,
    u.change_count::double precision as changes,
    case when u.is_failed then 'failed' else 'ok' end as outcome,
    case
      when u.excluded_reason is not null then 'bad data: ' || u.excluded_reason
      when u.is_first_of_service then 'first known deployment: its changes are not known'
      when u.change_count = 0 then 'ships no known change: in totals only'
    end as excluded_reason,
    o.web_url as link
  from reported_deployment u
  join deployment o on o.deployment_id = u.deployment_id
  left join repo r on r.repo_id = u.repo_id
  where u.finished_at >= :from::timestamptz and u.finished_at < :to::timestamptz
    and
    -- @include place-filter
    and (:code_source::text[] is null or u.sources && :code_source::text[])
    and (coalesce(:pr_class::text[], :size::text[]) is null or exists (
      select from deployment_change dc join change_fact f on f.repo_id = dc.repo_id and f.change_id = dc.change_id
      where dc.deployment_id = u.deployment_id
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
