-- What let a change through, for one change at a time: flow_unit looks at all links of issues too.

create view change_passage as
select f.repo_id, f.change_id, f.change_key, f.merged_at, v.at as approved_at, t.at as tested_at, t.busy_seconds as test_seconds, t.busy as test_spans
from change_fact f
left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key
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
comment on view change_passage is 'One row per merged change that is not of automation and counts: approved_at (last approval by a human who is not behind it, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known), test_seconds (longest of its pipelines and checks, all attempts) and test_spans (when one of them ran; null = none known).';
grant select on change_passage to throughline_reader;

create or replace view flow_unit as
select f.repo_id, f.change_id, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       f.zone, f.size, f.first_commit_at, f.first_ready_at, f.merged_at, f.deployed_at, d.started_at as deploy_started_at,
       coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
       case when i.ready_at is not null then 'ready' when i.started_at is not null then 'started' else 'first_commit' end as required_basis,
       least(f.first_ready_at, f.merged_at) as complete_at, g.approved_at, g.tested_at, g.test_seconds,
       x.excluded_reason as deployment_excluded, f.change_key, 60 * w.review_minutes as review_seconds, g.test_spans
from change_fact f
join change_passage g on g.repo_id = f.repo_id and g.change_id = f.change_id
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
