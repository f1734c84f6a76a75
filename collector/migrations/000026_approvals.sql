-- Approvals and tests of all changes are joined once with whatever asks for them, from indexes: a second copy of the facts between them was taken for a
-- hundred times smaller than it is, and what came after it was made row by row.

create view change_approval as
select x.repo_id, x.change_key, max(e.at) filter (where g.repo_id is null) as approved_at
from change_fact x
join change_event e on e.repo_id = x.repo_id and e.change_key = x.change_key and (e.kind = 'approve' or e.kind = 'review' and e.state = 'approved') and e.at <= x.merged_at
join account a on a.account_id = e.account_id
join person p on p.person_id = a.person_id and p.kind = 'human' and p.person_id is distinct from x.responsible_id
left join (git_commit g join account o on o.account_id = g.author_account_id) on g.repo_id = e.repo_id and g.change_key = e.change_key and o.person_id = p.person_id
group by x.repo_id, x.change_key;
comment on view change_approval is 'One row per merged change that a human approved who is not behind it: approved_at, the last such approval until the merge by somebody who wrote none of its commits (null = whoever approved it wrote it, too). One that was dismissed is none.';

create view change_test as
select g.repo_id, g.change_key, case when not bool_or(g.is_refused) then max(g.green_at) end as tested_at, max(g.busy_seconds) as test_seconds, range_agg(g.busy) as test_spans
from (
  select c.repo_id, c.change_key, min(b.finished_at) filter (where b.result = 'success') as green_at,
         bool_or(b.is_required and b.result in ('failure', 'timed_out', 'cancelled', 'action_required')) and not bool_or(b.result in ('success', 'neutral', 'skipped')) as is_refused,
         sum(date_part('epoch', b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds,
         range_agg(tstzrange(b.started_at, b.finished_at)) filter (where b.finished_at >= b.started_at) as busy
  from change c
  join build b on b.repo_id = c.repo_id and b.change_key = c.change_key and coalesce(b.sha = c.head_sha, false) and b.finished_at <= c.merged_at and b.is_required is not false
  group by c.repo_id, c.change_key, b.kind, b.name
) g
group by g.repo_id, g.change_key;
comment on view change_test is 'One row per merged change with pipelines or checks of its last commit until the merge, those that are known not to be required left out: tested_at (all of them had passed; null = none had, or one that is known to be required had not), test_seconds (longest of them, all attempts) and test_spans (when one of them ran).';

create or replace view change_passage as
select f.repo_id, f.change_id, f.change_key, f.merged_at, v.approved_at, t.tested_at, t.test_seconds, t.test_spans
from change_fact f
left join change_approval v on v.repo_id = f.repo_id and v.change_key = f.change_key
left join change_test t on t.repo_id = f.repo_id and t.change_key = f.change_key
where f.author_kind <> 'automation' and f.excluded_reason is null;

create or replace view flow_unit as
select f.repo_id, f.change_id, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       f.zone, f.size, f.first_commit_at, f.first_ready_at, f.merged_at, f.deployed_at, d.started_at as deploy_started_at,
       coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
       case when i.ready_at is not null then 'ready' when i.started_at is not null then 'started' else 'first_commit' end as required_basis,
       least(f.first_ready_at, f.merged_at) as complete_at, v.approved_at, t.tested_at, t.test_seconds,
       x.excluded_reason as deployment_excluded, f.change_key, 60 * w.review_minutes as review_seconds, t.test_spans
from change_fact f
left join change_approval v on v.repo_id = f.repo_id and v.change_key = f.change_key
left join change_test t on t.repo_id = f.repo_id and t.change_key = f.change_key
join repo r on r.repo_id = f.repo_id
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
where f.author_kind <> 'automation' and f.excluded_reason is null;

drop index git_commit_change;
create index git_commit_change on git_commit (repo_id, change_key) include (author_account_id);
create index change_event_approved on change_event (repo_id, change_key) include (at, account_id) where kind = 'approve' or kind = 'review' and state = 'approved';
drop index change_fact_key;
create index change_fact_key on change_fact (repo_id, change_key) include (merged_at, responsible_id);
