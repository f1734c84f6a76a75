-- grain: one row per (group, sprint where rows are by sprint)
-- A group (cell) is the start of its bucket (epoch seconds, absent for none), then its team where it is grouped by; joined by chr(31).
with issue as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.ended_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then u.team end) as cell,
         case when :rows::text = 'sprint' and :bucket::text = 'week' then u.project end as project,
         case when :rows::text = 'sprint' and :bucket::text = 'week' then u.sprint end as sprint,
         u.source, u.cycle_id, u.person_id, u.is_committed, u.outcome, u.is_disordered
  from sprint_issue u
  where u.ended_at >= :from::timestamptz and u.ended_at < :to::timestamptz
    and (:team::text[] is null or u.team = any(:team::text[]))
  offset 0
),
unit as (select * from issue where not is_disordered),
-- Issues of a sprint are done or left together.
by_sprint as (
  select cell, project, sprint, count(*) filter (where is_committed) as committed, count(*) filter (where is_committed and outcome = 'delivered') as delivered,
         count(*) filter (where is_committed and outcome = 'carried_over') as carried_over, count(*) filter (where is_committed and outcome = 'removed') as removed,
         count(*) filter (where is_committed and outcome = 'cancelled') as cancelled, count(*) filter (where not is_committed) as added,
         count(*) filter (where not is_committed and outcome = 'delivered') as delivered_added
  from unit
  group by cell, project, sprint, source, cycle_id
),
by_person as (
  select cell, project, sprint, person_id, count(*) as n, count(*) filter (where is_committed) as committed
  from unit
  group by cell, project, sprint, person_id
),
people as (
  select cell, project, sprint, sum(n) as n, count(person_id) as n_dev, max(n) filter (where person_id is not null) / sum(n) as one_person_share,
         count(person_id) filter (where committed > 0) as n_dev_committed,
         max(committed) filter (where person_id is not null) / nullif(sum(committed), 0) as one_person_share_committed
  from by_person
  group by cell, project, sprint
),
sums as (
  select cell, project, sprint, count(*) as sprints, sum(committed) as committed, sum(delivered) as delivered, sum(carried_over) as carried_over,
         sum(removed) as removed, sum(cancelled) as cancelled, sum(added) as added, sum(delivered_added) as delivered_added,
         string_agg(delivered || ':' || committed, ',' order by committed, delivered) as each
  from by_sprint
  group by cell, project, sprint
),
disordered as (select cell, project, sprint, count(*) as n from issue where is_disordered group by cell, project, sprint)
select s.cell, s.project, s.sprint, s.sprints::double precision as sprints, s.committed::double precision as committed, s.delivered::double precision as delivered,
       s.carried_over::double precision as carried_over, s.removed::double precision as removed, s.cancelled::double precision as cancelled,
       s.added::double precision as added, s.delivered_added::double precision as delivered_added, s.each, p.n::double precision as n,
       p.n_dev::double precision as n_dev, p.one_person_share::double precision as one_person_share, p.n_dev_committed::double precision as n_dev_committed,
       p.one_person_share_committed::double precision as one_person_share_committed, coalesce(d.n, 0)::double precision as disordered_n,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from sums s
join people p on p.cell = s.cell and p.project is not distinct from s.project and p.sprint is not distinct from s.sprint
left join disordered d on d.cell = s.cell and d.project is not distinct from s.project and d.sprint is not distinct from s.sprint
order by s.cell, s.project, s.sprint
