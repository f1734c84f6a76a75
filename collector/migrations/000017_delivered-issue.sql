-- What is known of an issue is looked up an issue at a time: the planner takes thousands of issues for one and reads all issues for each.

create or replace view delivered_issue as
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
cross join lateral (select i.source, i.project_key, i.seen_at from issue i where i.source = k.source and i.external_id = k.external_id and i.deleted_at is null offset 0) i
left join tracker_project j on j.source = i.source and j.project_key = i.project_key
cross join lateral (
  select n.ready_at, n.ready_basis, n.started_at, n.started_basis, n.bad_order_count, n.unmapped_states from issue_fact n
  where n.source = k.source and n.external_id = k.external_id offset 0
) n
join change_fact f on f.repo_id = k.repo_id and f.change_id = k.change_id
join repo r on r.repo_id = f.repo_id
cross join lateral (
  select coalesce(case when n.ready_at <= k.code_complete_at then n.ready_at end, case when n.started_at <= k.code_complete_at then n.started_at end,
           k.first_commit_at) as required_at,
         case when n.ready_at <= k.code_complete_at then 'ready' when n.started_at <= k.code_complete_at then 'started'
              when k.first_commit_at is not null then 'first_commit' end as required_basis
) q
where f.author_kind <> 'automation' and (i.seen_at < j.listed_at) is not true;
