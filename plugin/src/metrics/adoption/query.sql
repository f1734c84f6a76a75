-- grain: one row per (time, team, seniority, workflow, tool, back)
with as_of as materialized (
  -- @include as-of
),
seen as materialized (
  -- @include seen
),
of_person as materialized (
  -- @include of-person
),
counted as (
  -- Who counts in the mode, and who of them is what is asked for.
  select time, back, team, seniority, workflow, tool,
         case :mode::text when 'licensed' then is_listed when 'utilisation' then is_licensed and is_known else is_known end as is_counted,
         case :mode::text when 'licensed' then is_listed and is_licensed when 'utilisation' then is_licensed and is_active else is_active end as is_so,
         :mode::text <> 'utilisation' or is_licensed as is_asked, basis
  from of_person
),
of_basis as (
  select time, back, team, seniority, workflow, tool, case when is_counted then basis end as basis,
         count(*) filter (where is_asked) as people, count(*) filter (where is_counted) as n, count(*) filter (where is_so) as so
  from counted
  group by 1, 2, 3, 4, 5, 6, 7
),
cell as (
  select time, back, team, seniority, workflow, tool, sum(people) as people, sum(n) as n, sum(so) as so,
         -- What most of it is known by.
         (array_agg(basis order by n desc, basis) filter (where basis is not null))[1] as basis
  from of_basis
  group by 1, 2, 3, 4, 5, 6
)
select c.time, c.back::double precision as back, c.team, c.seniority, c.workflow, c.tool, c.basis,
       c.people::double precision as people, c.n::double precision as n, c.so::double precision as so,
       w.n::double precision as whole_n, w.so::double precision as whole_so
from cell c
join cell w on coalesce(w.time, '-infinity') = coalesce(c.time, '-infinity') and w.back = c.back and coalesce(w.team, '') = coalesce(c.team, '')
  and coalesce(w.seniority, '') = coalesce(c.seniority, '') and coalesce(w.workflow, '') = coalesce(c.workflow, '') and w.tool = 'all'
where (:tool::text[] is null or c.tool = any(:tool::text[]))
order by c.time, c.team, c.seniority, c.workflow, c.tool <> 'all', c.tool
