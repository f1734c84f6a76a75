-- grain: one row per (group)
-- A group (cell) is as fragments/cell.sql says.
with
member as not materialized (
  select
    -- The first branch is the usual query and saves a concatenation per change.
    case when :bucket::text = 'none' and :groupBy::text[] = '{code_source}' then
      -- @include source
    else concat_ws(chr(31),
      -- @include cell
    ) end as cell,
    u.person_id, u.code_source, u.is_assumed, u.confidence, u.is_reapplied,
    coalesce(u.merged_at + make_interval(days => :window_days::text::integer) <= u.observed_until, false) as is_mature,
    coalesce(u.reverted_at <= u.merged_at + make_interval(days => :window_days::text::integer), false) as is_reverted
  from survived_unit u
  cross join lateral (select u.code_source, 'pr' as basis, u.counted_tools as tools) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where
    -- @include chosen
),
person as (
  select cell, person_id, count(*) filter (where is_mature)::integer as changes, count(*) filter (where not is_mature)::integer as immature,
         count(*) filter (where is_mature and code_source = 'unknown')::integer as unknown, bool_or(is_assumed) as is_assumed,
         sum(confidence) filter (where is_mature) as confidence_sum, count(confidence) filter (where is_mature) as rated,
         count(*) filter (where is_mature and is_reverted)::integer as reverted,
         count(*) filter (where is_mature and is_reverted and is_reapplied)::integer as reapplied
  from member
  group by cell, person_id
)
select cell, sum(changes)::double precision as changes, sum(immature)::double precision as immature,
       (count(person_id) filter (where changes > 0))::integer as people,
       (max(changes) filter (where person_id is not null))::double precision as most_changes,
       sum(unknown)::double precision as unknown, bool_or(is_assumed) as is_assumed,
       sum(confidence_sum) / nullif(sum(rated), 0)::double precision as confidence,
       sum(reverted)::double precision as reverted, sum(reapplied)::double precision as reapplied
from person
group by cell
