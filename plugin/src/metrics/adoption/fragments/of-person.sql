-- Of seen: a human in a group, in each tool and once in all of them (tool = all). A human is in one team: that of the newest row.
select s.time, s.back, s.person_id, t.tool,
       case when 'team' = any(:groupBy::text[]) then p.team end as team,
       case when 'seniority' = any(:groupBy::text[]) then p.seniority end as seniority,
       case when 'workflow' = any(:groupBy::text[]) then s.workflow end as workflow,
       bool_or(s.is_known) as is_known, bool_or(s.is_known and s.is_active) as is_active,
       bool_or(s.is_licensed) as is_licensed, bool_or(s.is_listed) as is_listed,
       min(s.basis) filter (where s.is_known) as basis,
       -- The highest band of those that are known.
       (array['zero', 'low', 'high', 'unknown'])[
         coalesce(max(array_position(array['zero', 'low', 'high'], s.band)), 4)] as band,
       max(s.active_days) as active_days
from seen s
join (
  select distinct on (time, back, person_id) time, back, person_id, team, seniority
  from seen
  order by time, back, person_id, last_week desc, tool
) p on p.time is not distinct from s.time and p.back = s.back and p.person_id = s.person_id
cross join lateral (values (s.tool), ('all')) t(tool)
where (:team::text[] is null or p.team = any(:team::text[]))
  and (:seniority::text[] is null or p.seniority = any(:seniority::text[]))
group by 1, 2, 3, 4, 5, 6, 7
