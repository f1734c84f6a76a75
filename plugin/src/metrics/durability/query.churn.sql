-- grain: one row per (group) and one per (group, sampled change); column kind tells which
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
    s.repo_id, s.change_id, s.responsible_id, s.code_source, s.is_assumed, s.confidence, s.effective_lines as lines, s.lost_14 as lost,
    f.effective_added as added, f.effective_deleted as deleted,
    r.observed_until >= s.born_at + interval '14 days' as is_mature
  from change_survival s
  join repo r on r.repo_id = s.repo_id
  left join change_fact f on f.repo_id = s.repo_id and f.change_id = s.change_id
  cross join lateral (
    select case when s.tools <> '{}' then s.tools when s.code_source = 'human' then '{none}' else '{unknown}' end as tools
  ) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where s.merged_at >= :from::timestamptz and s.merged_at < :to::timestamptz and s.author_kind <> 'automation' and s.effective_lines > 0 and r.observed_until is not null
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
         sum(lines) filter (where is_mature) as lines, sum(lost) filter (where is_mature) as lost,
         sum(lines) filter (where is_mature and code_source = 'unknown') as unknown_lines, bool_or(is_assumed) as is_assumed,
         sum(confidence * lines) filter (where is_mature) as confidence_lines,
         sum(lines) filter (where is_mature and confidence is not null) as rated_lines,
         sum(added) filter (where is_mature) as added, sum(deleted) filter (where is_mature) as deleted
  from member
  group by cell, responsible_id
),
cell as materialized (
  select cell, sum(changes)::double precision as changes, sum(immature)::double precision as immature,
         sum(lines)::double precision as lines, sum(lost)::double precision as lost,
         (count(responsible_id) filter (where changes > 0))::integer as people,
         (max(lines) filter (where responsible_id is not null))::double precision as most_lines,
         coalesce(sum(unknown_lines), 0)::double precision as unknown_lines, bool_or(is_assumed) as is_assumed,
         sum(confidence_lines) / nullif(sum(rated_lines), 0)::double precision as confidence,
         sum(added)::double precision as added, sum(deleted)::double precision as deleted,
         least(2000, greatest(100, 2000 / count(*) over ())) / nullif(sum(changes), 0)::double precision as sample_share
  from person
  group by cell
)
select 'cell' as kind, cell, changes, immature, lines, lost, people, most_lines, unknown_lines, is_assumed, confidence, added, deleted
from cell
union all
(
  -- What the interval is drawn from; by a hash of the change, so that the same query draws the same changes.
  select 'change', m.cell, 1, 0, m.lines, m.lost, null, null, null, null, null, null, null
  from member m
  join cell c using (cell)
  where :ci::boolean and m.is_mature and (hashint8extended(m.change_id, 0) & 1048575) < c.sample_share * 1048576
  order by m.cell, m.repo_id, m.change_id
)
