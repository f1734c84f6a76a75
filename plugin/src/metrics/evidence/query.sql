-- grain: one row per (change)
with found as (
  select
    f.merged_at as time,
    c.kind,
    r.slug as repo,
    case when f.change_key ~ '^[0-9a-f]{40}$' then left(f.change_key, 12) else '#' || f.change_key end as ref,
    f.title,
    f.team_id as team,
    f.pr_class,
    f.code_source,
    case when f.is_assumed then 'assumed' else f.method end as method,
    f.confidence,
    case when f.reverted_at is not null then 'reverted' when f.deployed_at is not null then 'deployed' else 'merged' end as outcome,
    case
      when f.author_kind = 'automation' then 'automation account'
      when r.known_from is not null and f.merged_at < r.known_from then 'before the known history'
      when f.effective_added is null then 'its lines could not be read'
    end as excluded_reason,
    f.web_url as link
  from change_fact f
  join repo r on r.repo_id = f.repo_id
  join change c on c.change_id = f.change_id
  where f.merged_at >= :from::timestamptz and f.merged_at < :to::timestamptz
    and (:team::text[] is null or f.team_id = any(:team::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:service::text[] is null or f.service_id = any(:service::text[]))
    and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or f.code_source = any(:code_source::text[]))
    and (:size::text[] is null or f.size = any(:size::text[]))
), narrowed as (
  select * from found
  where case :only::text
    when 'failed' then outcome = 'reverted'
    when 'excluded' then excluded_reason is not null
    else true
  end
)
select *, 'ok' as status, count(*) over ()::double precision as total
from narrowed
order by time desc, repo, ref
limit :limit::double precision::integer
