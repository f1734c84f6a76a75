-- grain: one row per (time, team, seniority, tool)
with as_of as materialized (
  -- @include as-of
),
seat_held as (
  -- A seat at that instant. Marks in git alone (declared) never tell that it is idle. 30 days are exact, 60 and 90 are whole weeks: 63 and 91.
  select a.time, a.back, u.tool, u.person_id, u.team, u.seniority,
         u.seat_since <= u.at - make_interval(days => :idle_days::integer) as is_old,
         case when :idle_days::text = '30' then u.coverage >= 2 and u.basis <> 'declared'
           else (select bool_and(b.coverage >= 2 and b.basis <> 'declared') from adoption_week b where b.tool = u.tool and b.person_id = u.person_id
             and b.week_start <= a.week and b.week_start > a.week - case :idle_days::text when '60' then 63 else 91 end) end as is_known,
         case when :idle_days::text = '30' then u.uses_30d
           else (select sum(b.uses) from adoption_week b where b.tool = u.tool and b.person_id = u.person_id
             and b.week_start <= a.week and b.week_start > a.week - case :idle_days::text when '60' then 63 else 91 end) end as uses
  from as_of a
  join adoption_week u on u.week_start = a.week and u.seat_since is not null
  where (:team::text[] is null or u.team = any(:team::text[])) and (:seniority::text[] is null or u.seniority = any(:seniority::text[]))
),
of_seat as materialized (
  select h.time, h.back, h.person_id, t.tool, is_old, is_known,
         case when 'team' = any(:groupBy::text[]) then h.team end as team,
         case when 'seniority' = any(:groupBy::text[]) then h.seniority end as seniority,
         h.is_old and h.is_known as is_counted, h.is_old and h.is_known and h.uses = 0 as is_idle
  from seat_held h
  cross join lateral (values (h.tool), ('all')) t(tool)
),
cell as (
  select time, back, team, seniority, tool, count(*) as seats, count(*) filter (where not is_old) as young,
         count(*) filter (where is_old and not is_known) as unknown,
         count(*) filter (where is_counted) as n, count(*) filter (where is_idle) as so,
         count(distinct person_id) filter (where is_counted) as people,
         count(distinct person_id) filter (where is_idle) as so_people,
         count(distinct person_id) filter (where is_counted and not is_idle) as other_people
  from of_seat
  group by 1, 2, 3, 4, 5
)
select c.time, c.back::double precision as back, c.team, c.seniority, null::text as workflow, c.tool,
       c.seats::double precision as seats, c.young::double precision as young, c.unknown::double precision as unknown,
       c.n::double precision as n, c.so::double precision as so, c.people::double precision as people,
       c.so_people::double precision as so_people, c.other_people::double precision as other_people,
       r.so_people::double precision as rest_so_people, r.other_people::double precision as rest_other_people
from cell c
cross join lateral (
  -- Who has a seat of another tool: what the row of all tools tells beside this one.
  select count(distinct o.person_id) filter (where o.is_idle) as so_people,
         count(distinct o.person_id) filter (where o.is_counted and not o.is_idle) as other_people
  from of_seat o
  where c.tool <> 'all' and o.tool not in (c.tool, 'all') and coalesce(o.time, '-infinity') = coalesce(c.time, '-infinity') and o.back = c.back
    and coalesce(o.team, '') = coalesce(c.team, '') and coalesce(o.seniority, '') = coalesce(c.seniority, '')
) r
where (:tool::text[] is null or c.tool = any(:tool::text[]))
order by c.time, c.team, c.seniority, c.tool <> 'all', c.tool
