-- grain: one row per (change)
-- Counted apart from what is shown, so that only the rows shown are sorted, joined and written out.
with found as not materialized (
  select
    f.repo_id,
    f.change_id,
    f.merged_at as time,
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
      when f.excluded_reason is not null then 'bad data: ' || f.excluded_reason
      when f.author_kind = 'automation' then 'automation account'
      when r.known_from is not null and f.merged_at < r.known_from then 'before the known history'
      when f.effective_added is null then 'its lines could not be read'
    end as excluded_reason,
    f.web_url as link
  from change_fact f
  join repo r on r.repo_id = f.repo_id
  where f.merged_at >= :from::timestamptz and f.merged_at < :to::timestamptz
    and (:team::text[] is null or f.team_id = any(:team::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:service::text[] is null or f.service_id = any(:service::text[]))
    and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or f.code_source = any(:code_source::text[]))
    and (:size::text[] is null or f.size = any(:size::text[]))
), narrowed as not materialized (
  select * from found
  where case :only::text
    when 'failed' then outcome = 'reverted'
    when 'excluded' then excluded_reason is not null
    else true
  end
), shown as (
  select * from narrowed
  order by time desc, repo, ref
  limit :limit::double precision::integer
)
select time, c.kind, repo, ref, s.title, team, pr_class, code_source, method, confidence, outcome, excluded_reason, link, 'ok' as status,
       (select count(*) from narrowed)::double precision as total
from shown s
join change c on c.repo_id = s.repo_id and c.change_id = s.change_id
order by time desc, repo, ref
