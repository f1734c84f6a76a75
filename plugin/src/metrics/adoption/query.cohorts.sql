-- grain: one row per (tool, cohort, age)
with first_use as (
  select u.tool, u.person_id, min(u.week_start) as week
  from adoption_week u
  where u.uses > 0 and u.coverage >= 2 and u.week_start <= (:to::timestamptz at time zone :tz::text)::date
    and (:tool::text[] is null or u.tool = any(:tool::text[]))
  group by 1, 2
),
cohort as (
  -- Months by the last day of the first week, as everywhere here.
  select f.tool, f.person_id, f.week, date_trunc('month', f.week + interval '6 days')::date as month
  from first_use f
  -- Whole months: two ranges a week apart have the same people in them, or not the cohort.
  where date_trunc('month', f.week + interval '6 days') - interval '6 days' >= (:from::timestamptz at time zone :tz::text)::date
),
aged as (
  select c.tool, c.month, c.person_id, a.age, c.week + 28 * a.age as first_week
  from cohort c
  cross join generate_series(1, 12) as a(age)
  -- Everybody of a cohort has had these weeks, or nobody is counted: the last of them begin a week before the month ends.
  where (c.month + interval '1 month' - interval '7 days' + (a.age + 1) * interval '28 days') at time zone :tz::text <= :to::timestamptz
),
state as (
  select g.tool, g.month, g.age, g.person_id,
         coalesce(max(u.coverage), 0) >= 2 as is_known, coalesce(bool_or(u.uses > 0 and u.coverage >= 2), false) as is_active
  from aged g
  left join adoption_week u on u.tool = g.tool and u.person_id = g.person_id and u.week_start >= g.first_week and u.week_start < g.first_week + 28
  group by 1, 2, 3, 4
)
select tool, to_char(month, 'YYYY-MM') as cohort, 'week ' || lpad((4 * age)::text, 2, '0') as age, count(*)::double precision as people,
       (count(*) filter (where is_known))::double precision as n, (count(*) filter (where is_active))::double precision as so
from state
group by tool, month, state.age
order by 1, 2, 3
