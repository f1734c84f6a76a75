-- Of as_of: a human in a tool, by the newest row of the four weeks up to then. Without a row of the last of them there was no use in 30 days.
-- Marks in git alone (declared) never tell that a seat is not used.
select a.time, a.back, w.workflow, u.tool, u.person_id, max(u.week_start) as last_week,
       (array_agg(u.team order by u.week_start desc))[1] as team,
       (array_agg(u.seniority order by u.week_start desc))[1] as seniority,
       (array_agg(u.coverage >= 2 and (:mode::text <> 'utilisation' or u.basis <> 'declared') order by u.week_start desc))[1] as is_known,
       (array_agg(u.basis order by u.week_start desc))[1] as basis,
       bool_or(u.uses > 0 and u.coverage >= 2 and (u.week_start = a.week or :window::text = 'four_weeks'
         or (:window::text = 'auto' and :bucket::text in ('month', 'quarter')))) as is_active,
       (array_agg(case when u.week_start = a.week then u.band when u.coverage >= 2 then 'zero' else 'unknown' end order by u.week_start desc))[1] as band,
       max(case when u.week_start = a.week and u.coverage >= 2 then u.active_days_30d end) as active_days,
       bool_or(:mode::text in ('licensed', 'utilisation') and u.week_start = a.week and u.seat_since is not null) as is_licensed,
       bool_or(:mode::text in ('licensed', 'utilisation') and u.is_listed) as is_listed
from as_of a
join adoption_week u on u.week_start > a.week - 28 and u.week_start <= a.week
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
group by a.time, a.back, w.workflow, u.tool, u.person_id
