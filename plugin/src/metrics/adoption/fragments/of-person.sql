-- Of seen: a human in a group, in each tool and once in all of them (tool = all). A human is in one team: that of the newest row.
select s.time, s.back, s.person_id, t.tool,
       case when 'team' = any(:groupBy::text[]) then s.own_team end as team,
       case when 'seniority' = any(:groupBy::text[]) then s.own_seniority end as seniority,
       case when 'workflow' = any(:groupBy::text[]) then s.workflow end as workflow,
       bool_or(s.is_known) as is_known, bool_or(s.is_known and s.is_active) as is_active,
       bool_or(s.is_licensed) as is_licensed, bool_or(s.is_listed) as is_listed,
       min(s.basis) filter (where s.is_known) as basis,
       -- The highest band of those that are known.
       (array['zero', 'low', 'high', 'unknown'])[
         coalesce(max(array_position(array['zero', 'low', 'high'], s.band)), 4)] as band,
       max(s.active_days) as active_days
from (
  select *, first_value(team) over newest as own_team, first_value(seniority) over newest as own_seniority
  from seen
  window newest as (partition by time, back, person_id order by last_week desc, tool)
) s
cross join lateral (values (s.tool), ('all')) t(tool)
where (:team::text[] is null or s.own_team = any(:team::text[]))
  and (:seniority::text[] is null or s.own_seniority = any(:seniority::text[]))
group by 1, 2, 3, 4, 5, 6, 7
