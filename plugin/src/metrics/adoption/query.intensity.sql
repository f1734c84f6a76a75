-- grain: one row per (time, team, seniority, workflow, tool, band)
with as_of as materialized (
  -- @include as-of
),
seen as materialized (
  -- @include seen
),
of_person as materialized (
  -- @include of-person
),
cell as (
  select time, team, seniority, workflow, tool, band, count(*) as n, avg(active_days) as active_days,
         sum(count(*)) filter (where band <> 'unknown') over (partition by time, team, seniority, workflow, tool) as of_n
  from of_person
  where back = 0
  group by 1, 2, 3, 4, 5, 6
)
select time, team, seniority, workflow, tool, band as bucket, n::double precision as n, of_n::double precision as of_n,
       active_days::double precision as active_days
from cell
where (:tool::text[] is null or tool = any(:tool::text[]))
order by time, team, seniority, workflow, tool, array_position(array['zero', 'low', 'high', 'unknown'], band)
