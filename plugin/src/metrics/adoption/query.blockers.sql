-- grain: one row per (team, seniority, tool, reason)
with as_of as materialized (
  -- @include as-of
),
holder as (
  select u.tool, u.person_id, u.team, u.seniority
  from as_of a
  join adoption_week u on u.week_start = a.week and u.seat_since <= u.at - interval '30 days' and u.coverage >= 2 and u.basis <> 'declared' and u.uses_30d = 0
  where a.back = 0 and (:tool::text[] is null or u.tool = any(:tool::text[]))
    and (:team::text[] is null or u.team = any(:team::text[])) and (:seniority::text[] is null or u.seniority = any(:seniority::text[]))
)
-- No survey asks for reasons yet, so there is one: not asked.
select case when 'team' = any(:groupBy::text[]) then team end as team, case when 'seniority' = any(:groupBy::text[]) then seniority end as seniority,
       tool, 'not asked' as reason, count(distinct person_id)::double precision as n
from holder
group by 1, 2, 3
order by 1, 2, 3
