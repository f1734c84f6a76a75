-- What a sprint or cycle committed to and delivered, as it stood at its end: what is reopened, or done again, afterwards changes nothing of it.

create or replace view cycle_issue as
select c.source, c.cycle_id, c.project_key, c.title, c.starts_at, c.ends_at, c.completed_at, s.external_id, i.kind, i.type, i.estimate,
       b.is_committed, coalesce(o.outcome <> 'before' and not b.is_committed, false) as is_added, not m.is_in_at_end as is_removed,
       coalesce(o.outcome = 'delivered', false) as is_delivered, m.first_added_at, f.done_at, m.method, f.bad_order_count > 0 as is_bad_order, o.outcome
from cycle c
cross join lateral (select coalesce(c.completed_at, c.ends_at, 'infinity'::timestamptz) as at) e
join issue_cycle s on s.source = c.source and s.cycle_id = c.cycle_id
join issue i on i.source = c.source and i.external_id = s.external_id
join issue_fact f on f.source = i.source and f.external_id = i.external_id
-- How it stood when the sprint began, and since when it was over when that ended.
cross join lateral (
  select coalesce(bool_or(g.began_at <= c.starts_at and coalesce(g.ended_at > c.starts_at, true)), false)
           or coalesce(least(f.done_at, f.cancelled_at) <= c.starts_at, false) as was_over,
         coalesce(case when f.done_at <= e.at then f.done_at end,
           max(g.began_at) filter (where g.stage = 'done' and g.began_at <= e.at and coalesce(g.ended_at > e.at, true))) as done_since,
         coalesce(case when f.cancelled_at <= e.at then f.cancelled_at end,
           max(g.began_at) filter (where g.stage = 'cancelled' and g.began_at <= e.at and coalesce(g.ended_at > e.at, true))) as cancelled_since
  from issue_stage g where g.source = i.source and g.external_id = i.external_id and g.stage in ('done', 'cancelled')) t
cross join lateral (
  select min(x.added_at) as first_added_at, (array_agg(x.method order by x.added_at))[1] as method,
         coalesce(bool_or(x.added_at <= c.starts_at and coalesce(x.removed_at > c.starts_at, true)), false) as is_in_at_start,
         -- What is carried over when a cycle is closed leaves it then: it was in it to the end.
         bool_or(x.added_at <= e.at and coalesce(x.removed_at >= e.at, true)) as is_in_at_end,
         coalesce(bool_or(x.added_at <= t.done_since and coalesce(x.removed_at >= t.done_since, true)), false) as is_in_when_done
  from issue_cycle x where x.source = s.source and x.external_id = s.external_id and x.cycle_id = s.cycle_id) m
cross join lateral (select m.is_in_at_start and not t.was_over as is_committed) b
cross join lateral (
  select case
    when c.starts_at is null then null
    when t.done_since > c.starts_at and (m.is_in_when_done or m.is_in_at_end) then 'delivered'
    when coalesce(t.done_since, t.cancelled_since) <= c.starts_at then 'before'
    when not m.is_in_at_end then 'removed'
    when t.cancelled_since is not null then 'cancelled'
    else 'carried_over'
  end as outcome) o
where s.added_at = m.first_added_at and m.first_added_at <= e.at;
comment on view cycle_issue is 'One row per sprint or cycle and issue that was in it before its end: is_committed (in it when it started, and neither done nor given up by then), is_added (put into it, or reopened, later), is_removed (taken out before its end), is_delivered (done within it, and still so at its end). outcome as of its end: delivered | removed | cancelled (given up) | carried_over (still open) | before (it was over when the sprint began, and stayed so); null = the sprint was not started, and has no commitment. Epics and sub-tasks stand in it as what they are (kind).';

create view sprint_issue as
select c.source, c.cycle_id, coalesce(nullif(trim(c.title), ''), c.cycle_id) as sprint, coalesce(nullif(c.project_key, ''), 'unknown') as project,
       c.completed_at as ended_at, c.external_id, c.is_committed, c.outcome, c.is_bad_order as is_disordered, p.person_id,
       coalesce(m.team_id, 'unknown') as team
from cycle_issue c
join issue i on i.source = c.source and i.external_id = c.external_id
left join tracker_project j on j.source = i.source and j.project_key = i.project_key
left join account_person a on a.account_id = i.assignee_account_id and c.completed_at >= a.valid_from and c.completed_at < a.valid_to
left join person p on p.person_id = a.person_id and p.kind = 'human'
left join lateral (
  select m.team_id from membership m
  where m.person_id = p.person_id and m.is_primary and m.valid_from <= c.completed_at and (m.valid_to is null or m.valid_to > c.completed_at)
  order by m.valid_from desc limit 1
) m on true
where c.completed_at >= c.starts_at
  -- Of what was read after its end alone is it known what was done in it.
  and c.completed_at <= coalesce(
    (select min(coalesce(s.watermark, '-infinity')) from stream_state s where split_part(s.stream_id, '/', 1) = c.source and split_part(s.stream_id, '/', 2) = 'issues'),
    (select complete_until from data_clock))
  and c.outcome <> 'before' and c.kind <> 'epic' and i.deleted_at is null and (i.seen_at < j.listed_at) is not true
  and not (c.kind = 'sub_task' and exists (
    select from issue_cycle x
    join issue h on h.source = x.source and h.external_id = x.external_id and h.kind = 'issue'
    where x.source = i.source and x.external_id = i.parent_id and x.cycle_id = c.cycle_id and x.added_at <= c.completed_at));
comment on view sprint_issue is 'One row per sprint or cycle that is over and issue that it is judged by (cycle_issue): deleted ones, epics, sub-tasks of an issue that was in the same sprint, and what was over before it began are left out. is_committed, and outcome as of the end: delivered | removed | cancelled | carried_over. ended_at: when it was closed; one that is not, or whose end is later than its issues were read to, is not there. is_disordered = a time in the history of the issue goes back. Who is behind it: person_id (the human that it is assigned to; null = nobody known) and the team of that human at the end.';
grant select on sprint_issue to throughline_reader;
