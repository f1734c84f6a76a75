-- grain: one row per (group) and one per (group, age in days); column kind tells which
-- A group is the start of its bucket (epoch seconds, absent for none) and its values of groupBy in the order of member, joined by chr(31).
with
member as not materialized (
  select
    -- The first branch is the usual query and saves a concatenation per change.
    case when :bucket::text = 'none' and :groupBy::text[] = '{code_source}' then s.code_source
    else concat_ws(chr(31),
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
      case when 'basis' = any(:groupBy::text[]) then 'pr' end) end as cell,
    s.responsible_id, s.code_source, s.is_assumed, s.confidence,
    coalesce(s.merged_at + make_interval(days => :window_days::text::integer) <= r.observed_until, false) as is_mature,
    greatest(ceil(date_part('epoch', least(s.revert_failed_at, s.rewritten_at) - s.merged_at) / 86400), 0)::integer as failed_age,
    greatest(floor(date_part('epoch', r.observed_until - s.merged_at) / 86400), 0)::integer as seen,
    coalesce(least(s.revert_failed_at, s.rewritten_at) <= s.merged_at + make_interval(days => :window_days::text::integer), false) as is_failed
  from change_survival s
  join repo r on r.repo_id = s.repo_id
  cross join lateral (
    select case when s.tools <> '{}' then s.tools when s.code_source = 'human' then '{none}' else '{unknown}' end as tools
  ) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where s.merged_at >= :from::timestamptz and s.merged_at < :to::timestamptz and s.author_kind <> 'automation' and r.observed_until is not null
    and (:team::text[] is null or s.team_id = any(:team::text[]))
    and (:service::text[] is null or s.service_id = any(:service::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:pr_class::text[] is null or s.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or s.code_source = any(:code_source::text[]))
    and (:tool::text[] is null or w.tools && :tool::text[] and coalesce(t.tool = any(:tool::text[]), true))
    and (:seniority::text[] is null or s.seniority = any(:seniority::text[]))
    and (:zone::text[] is null or s.zone = any(:zone::text[]))
    and (:size::text[] is null or s.size = any(:size::text[]))
    and (:basis::text[] is null or 'pr' = any(:basis::text[]))
),
person as (
  select cell, responsible_id, count(*) filter (where is_mature)::integer as changes, count(*) filter (where not is_mature)::integer as immature,
         count(*) filter (where is_mature and code_source = 'unknown')::integer as unknown, bool_or(is_assumed) as is_assumed,
         sum(confidence) filter (where is_mature) as confidence_sum, count(confidence) filter (where is_mature) as rated,
         count(*) filter (where is_mature and is_failed)::integer as failed
  from member
  group by cell, responsible_id
),
-- Failures of every age and the changes that were still young when observation ended: input of the Kaplan–Meier variant.
ended as (
  select cell, case when is_failed then failed_age else seen end as age,
         count(*) filter (where is_failed)::integer as events, count(*) filter (where not is_failed)::integer as censored
  from member
  where is_failed or not is_mature
  group by cell, 2
)
select 'cell' as kind, cell, sum(changes)::double precision as changes, sum(immature)::double precision as immature,
       (count(responsible_id) filter (where changes > 0))::integer as people,
       (max(changes) filter (where responsible_id is not null))::double precision as most_changes,
       sum(unknown)::double precision as unknown, bool_or(is_assumed) as is_assumed,
       sum(confidence_sum) / nullif(sum(rated), 0)::double precision as confidence,
       sum(failed)::double precision as failed, null::integer as age, null::integer as events, null::integer as censored
from person
group by cell
union all
select 'age', cell, null, null, null, null, null, null, null, null, age, events, censored
from ended
