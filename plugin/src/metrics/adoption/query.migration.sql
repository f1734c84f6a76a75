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
cell as (
  select o.time, o.team, o.seniority, o.workflow, o.tool, b.band as from_bucket, o.band as bucket, count(*) as n,
         sum(count(*)) over (partition by o.time, o.team, o.seniority, o.workflow, o.tool, b.band) as of_n
  from of_person b
  join of_person o on o.back = 0 and o.time is not distinct from b.time and o.person_id = b.person_id and o.tool = b.tool
    and o.workflow is not distinct from b.workflow
  where b.back = 4 and b.band <> 'unknown' and o.band <> 'unknown'
  group by 1, 2, 3, 4, 5, 6, 7
)
select time, team, seniority, workflow, tool, from_bucket, bucket, n::double precision as n, of_n::double precision as of_n
from cell
where (:tool::text[] is null or tool = any(:tool::text[]))
order by team, seniority, workflow, tool, array_position(array['zero', 'low', 'high'], from_bucket), array_position(array['zero', 'low', 'high'], bucket)
