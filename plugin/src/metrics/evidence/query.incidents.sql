-- grain: one row per (incident)
with found as (
  select
    i.started_at as time,
    i.severity as kind,
    i.service_id as repo,
    i.external_id as ref,
    i.title,
    coalesce(f.team_id, d.team_id, 'unknown') as team,
    -- Whoever names a deployment may know better, but it was not there yet: an hour is the time of a rollout (derive/delivery/failures.ts).
    coalesce(l.method, 'unlinked') || case
      when d.finished_at - i.started_at > interval '1 day' then ', began ' || round(extract(epoch from d.finished_at - i.started_at) / 86400) || ' d before it'
      when d.finished_at - i.started_at > interval '1 hour' then ', began ' || round(extract(epoch from d.finished_at - i.started_at) / 3600) || ' h before it'
      else '' end as method,
    l.confidence,
    case when i.resolved_at is null then 'open' else 'resolved' end as outcome,
    case
      when l.excluded_reason is not null then 'bad data: ' || l.excluded_reason
      when l.deployment_id is null then 'no deployment is blamed for it'
    end as excluded_reason,
    i.web_url as link
  from incident i
  left join incident_link l on l.incident_id = i.incident_id
  left join deployment_fact d on d.deployment_id = l.deployment_id
  left join change_fact f on f.repo_id = l.repo_id and f.change_id = l.change_id
  left join repo r on r.repo_id = coalesce(f.repo_id, d.repo_id)
  where i.started_at >= :from::timestamptz and i.started_at < :to::timestamptz
    and (:team::text[] is null or coalesce(f.team_id, d.team_id, 'unknown') = any(:team::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:service::text[] is null or i.service_id = any(:service::text[]))
    and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or coalesce(f.code_source, 'unknown') = any(:code_source::text[]))
    and (:size::text[] is null or f.size = any(:size::text[]))
), narrowed as (
  select * from found
  where case :only::text
    when 'failed' then outcome = 'open'
    when 'excluded' then excluded_reason is not null
    else true
  end
)
select *, 'ok' as status, count(*) over ()::double precision as total
from narrowed
order by time desc, repo, ref
limit :limit::double precision::integer
