-- grain: one row per (group) and one per (group, sampled change); column kind tells which
-- A group (cell) is as fragments/cell.sql says.
with
member as materialized (
  select
    -- The first branch is the usual query and saves a concatenation per change.
    case when :bucket::text = 'none' and :groupBy::text[] = '{code_source}' then
      -- @include source
    else concat_ws(chr(31),
      -- @include cell
    ) end as cell,
    u.repo_id, u.change_id, u.person_id, u.code_source, u.is_assumed, u.confidence, u.effective_lines as lines, u.lost_14 as lost,
    u.effective_added as added, u.effective_deleted as deleted,
    u.observed_until >= u.born_at + interval '14 days' as is_mature
  from survived_unit u
  cross join lateral (select u.code_source, 'pr' as basis, u.counted_tools as tools) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where
    -- @include chosen
    and u.effective_lines > 0 and u.observed_until is not null
),
person as (
  select cell, person_id, count(*) filter (where is_mature)::integer as changes, count(*) filter (where not is_mature)::integer as immature,
         (sum(lines) filter (where is_mature))::double precision as lines, (sum(lost) filter (where is_mature))::double precision as lost,
         (sum(lines) filter (where is_mature and code_source = 'unknown'))::double precision as unknown_lines, bool_or(is_assumed) as is_assumed,
         sum(confidence * lines) filter (where is_mature) as confidence_lines,
         (sum(lines) filter (where is_mature and confidence is not null))::double precision as rated_lines,
         (sum(added) filter (where is_mature))::double precision as added, (sum(deleted) filter (where is_mature))::double precision as deleted
  from member
  group by cell, person_id
),
cell as materialized (
  select cell, sum(changes)::double precision as changes, sum(immature)::double precision as immature,
         sum(lines) as lines, sum(lost) as lost,
         (count(person_id) filter (where changes > 0))::integer as people,
         max(lines) filter (where person_id is not null) as most_lines,
         coalesce(sum(unknown_lines), 0) as unknown_lines, bool_or(is_assumed) as is_assumed,
         sum(confidence_lines) / nullif(sum(rated_lines), 0) as confidence,
         sum(added) as added, sum(deleted) as deleted,
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
