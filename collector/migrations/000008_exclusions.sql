-- Exclusions: what throughline.yaml says does not count (a freeze, holidays, bad data), kept with when it was said and when it was taken back.

create table exclusion (
  exclusion_id bigint generated always as identity primary key,
  kind text not null check (kind in ('freeze', 'holiday', 'bad_data')),
  first_day date not null,
  last_day date not null,
  time_zone text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  facts text[] not null default '{}' check (facts <@ '{changes,deployments,incidents,builds}' and (kind = 'bad_data') = (facts <> '{}')),
  teams text[] not null default '{}',
  services text[] not null default '{}',
  repos text[] not null default '{}',
  is_everywhere boolean not null generated always as (teams = '{}' and services = '{}' and repos = '{}') stored,
  reason text not null,
  declared_by text,
  declared_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  check (last_day >= first_day and ended_at > started_at)
);
comment on table exclusion is 'One row per period that the configuration (exclusions) says not to count, and per time it said so: a row is never changed but for its end, so who looks back sees what held when. In force are those without withdrawn_at.';
comment on column exclusion.exclusion_id is 'Number of the row.';
comment on column exclusion.kind is 'freeze (nothing may be deployed: its days are no days of delivery, alerts are silent) | holiday (closed on the business clock of its teams) | bad_data (units of facts in it count for nothing).';
comment on column exclusion.first_day is 'First day, a local date in time_zone.';
comment on column exclusion.last_day is 'Last day, which is in it.';
comment on column exclusion.time_zone is 'IANA zone of its days; holidays are days in the zone of each team.';
comment on column exclusion.started_at is 'Midnight of first_day in time_zone.';
comment on column exclusion.ended_at is 'Midnight after last_day in time_zone; not in it.';
comment on column exclusion.facts is 'Of bad_data, whose units are left out: changes (by merged_at), deployments (by finished_at), incidents (by started_at), builds (by finished_at). Empty for the other kinds.';
comment on column exclusion.teams is 'Teams that it is for, those below them too. A unit is meant that is of one of teams, services or repos.';
comment on column exclusion.services is 'Services that it is for.';
comment on column exclusion.repos is 'Repositories that it is for (repo.slug).';
comment on column exclusion.is_everywhere is 'It names no team, service or repository: it is for all.';
comment on column exclusion.reason is 'Why, as written there.';
comment on column exclusion.declared_by is 'Who decided it, as written there; null = nobody is named.';
comment on column exclusion.declared_at is 'When a derivation first found it in the configuration.';
comment on column exclusion.withdrawn_at is 'When a derivation no longer found it there; null = in force.';
create index exclusion_in_force on exclusion (kind, started_at) where withdrawn_at is null;

create function excluded_reason(fact text, at timestamptz, team text, service text, repo text) returns text
language sql stable set search_path from current as $$
  select e.reason from exclusion e
  where e.kind = 'bad_data' and e.withdrawn_at is null and fact = any(e.facts) and at >= e.started_at and at < e.ended_at
    and (e.is_everywhere or team = any(e.teams) or service = any(e.services) or repo = any(e.repos))
  order by e.started_at, e.ended_at, e.reason limit 1
$$;
comment on function excluded_reason is 'Why a unit of a fact (changes | deployments | incidents | builds) counts for nothing: the bad data that began first; null = it counts.';

create function frozen_minutes(since timestamptz, until timestamptz, team text, service text, repo text) returns double precision
language sql stable set search_path from current as $$
  select coalesce(sum(date_part('epoch', upper(p) - lower(p)) / 60), 0)
  from (
    select range_agg(tstzrange(e.started_at, e.ended_at)) * tstzmultirange(tstzrange(since, greatest(until, since))) as periods
    from exclusion e
    where e.kind = 'freeze' and e.withdrawn_at is null and e.started_at < until and e.ended_at > since
      and (e.is_everywhere or team = any(e.teams) or service = any(e.services) or repo = any(e.repos))
  ) f cross join unnest(f.periods) as p
