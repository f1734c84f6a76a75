-- grain: one row per (team, seniority, workflow, tool, band before, band now)
with as_of as materialized (
  -- @include as-of
),
seen as materialized (
  -- @include seen
),
of_person as materialized (
  -- @include of-person
),
moved as (
  select time, workflow, tool, person_id, max(team) filter (where back = 0) as team, max(seniority) filter (where back = 0) as seniority,
         max(band) filter (where back = 4) as from_bucket, max(band) filter (where back = 0) as bucket
  from of_person
  group by 1, 2, 3, 4
),
cell as (
  select time, team, seniority, workflow, tool, from_bucket, bucket, count(*) as n,
         sum(count(*)) over (partition by time, team, seniority, workflow, tool, from_bucket) as of_n
  from moved
  where from_bucket <> 'unknown' and bucket <> 'unknown'
  group by 1, 2, 3, 4, 5, 6, 7
)
select time, team, seniority, workflow, tool, from_bucket, bucket, n::double precision as n, of_n::double precision as of_n
from cell
where (:tool::text[] is null or tool = any(:tool::text[]))
order by team, seniority, workflow, tool, array_position(array['zero', 'low', 'high'], from_bucket), array_position(array['zero', 'low', 'high'], bucket)
