-- What working beside others costs a change: conflicts with its base, the merge queue, and pipelines of commits that only merge the base into it.

create table change_watch (
  repo_id integer not null,
  change_key text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  look_count integer not null check (look_count > 0),
  primary key (repo_id, change_key)
);
comment on table change_watch is 'One row per change of which its forge said, while it was open, whether it conflicts with its base. Conflicts of others are not known.';
comment on column change_watch.repo_id is 'Repository.';
comment on column change_watch.change_key is 'Change.';
comment on column change_watch.first_at is 'First look at which the forge said so.';
comment on column change_watch.last_at is 'Last such look.';
comment on column change_watch.look_count is 'Such looks: what came and went between two of them was not seen.';

create table change_coordination (
  repo_id integer not null,
  change_id bigint not null,
  change_key text not null,
  conflict_count integer not null,
  conflict_minutes double precision not null,
  queue_count integer not null,
  ejection_count integer not null,
  primary key (repo_id, change_id)
);
comment on table change_coordination is 'One row per merged change that was seen in conflict with its base, or that stood in a merge queue (automation left out).';
comment on column change_coordination.repo_id is 'Repository.';
comment on column change_coordination.change_id is 'Change (change_fact.change_id).';
comment on column change_coordination.change_key is 'Number.';
comment on column change_coordination.conflict_count is 'Conflicts that were seen until the merge.';
comment on column change_coordination.conflict_minutes is 'Business minutes of its team in conflict: from each look that saw one to the next that did not, or to the end of the change.';
comment on column change_coordination.queue_count is 'How often it came into a merge queue (merge train).';
comment on column change_coordination.ejection_count is 'How often it was put out of it without being merged, other than by somebody who took it out.';
create index change_coordination_key on change_coordination (repo_id, change_key);

comment on table change_event is 'One row per event of a change: ready, draft, review_requested, review, comment, push, approve, dismiss, conflict_on and conflict_off (a look saw, or did not see any more, that it conflicts with its base), merge_queued, merge_unqueued, auto_merge, reopened, closed, merged, review_comment (in the diff).';
comment on column change_event.state is 'Of a review approved | changes_requested | commented | dismissed; of a comment in the diff reply, or of the first of its thread open | resolved | outdated (its lines were changed since) | resolved_outdated; of merge_unqueued merged | taken_out (somebody did) | put_out (checks, a conflict, the queue itself). Null = of another kind, or the source does not tell.';

create view coordination_unit as
select f.repo_id, f.change_id, f.change_key, f.merged_at, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service,
       f.pr_class, f.code_source, f.seniority, f.zone, f.size, w.change_key is not null as is_watched,
       case when w.change_key is not null then coalesce(o.conflict_count, 0) end as conflict_count,
       case when w.change_key is not null then coalesce(o.conflict_minutes, 0) end as conflict_minutes,
       date_part('epoch', w.last_at - w.first_at) / nullif(w.look_count - 1, 0) / 60 as look_minutes,
       nullif(o.queue_count, 0) as queue_count, case when o.queue_count > 0 then o.ejection_count end as ejection_count
from change_fact f
join repo r on r.repo_id = f.repo_id
left join change_watch w on w.repo_id = f.repo_id and w.change_key = f.change_key and w.first_at <= f.merged_at
left join change_coordination o on o.repo_id = f.repo_id and o.change_id = f.change_id
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view coordination_unit is 'One row per merged change that is not of automation and counts: conflicts with its base and business minutes of them (null = nobody looked while it was open), mean minutes between looks (null = fewer than two), how often it came into a merge queue and was put out of it (null = it never was in one); who is behind it (person_id; null = nobody known) and its dimensions.';
grant select on coordination_unit to throughline_reader;

create view rebase_unit as
select f.repo_id, f.change_id, f.change_key, f.merged_at, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service,
       f.pr_class, f.code_source, f.seniority, f.zone, f.size, b.base_seconds
from change_fact f
join repo r on r.repo_id = f.repo_id
left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key and c.kind = 'pull_request' and c.base_branch is not null
  and not exists (select from change_event e where e.repo_id = f.repo_id and e.change_key = f.change_key and e.kind = 'push')
cross join lateral (
  select case when count(*) > 0 then coalesce(sum(date_part('epoch', n.finished_at - n.started_at)) filter (
           where n.finished_at >= n.started_at and g.is_merge and (starts_with(g.subject, 'Merge branch ''' || c.base_branch || '''')
             or starts_with(g.subject, 'Merge remote-tracking branch ''origin/' || c.base_branch || ''''))), 0) end as base_seconds
  from git_commit g
  join build n on n.repo_id = g.repo_id and n.sha = g.sha and n.kind = 'run'
  where c.change_key is not null and g.repo_id = c.repo_id and g.change_key = c.change_key and g.sha is distinct from c.merge_sha
) b
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view rebase_unit is 'One row per merged change that is not of automation and counts: base_seconds = time that pipelines took, all attempts, of its commits that only merge its base branch into it, as git names such commits. Null = no pipeline of its own commits is known, or some of them were pushed away (a rebase leaves no trace of the commits before it). Who is behind it (person_id; null = nobody known) and its dimensions.';
grant select on rebase_unit to throughline_reader;