$$;
comment on function frozen_minutes is 'Minutes of an interval in which a freeze held for a team, service or repository; what two freezes share counts once.';

alter table change_fact add column excluded_reason text;
comment on column change_fact.excluded_reason is 'Why it counts for nothing: the reason of the bad data that it was merged in (exclusion.reason); null = it counts.';
alter table deployment_fact add column excluded_reason text;
comment on column deployment_fact.excluded_reason is 'Why it counts for nothing: the reason of the bad data that it finished in (exclusion.reason); null = it counts. What later ones ship is told from it all the same.';
alter table incident_link add column excluded_reason text;
comment on column incident_link.excluded_reason is 'Why the incident counts for nothing: the reason of the bad data that it began in (exclusion.reason); null = it counts.';
create index incident_link_excluded on incident_link (incident_id) where excluded_reason is not null;

create or replace view merged_unit as
select f.repo_id, f.change_id, f.merged_at, f.first_commit_at, f.created_at, f.first_ready_at, f.first_review_at, f.review_rounds, f.deployed_at,
       f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source, f.seniority, f.zone,
       f.size, f.is_assumed, f.confidence, f.effective_added, f.marked_tools, f.proven_by, f.proven_ai, f.proven_tools,
       case when f.tools <> '{}' then f.tools when f.code_source = 'human' then '{none}' else '{unknown}' end as counted_tools,
       d.excluded_reason as deployment_excluded
from change_fact f
join repo r on r.repo_id = f.repo_id
left join deployment_fact d on d.deployment_id = f.deployment_id
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view merged_unit is 'One row per merged change that is not of automation and counts (change_fact.excluded_reason): who is behind it (person_id; null = nobody known), its dimensions, the tools that it counts for (none = human, unknown = no tool named), its marks and what knows better than they. deployment_excluded: why its deployment counts for nothing, so that its time to production does neither; null = it counts.';

create or replace view review_unit as
select f.repo_id, f.change_id, f.merged_at, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class,
       f.code_source, f.seniority, f.zone, f.size, f.review_rounds, f.effective_added + f.effective_deleted as line_count,
       v.is_reviewed, v.is_self_merged, v.wait_minutes, v.elapsed_minutes, v.review_minutes, v.comment_count, v.is_blocked, v.is_stamp,
       v.is_cross_team, v.explanation, v.is_ai_reviewed, v.ai_comment_count, v.ai_changed_count, v.ai_settled_count, v.program_review_count
from change_fact f
join repo r on r.repo_id = f.repo_id
join change_review v on v.repo_id = f.repo_id and v.change_id = f.change_id
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view review_unit is 'One row per row of change_review whose change is not of automation and counts, with who is behind the change (person_id; null = nobody known), its dimensions and its effective lines added and deleted (null = not measured).';

create or replace view flow_unit as
select f.repo_id, f.change_id, f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       f.zone, f.size, f.first_commit_at, f.first_ready_at, f.merged_at, f.deployed_at, d.started_at as deploy_started_at,
       coalesce(i.ready_at, i.started_at, f.first_commit_at) as required_at,
       case when i.ready_at is not null then 'ready' when i.started_at is not null then 'started' else 'first_commit' end as required_basis,
       least(f.first_ready_at, f.merged_at) as complete_at, v.at as approved_at, t.at as tested_at, t.busy_seconds as test_seconds,
       x.excluded_reason as deployment_excluded
