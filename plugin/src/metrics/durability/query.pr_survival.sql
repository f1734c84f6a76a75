-- grain: one row per (group) and one per (group, age in days); column kind tells which
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
    u.person_id, u.code_source, u.is_assumed, u.confidence,
    coalesce(u.merged_at + make_interval(days => :window_days::text::integer) <= u.observed_until, false) as is_mature,
    greatest(ceil(date_part('epoch', least(u.revert_failed_at, u.rewritten_at) - u.merged_at) / 86400), 0)::integer as failed_age,
    greatest(floor(date_part('epoch', u.observed_until - u.merged_at) / 86400), 0)::integer as seen,
    coalesce(least(u.revert_failed_at, u.rewritten_at) <= u.merged_at + make_interval(days => :window_days::text::integer), false) as is_failed
  from survived_unit u
  cross join lateral (select u.code_source, 'pr' as basis, u.counted_tools as tools) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where
    -- @include chosen
    and u.observed_until is not null
),
person as (
  select cell, person_id, count(*) filter (where is_mature)::integer as changes, count(*) filter (where not is_mature)::integer as immature,
         count(*) filter (where is_mature and code_source = 'unknown')::integer as unknown, bool_or(is_assumed) as is_assumed,
         sum(confidence) filter (where is_mature) as confidence_sum, count(confidence) filter (where is_mature) as rated,
         count(*) filter (where is_mature and is_failed)::integer as failed
  from member
  group by cell, person_id
),
-- Failures of every age and the changes that were still young when observation ended: input of the Kaplan–Meier variant.
ended as (
  select cell, case when is_failed then failed_age else seen end as age,
         count(*) filter (where is_failed)::integer as events, count(*) filter (where not is_failed)::integer as censored
  from member
  where not :only_people::boolean and (is_failed or not is_mature)
  group by cell, 2
)
select 'cell' as kind, cell, sum(changes)::double precision as changes, sum(immature)::double precision as immature,
       (count(person_id) filter (where changes > 0))::integer as people,
       (max(changes) filter (where person_id is not null))::double precision as most_changes,
       sum(unknown)::double precision as unknown, bool_or(is_assumed) as is_assumed,
       sum(confidence_sum) / nullif(sum(rated), 0)::double precision as confidence,
       sum(failed)::double precision as failed, null::integer as age, null::integer as events, null::integer as censored
from person
group by cell
union all
select 'age', cell, null, null, null, null, null, null, null, null, age, events, censored
from ended
