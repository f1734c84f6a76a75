-- Of as_of: a human in a tool, by the newest row of the four weeks up to then. Without a row of the last of them there was no use in 30 days.
-- Marks in git alone (declared) never tell that a seat is not used.
select a.time, a.back, w.workflow, u.tool, u.person_id, u.week_start as last_week, u.team, u.seniority,
       u.coverage >= 2 and (:mode::text <> 'utilisation' or u.basis <> 'declared') as is_known, u.basis,
       coalesce(u.used_week > a.week - case when :window::text = 'four_weeks' or (:window::text = 'auto' and :mode::text <> 'retention')
         then 28 else 7 end, false) as is_active,
       case when u.week_start = a.week then u.band when u.coverage >= 2 then 'zero' else 'unknown' end as band,
       case when u.week_start = a.week and u.coverage >= 2 then u.active_days_30d end as active_days,
       u.week_start = a.week and u.is_seated as is_licensed, u.is_listed
from (
  -- Each row is read once, however many weeks it is the newest of.
  select tool, person_id, week_start, team, seniority, coverage, basis, band, active_days_30d,
         :mode::text in ('licensed', 'utilisation') and week_start in (select week from as_of) and seat_since is not null as is_seated,
         :mode::text in ('licensed', 'utilisation') and is_listed as is_listed,
         max(case when uses > 0 and coverage >= 2 then week_start end) over upto as used_week,
         least(coalesce((lead(week_start) over upto - week_start) / 7, 4), 4) as newest_weeks
  from adoption_week
  where week_start > (select min(week) - 28 from as_of) and week_start <= (select max(week) from as_of)
  window upto as (partition by person_id, tool order by week_start)
) u
cross join generate_series(0, 3) as later(weeks)
join as_of a on a.week = u.week_start + 7 * later.weeks
cross join lateral (
  -- Workflows in which somebody completed something in these weeks, for the tools that count there; not asked for = one row.
  select null::text as workflow where :workflow::text[] is null and not 'workflow' = any(:groupBy::text[])
  union all
  select distinct c.workflow_id
  from workflow_completion c
  where (:workflow::text[] is not null or 'workflow' = any(:groupBy::text[]))
    and c.person_id = u.person_id and c.status = 'ok' and c.week_start > a.week - 28 and c.week_start <= a.week
    and (:workflow::text[] is null or c.workflow_id = any(:workflow::text[]))
    and exists (select from workflow_tool t where t.workflow_id = c.workflow_id and t.tool_id = u.tool)
) w
where later.weeks < u.newest_weeks
