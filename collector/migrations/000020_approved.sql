-- A change is approved by nobody who wrote its commits, and its required checks have not passed where one of them never did.

create or replace view change_passage as
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
    and not exists (
      select from git_commit g
      join account o on o.account_id = g.author_account_id
      where g.repo_id = f.repo_id and g.change_key = f.change_key and o.person_id = p.person_id)
) v
cross join lateral (
  select case when not bool_or(g.is_refused) then max(g.green_at) end as at, max(g.busy_seconds) as busy_seconds, range_agg(g.busy) as busy
  from (
    select min(b.finished_at) filter (where b.result = 'success') as green_at,
           -- Where nobody says which checks are required, one that never passed held nothing up.
           bool_or(b.is_required and b.result in ('failure', 'timed_out', 'cancelled', 'action_required')) and not bool_or(b.result in ('success', 'neutral', 'skipped')) as is_refused,
           sum(date_part('epoch', b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds,
           range_agg(tstzrange(b.started_at, b.finished_at)) filter (where b.finished_at >= b.started_at) as busy
    from build b
    where b.repo_id = f.repo_id and b.change_key = f.change_key and b.sha = c.head_sha and b.finished_at <= f.merged_at and b.is_required is not false
    group by b.kind, b.name
  ) g
) t
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view change_passage is 'One row per merged change that is not of automation and counts: approved_at (last approval by a human who neither is behind it nor wrote one of its commits, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known, or one that is known to be required had not), test_seconds (longest of its pipelines and checks, all attempts) and test_spans (when one of them ran; null = none known).';
