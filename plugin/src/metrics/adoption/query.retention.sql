-- grain: one row per (time, team, seniority, workflow, tool)
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
  select o.time, o.team, o.seniority, o.workflow, o.tool, count(*) as people, count(*) filter (where o.is_known) as n,
         count(*) filter (where o.is_active) as so, mode() within group (order by o.basis) filter (where o.is_known) as basis
  from of_person b
  -- Team and seniority are those of now: who moved is counted where they are.
  join of_person o on o.back = 0 and o.time is not distinct from b.time and o.person_id = b.person_id and o.tool = b.tool
    and o.workflow is not distinct from b.workflow
  where b.back = 4 and b.is_active
  group by 1, 2, 3, 4, 5
)
select c.time, 0::double precision as back, c.team, c.seniority, c.workflow, c.tool, c.basis,
       c.people::double precision as people, c.n::double precision as n, c.so::double precision as so,
       w.n::double precision as whole_n, w.so::double precision as whole_so
from cell c
join cell w on w.time is not distinct from c.time and w.team is not distinct from c.team
  and w.seniority is not distinct from c.seniority and w.workflow is not distinct from c.workflow and w.tool = 'all'
where (:tool::text[] is null or c.tool = any(:tool::text[]))
order by c.time, c.team, c.seniority, c.workflow, c.tool
