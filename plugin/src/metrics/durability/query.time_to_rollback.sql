-- grain: one row per (change that was rolled back, group)
-- A group is the start of its bucket (epoch seconds, absent for none) and its values of groupBy in the order of member, joined by chr(31).
select
  concat_ws(chr(31),
    case when :bucket::text <> 'none' then extract(epoch from
      date_trunc(:bucket::text, s.merged_at at time zone :tz::text) at time zone :tz::text)::bigint end,
    case when 'team' = any(:groupBy::text[]) then s.team_id end,
    case when 'repo' = any(:groupBy::text[]) then r.slug end,
    case when 'service' = any(:groupBy::text[]) then s.service_id end,
    case when 'pr_class' = any(:groupBy::text[]) then s.pr_class end,
    case when 'code_source' = any(:groupBy::text[]) then s.code_source end,
    case when 'tool' = any(:groupBy::text[]) then t.tool end,
    case when 'seniority' = any(:groupBy::text[]) then s.seniority end,
    case when 'zone' = any(:groupBy::text[]) then s.zone end,
    case when 'size' = any(:groupBy::text[]) then s.size end,
    case when 'basis' = any(:groupBy::text[]) then s.rollback_basis end) as cell,
  s.responsible_id, s.code_source, s.is_assumed, s.confidence, s.rollback_basis as basis,
  date_part('epoch', s.rolled_back_at - coalesce(s.shipped_at, s.merged_at)) / 60 as minutes
from change_survival s
  join repo r on r.repo_id = s.repo_id
  cross join lateral (
    select case when s.tools <> '{}' then s.tools when s.code_source = 'human' then '{none}' else '{unknown}' end as tools
  ) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where s.merged_at >= :from::timestamptz and s.merged_at < :to::timestamptz and s.author_kind <> 'automation' and s.rolled_back_at is not null
    and (:team::text[] is null or s.team_id = any(:team::text[]))
    and (:service::text[] is null or s.service_id = any(:service::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:pr_class::text[] is null or s.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or s.code_source = any(:code_source::text[]))
    and (:tool::text[] is null or w.tools && :tool::text[] and coalesce(t.tool = any(:tool::text[]), true))
    and (:seniority::text[] is null or s.seniority = any(:seniority::text[]))
    and (:zone::text[] is null or s.zone = any(:zone::text[]))
    and (:size::text[] is null or s.size = any(:size::text[]))
    and (:basis::text[] is null or s.rollback_basis = any(:basis::text[]))
order by s.repo_id, s.change_id