from change_fact f
join repo r on r.repo_id = f.repo_id
left join change c on c.repo_id = f.repo_id and c.change_key = f.change_key
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
  select max(g.green_at) as at, max(g.busy_seconds) as busy_seconds
  from (
    select min(b.finished_at) filter (where b.result = 'success') as green_at,
           sum(date_part('epoch', b.finished_at - b.started_at)) filter (where b.finished_at >= b.started_at) as busy_seconds
    from build b
    where b.repo_id = f.repo_id and b.change_key = f.change_key and b.sha = c.head_sha and b.finished_at <= f.merged_at and b.is_required is not false
    group by b.kind, b.name
  ) g
) t
where f.author_kind <> 'automation' and f.excluded_reason is null;
comment on view flow_unit is 'One row per merged change that is not of automation and counts, with the instants between its stages: required_at (required_basis: ready or started = so says an issue that is linked to it, at the latest when its code was complete; else its first_commit), complete_at (first ready for review), approved_at (last approval by a human who is not behind it, until the merge; one that was dismissed is none; null = none), tested_at (all required checks of its last commit had passed, before the merge; null = none known), deployed_at. Null = not known. test_seconds: longest of its pipelines and checks, all attempts. deployment_excluded: as merged_unit.';

create or replace view build_attempt as
select r.slug as repo, coalesce(r.service_id, r.slug) as service, b.kind, b.name, b.source, b.external_id, b.sha, b.attempt, b.queued_at, b.started_at,
       b.finished_at, b.result
from build b
join repo r on r.repo_id = b.repo_id
where not exists (
  select from exclusion e
  where e.kind = 'bad_data' and e.withdrawn_at is null and 'builds' = any(e.facts) and b.finished_at >= e.started_at and b.finished_at < e.ended_at
    and (e.is_everywhere or r.owner_team_id = any(e.teams) or coalesce(r.service_id, r.slug) = any(e.services) or r.slug = any(e.repos))
);
comment on view build_attempt is 'One row per row of build that did not finish in bad data, with its place, and nobody who stands behind it.';

create or replace view incident_unit as
select i.incident_id, coalesce(i.service_id, 'unknown') as service, i.severity, i.is_security, i.started_at, i.acknowledged_at, i.resolved_at,
       coalesce(f.code_source, 'unknown') as code_source, l.method
from incident i
left join incident_link l on l.incident_id = i.incident_id
left join change_fact f on f.repo_id = l.repo_id and f.change_id = l.change_id
where coalesce(i.environment, 'production') = 'production' and l.excluded_reason is null;
comment on view incident_unit is 'One row per incident in production that did not begin in bad data, with the code source of the change that caused it (unknown = no change is known), and nobody who stands behind it.';

create view reported_deployment as
select d.deployment_id, d.service_id, d.environment, d.repo_id, d.team_id, d.finished_at, d.kind,
       d.is_first_of_service, d.is_failed, d.failure_methods, d.is_rework, d.recovered_at, d.recovery_basis, d.cause_repo_id, d.cause_change_id,
       d.cause_method, d.fixed_repo_id, d.fixed_change_id, d.change_count, d.sources,
       d.team_id as team, coalesce(r.slug, 'unknown') as repo, d.service_id as service, d.excluded_reason
from deployment_fact d
left join repo r on r.repo_id = d.repo_id
where d.environment = 'production';
comment on view reported_deployment is 'One row per deployment to production that was reported, with its dimensions, and why it counts for nothing (excluded_reason; null = it counts).';

create or replace view production_deployment as
select d.deployment_id, d.service_id, d.environment, d.repo_id, d.team_id, d.finished_at, d.kind,
       d.is_first_of_service, d.is_failed, d.failure_methods, d.is_rework, d.recovered_at, d.recovery_basis, d.cause_repo_id, d.cause_change_id,
       d.cause_method, d.fixed_repo_id, d.fixed_change_id, d.change_count, d.sources, d.team, d.repo, d.service
from reported_deployment d
where d.excluded_reason is null;
comment on view production_deployment is 'One row per deployment to production that counts, with its dimensions. Who is behind it: deployment_unit.';

-- Who decided it is nothing that a panel shows.
grant select (kind, first_day, last_day, started_at, ended_at, facts, teams, services, repos, is_everywhere, reason, withdrawn_at) on exclusion
  to throughline_reader;
grant select on reported_deployment to throughline_reader;
