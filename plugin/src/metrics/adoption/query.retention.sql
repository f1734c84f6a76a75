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
moved as (
  -- Team and seniority are those of now: who moved is counted where they are. In one pass: nothing tells the planner how many rows there are.
  select time, workflow, tool, person_id, max(team) filter (where back = 0) as team, max(seniority) filter (where back = 0) as seniority,
         bool_or(is_active) filter (where back = 4) as was_active, bool_or(is_known) filter (where back = 0) as is_known,
         bool_or(is_active) filter (where back = 0) as is_active, max(basis) filter (where back = 0) as basis
  from of_person
  group by 1, 2, 3, 4
),
cell as (
  select time, team, seniority, workflow, tool, count(*) as people, count(*) filter (where is_known) as n,
         count(*) filter (where is_active) as so, mode() within group (order by basis) filter (where is_known) as basis
  from moved
  where was_active and is_known is not null
  group by 1, 2, 3, 4, 5
)
select c.time, 0::double precision as back, c.team, c.seniority, c.workflow, c.tool, c.basis,
       c.people::double precision as people, c.n::double precision as n, c.so::double precision as so,
       w.n::double precision as whole_n, w.so::double precision as whole_so
from cell c
join cell w on coalesce(w.time, '-infinity') = coalesce(c.time, '-infinity') and coalesce(w.team, '') = coalesce(c.team, '')
  and coalesce(w.seniority, '') = coalesce(c.seniority, '') and coalesce(w.workflow, '') = coalesce(c.workflow, '') and w.tool = 'all'
where (:tool::text[] is null or c.tool = any(:tool::text[]))
order by c.time, c.team, c.seniority, c.workflow, c.tool <> 'all', c.tool
