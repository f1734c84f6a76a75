-- Flow by change with what was worked on, and flow by issue.

create or replace view flow_unit as
select f.repo_id, f.change_id, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       f.zone, f.size, f.first_commit_at, f.first_ready_at, f.merged_at, f.deployed_at, d.started_at as deploy_started_at,
       coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
       case when i.ready_at is not null then 'ready' when i.started_at is not null then 'started' else 'first_commit' end as required_basis,
       least(f.first_ready_at, f.merged_at) as complete_at, v.at as approved_at, t.at as tested_at, t.busy_seconds as test_seconds,
       x.excluded_reason as deployment_excluded, f.change_key, 60 * w.review_minutes as review_seconds, t.busy as test_spans
from change_fact f
join repo r on r.repo_id = f.repo_id
left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key
left join change_review w on w.repo_id = f.repo_id and w.change_id = f.change_id
left join deployment d on d.deployment_id = f.deployment_id
left join deployment_fact x on x.deployment_id = f.deployment_id
left join (
  select l.repo_id, l.change_key, min(n.ready_at) filter (where n.ready_at <= m.first_ready_at) as ready_at,
         min(n.started_at) filter (where n.started_at <= m.first_ready_at) as started_at
  from issue_change l
  join issue o on o.source = l.source and o.external_id = l.external_id and o.kind <> 'epic'
  join issue_fact n on n.source = l.source and n.external_id = l.external_id and n.bad_order_count = 0
  join change m on m.repo_id = l.repo_id and m.change_key = l.change_key
  where not l.is_ambiguous
  group by 1, 2
) i on i.repo_id = f.repo_id and i.change_key = f.change_key
cross join lateral (
  select max(e.at) as at
  from change_event e
  join account a on a.account_id = e.account_id
  join person p on p.person_id = a.person_id and p.kind = 'human'
  where e.repo_id = f.repo_id and e.change_key = f.change_key and (e.kind = 'approve' or e.kind = 'review' and e.state = 'approved')
    and e.at <= f.merged_at and p.person_id is distinct from f.responsible_id
) v
cross join lateral (
  select max(g.green_at) as at, max(g.busy_seconds) as busy_seconds, range_agg(g.busy) as busy
  from (
    select min(b.finished_at) filter (where b.result = 'success') as green_at,
           sum(date_part('epoch', b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds,
           range_agg(tstzrange(b.started_at, b.finished_at)) filter (where b.finished_at >= b.started_at) as busy
    from build b
    where b.repo_id = f.repo_id and b.change_key = f.change_key and b.sha = c.head_sha and b.finished_at <= f.merged_at and b.is_required is not false
    group by b.kind, b.name
  ) g
) t
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view flow_unit is 'One row per merged change that is not of automation and counts, with the instants between its stages: required_at (required_basis: ready or started = so says an issue that is linked to it, at the latest when its code was complete; else its first_commit), complete_at (first ready for review), approved_at (last approval by a human who is not behind it, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known), deployed_at. Null = not known. test_seconds: longest of its pipelines and checks, all attempts. deployment_excluded: as merged_unit. What was worked on: review_seconds (estimate, see change_review.review_minutes; null = not reviewed), test_spans (when one of its pipelines and checks ran; null = none known), from deploy_started_at to deployed_at.';

create view issue_part as
select l.source, coalesce(p.external_id, i.external_id) as external_id, l.repo_id, l.change_key
from issue_change l
join issue i on i.source = l.source and i.external_id = l.external_id and i.kind <> 'epic'
left join issue p on p.source = i.source and p.external_id = i.parent_id and i.kind = 'sub_task' and p.kind = 'issue'
where not l.is_ambiguous
group by 1, 2, 3, 4;
comment on view issue_part is 'One row per issue and change that is a part of it: what is linked to a sub-task is a part of the issue that holds it. Epics have no changes of their own; a link that counts for none (issue_change.is_ambiguous) is left out.';

create view delivered_issue as
select k.source, k.external_id, k.repo_ids, k.change_keys, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class,
       f.code_source, f.seniority, f.zone, f.size, k.first_commit_at, k.code_complete_at, k.merged_at, k.deployed_at,
       q.required_at, q.required_basis, n.bad_order_count > 0 as is_disordered, k.excluded_reason,
       n.unmapped_states = '{}' and coalesce(n.ready_basis = 'state' or n.started_basis = 'state', false) as is_mapped,
       coalesce(n.bad_order_count = 0 and k.excluded_reason is null and q.required_at is not null and k.code_complete_at is not null and k.first_commit_at <= k.merged_at
         and k.merged_at <= k.deployed_at, false) as is_whole
from (
  select p.source, p.external_id, array_agg(p.repo_id order by p.repo_id, p.change_key) as repo_ids, array_agg(p.change_key order by p.repo_id, p.change_key) as change_keys, min(m.first_commit_at) as first_commit_at,
         case when bool_and(m.first_ready_at is not null) then max(least(m.first_ready_at, m.merged_at)) end as code_complete_at,
         max(m.merged_at) as merged_at, max(m.deployed_at) as deployed_at,
         min(coalesce(m.excluded_reason, d.excluded_reason)) as excluded_reason,
         (array_agg(m.repo_id order by coalesce(m.effective_added, 0) + coalesce(m.effective_deleted, 0) desc, m.merged_at desc, m.repo_id, m.change_id))[1] as repo_id,
         (array_agg(m.change_id order by coalesce(m.effective_added, 0) + coalesce(m.effective_deleted, 0) desc, m.merged_at desc, m.repo_id, m.change_id))[1] as change_id
  from issue_part p
  left join change c on c.repo_id = p.repo_id and c.change_key = p.change_key
  left join change_fact m on m.repo_id = p.repo_id and m.change_key = p.change_key
  left join deployment_fact d on d.deployment_id = m.deployment_id
  where m.change_id is not null or c.closed_at is null
  group by 1, 2
  having bool_and(m.deployed_at is not null)
) k
join issue i on i.source = k.source and i.external_id = k.external_id and i.deleted_at is null
left join tracker_project j on j.source = i.source and j.project_key = i.project_key
join issue_fact n on n.source = k.source and n.external_id = k.external_id
join change_fact f on f.repo_id = k.repo_id and f.change_id = k.change_id
join repo r on r.repo_id = f.repo_id
cross join lateral (
  select coalesce(case when n.ready_at <= k.code_complete_at then n.ready_at end, case when n.started_at <= k.code_complete_at then n.started_at end,
           k.first_commit_at) as required_at,
         case when n.ready_at <= k.code_complete_at then 'ready' when n.started_at <= k.code_complete_at then 'started'
              when k.first_commit_at is not null then 'first_commit' end as required_basis
) q
where f.author_kind <> 'automation' and (i.seen_at < j.listed_at) is not true;
comment on view delivered_issue is 'One row per issue whose changes are all in production (those that were closed unmerged are none; deleted issues, and those whose largest change is of automation, are left out). Its largest change by effective lines, of equal ones the later, stands for it: who is behind it (person_id; null = nobody known) and its dimensions. required_at: when it was ready (required_basis ready), else started, each until its code was complete, else its first commit; when it was opened says nothing. repo_ids and change_keys: its changes, pair by pair. is_disordered = a time in its history goes back: it is counted and never timed. is_mapped = every state that it was in maps to a stage, and one says when it was ready or started. excluded_reason: why one of its changes or their deployments counts for nothing, and so the issue; null = it counts. is_whole = it counts, and every stage has its ends, in order.';

grant select on issue_unit, delivered_issue to throughline_reader;
grant select (unmapped_states) on issue_fact to throughline_reader;
