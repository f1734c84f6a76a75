-- Delivery: what was asked for, what went to production, and what broke there.

create table issue (
  source text not null,
  external_id text not null,
  issue_key text,
  project_key text not null default '',
  kind text not null default 'issue' check (kind in ('epic', 'issue', 'sub_task')),
  parent_id text,
  type text,
  labels text[] not null default '{}',
  estimate double precision,
  created_at timestamptz not null,
  started_at timestamptz,
  done_at timestamptz,
  cancelled_at timestamptz,
  deleted_at timestamptz,
  seen_at timestamptz,
  assignee_account_id text,
  is_delegated boolean not null default false,
  is_from_customer boolean not null default false,
  is_revenue_feature boolean not null default false,
  web_url text,
  state_order text,
  primary key (source, external_id)
);
comment on table issue is 'One row per issue of a tracker; one that is reopened, renamed or moved to another project is the same issue. Its title and text are not kept.';
comment on column issue.source is 'Connector.';
comment on column issue.external_id is 'Id at the source, which stays when the issue moves.';
comment on column issue.issue_key is 'What people write to name it now (SHOP-12); null = it has no such key.';
comment on column issue.project_key is 'Project or team of the tracker that it is in now, as in its key; '''' = not known.';
comment on column issue.kind is 'epic (holds issues) | issue | sub_task (a part of an issue). Features and requests are issues alone: what they are made of, and what holds them, is not counted again.';
comment on column issue.parent_id is 'Issue or epic that it is part of (external_id); null = none.';
comment on column issue.type is 'Type; null = unknown.';
comment on column issue.labels is 'Labels.';
comment on column issue.estimate is 'Estimate in the points of its team; null = none.';
comment on column issue.created_at is 'Created.';
comment on column issue.started_at is 'First start as the source itself says it; null = it says none.';
comment on column issue.done_at is 'End as the source itself says it; null = open, cancelled, or it says none.';
comment on column issue.cancelled_at is 'When the source says that it was given up; null = it was not.';
comment on column issue.deleted_at is 'When it was deleted; null = it is there, or the source does not tell.';
comment on column issue.seen_at is 'When the source last told of it; set where a source tells deletions by silence alone, see tracker_project.listed_at. Null = elsewhere.';
comment on column issue.assignee_account_id is 'Who it is assigned to; null = nobody, or an account that is gone.';
comment on column issue.is_delegated is 'Given to an AI agent.';
comment on column issue.is_from_customer is 'Asked for by a customer.';
comment on column issue.is_revenue_feature is 'Counts as a revenue feature.';
comment on column issue.web_url is 'Page; null = none.';
comment on column issue.state_order is 'Which state at the source the row tells, see deployment.state_order.';
create index issue_parent on issue (source, parent_id) where parent_id is not null;

create table issue_key (
  source text not null,
  issue_key text not null,
  external_id text not null,
  primary key (source, issue_key)
);
comment on table issue_key is 'One row per key that an issue has, or had before it was moved: what names it in branches and titles.';
comment on column issue_key.source is 'Connector.';
comment on column issue_key.issue_key is 'Key in upper case (SHOP-12).';
comment on column issue_key.external_id is 'Issue (issue.external_id).';
create index issue_key_text on issue_key (issue_key);
create index issue_key_issue on issue_key (source, external_id);

create table issue_event (
  source text not null,
  external_id text not null,
  event_id text not null,
  kind text not null check (kind in ('state', 'project')),
  seq integer not null,
  at timestamptz not null,
  from_value text,
  to_value text,
  category text check (category in ('backlog', 'unstarted', 'started', 'completed', 'cancelled', 'open')),
  stage text check (stage in ('backlog', 'ready', 'in_progress', 'review', 'done', 'cancelled')),
  method text not null check (method in ('span', 'changelog', 'event', 'created', 'snapshot')),
  primary key (source, external_id, event_id)
);
comment on table issue_event is 'One row per change of the state or the project of an issue; who made it is not kept.';
comment on column issue_event.source is 'Connector.';
comment on column issue_event.external_id is 'Issue (issue.external_id).';
comment on column issue_event.event_id is 'Id at the source.';
comment on column issue_event.kind is 'state | project (it was moved).';
comment on column issue_event.seq is 'Place in the order in which the source tells them, from 0: where at goes back in it, the time of the source is wrong.';
comment on column issue_event.at is 'When.';
comment on column issue_event.from_value is 'State or project before; null = it was made so, or the source does not tell.';
comment on column issue_event.to_value is 'State (as the source names it) or project after.';
comment on column issue_event.category is 'What the source itself says the state is: backlog | unstarted | started | completed | cancelled | open (not closed; it tells no more). Null = it says nothing.';
comment on column issue_event.stage is 'What the state is by the mapping of throughline.yaml, or by what its category or name says beyond doubt: backlog | ready | in_progress | review | done | cancelled. Null = it maps to nothing, or the source tells no states.';
comment on column issue_event.method is 'span (times in a state) | changelog (changes of fields) | event (a closing, a reopening, a label) | created (the state that it was made in) | snapshot (seen at a look: no later than at).';

create table issue_reference (
  source text not null,
  external_id text not null,
  url text not null,
  primary key (source, external_id, url)
);
comment on table issue_reference is 'One row per address of a change that the tracker keeps at an issue.';
comment on column issue_reference.source is 'Connector.';
comment on column issue_reference.external_id is 'Issue (issue.external_id).';
comment on column issue_reference.url is 'Page of the change, as change.web_url.';
create index issue_reference_url on issue_reference (url);

create table tracker_project (
  source text not null,
  project_key text not null,
  title text,
  listed_at timestamptz,
  primary key (source, project_key)
);
comment on table tracker_project is 'One row per project or team of a tracker.';
comment on column tracker_project.source is 'Connector.';
comment on column tracker_project.project_key is 'First part of the keys of its issues (SHOP).';
comment on column tracker_project.title is 'Name; null = not known.';
comment on column tracker_project.listed_at is 'Start of the last listing of all its issues: one of them that the source has not told of since (issue.seen_at) is deleted, or hidden from the credential. Null = never listed.';

create table cycle (
  source text not null,
  cycle_id text not null,
  project_key text not null default '',
  title text,
  starts_at timestamptz,
  ends_at timestamptz,
  completed_at timestamptz,
  primary key (source, cycle_id)
);
comment on table cycle is 'One row per sprint or cycle.';
comment on column cycle.source is 'Connector.';
comment on column cycle.cycle_id is 'Id at the source.';
comment on column cycle.project_key is 'Project or team that it is of; '''' = of several, or not known.';
comment on column cycle.title is 'Name; null = none.';
comment on column cycle.starts_at is 'Start: what it holds then is committed. Null = it was not started or planned yet.';
comment on column cycle.ends_at is 'Planned end; null = not planned.';
comment on column cycle.completed_at is 'When it was closed; null = it is open.';

create table issue_cycle (
  source text not null,
  external_id text not null,
  cycle_id text not null,
  added_at timestamptz not null,
  removed_at timestamptz,
  method text not null check (method in ('changelog', 'created', 'snapshot')),
  primary key (source, external_id, cycle_id, added_at)
);
comment on table issue_cycle is 'One row per span of time in which an issue was in a sprint or cycle.';
comment on column issue_cycle.source is 'Connector.';
comment on column issue_cycle.external_id is 'Issue (issue.external_id).';
comment on column issue_cycle.cycle_id is 'Cycle (cycle.cycle_id).';
comment on column issue_cycle.added_at is 'Start, inclusive.';
comment on column issue_cycle.removed_at is 'End, exclusive; null = it is still in it.';
comment on column issue_cycle.method is 'changelog (the source tells when) | created (it was in it from its creation) | snapshot (seen at a look: no later than added_at).';
create index issue_cycle_cycle on issue_cycle (source, cycle_id);

create table deployment (
  deployment_id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  service_id text not null,
  environment text not null,
  repo_id integer,
  sha text,
  ref text,
  started_at timestamptz,
  finished_at timestamptz not null,
  result text not null check (result in ('success', 'failure', 'cancelled')),
  kind text not null default 'unknown' check (kind in ('planned', 'rollback', 'hotfix', 'unknown')),
  rollback_of text,
  is_degraded boolean not null default false,
  web_url text,
  state_order text,
  extra jsonb,
  primary key (source, external_id),
  unique (deployment_id)
);
comment on table deployment is 'One row per rollout of (service, environment, sha) reported by a source.';
comment on column deployment.deployment_id is 'Surrogate key.';
comment on column deployment.source is 'Connector: git (tags) | csv | github | …';
comment on column deployment.external_id is 'Id at the source.';
comment on column deployment.service_id is 'Service.';
comment on column deployment.environment is 'production | staging | … lower case.';
comment on column deployment.repo_id is 'Repository of sha; null = unknown.';
comment on column deployment.sha is 'Deployed commit; null = unknown, then no changes can be linked.';
comment on column deployment.ref is 'Tag or branch; null = unknown.';
comment on column deployment.started_at is 'Start; null = unknown.';
comment on column deployment.finished_at is 'End of the rollout.';
comment on column deployment.result is 'success | failure (before production) | cancelled.';
comment on column deployment.kind is 'planned | rollback | hotfix | unknown.';
comment on column deployment.rollback_of is 'external_id of the bad deployment; null = none named.';
comment on column deployment.is_degraded is 'The source flagged it degraded after success.';
comment on column deployment.web_url is 'Page; null = none.';
comment on column deployment.state_order is 'Which state at the source the row tells, as a text that sorts like them: one of an earlier state never replaces a later one, whatever the order of arrival; null = the source says none, what comes last counts.';
comment on column deployment.extra is 'Columns of deployments.csv that nobody knows: header → cell as written; null = none, or not from a file.';
create index deployment_repo on deployment (repo_id);
create index deployment_service on deployment (service_id, environment, finished_at);

create table incident (
  incident_id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  service_id text,
  environment text,
  title text not null,
  severity text,
  started_at timestamptz not null,
  detected_at timestamptz,
  acknowledged_at timestamptz,
  responder_account_id text,
  resolved_at timestamptz,
  cause_sha text,
  cause_deployment text,
  mentions text[] not null default '{}',
  is_customer_reported boolean not null default false,
  is_security boolean not null default false,
  web_url text,
  state_order text,
  extra jsonb,
  primary key (source, external_id),
  unique (incident_id)
);
comment on table incident is 'One row per incident; a re-opened incident is the same incident.';
comment on column incident.incident_id is 'Surrogate key.';
comment on column incident.source is 'Connector.';
comment on column incident.external_id is 'Id at the source.';
comment on column incident.service_id is 'Service; null = unknown, then it links only explicitly.';
comment on column incident.environment is 'Environment; null = production.';
comment on column incident.title is 'Title.';
comment on column incident.severity is 's1 (worst) … s4; null = unknown.';
comment on column incident.started_at is 'Start.';
comment on column incident.detected_at is 'Detection; null = unknown.';
comment on column incident.acknowledged_at is 'First acknowledgement; null = none.';
comment on column incident.responder_account_id is 'Account of who responded; null = unknown. Not granted to the reader.';
comment on column incident.resolved_at is 'Last resolution; null = open.';
comment on column incident.cause_sha is 'Commit named as the cause; null = none.';
comment on column incident.cause_deployment is 'external_id of the deployment that its source names as the cause; null = none.';
comment on column incident.mentions is 'Commits (7 digits and more) and numbers of changes (#7) that its text mentions; the text itself is not kept.';
comment on column incident.is_customer_reported is 'Reported by a customer.';
comment on column incident.is_security is 'Security incident.';
comment on column incident.web_url is 'Page; null = none.';
comment on column incident.state_order is 'Which state at the source the row tells, as a text that sorts like them: one of an earlier state never replaces a later one, whatever the order of arrival; null = the source says none, what comes last counts.';
comment on column incident.extra is 'Columns of incidents.csv that nobody knows: header → cell as written; null = none, or not from a file.';

create table incident_link_override (
  incident_source text not null,
  incident_external_id text not null,
  deployment_external_id text,
  cause_sha text,
  reason text,
  set_by text,
  extra jsonb,
  primary key (incident_source, incident_external_id)
);
comment on table incident_link_override is 'One row per incident that is linked to a deployment or a commit by hand.';
comment on column incident_link_override.incident_source is 'Source of the incident.';
comment on column incident_link_override.incident_external_id is 'Id of the incident.';
comment on column incident_link_override.deployment_external_id is 'Deployment; null = commit given.';
comment on column incident_link_override.cause_sha is 'Commit; null = deployment given.';
comment on column incident_link_override.reason is 'Why; null = not given.';
comment on column incident_link_override.set_by is 'Who; null = not given.';
comment on column incident_link_override.extra is 'Columns of incident_link.csv that nobody knows: header → cell as written; null = none.';

create table build (
  repo_id integer not null references repo,
  source text not null,
  external_id text not null,
  attempt integer not null default 1,
  kind text not null check (kind in ('run', 'check')),
  name text not null,
  event text,
  branch text,
  sha text,
  change_key text,
  account_id text,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  result text,
  is_required boolean,
  web_url text,
  primary key (repo_id, source, external_id, attempt)
);
comment on table build is 'One row per attempt of a pipeline run, per job of a run on the default branch or of a workflow that deploys, and per check of a change''s last commit: what is repeated has one row each time.';
comment on column build.repo_id is 'Repository.';
comment on column build.source is 'Connector.';
comment on column build.external_id is 'Id of the run or check at the source.';
comment on column build.attempt is 'Attempt, from 1.';
comment on column build.kind is 'run (a pipeline from start to end) | check (one check or job of it).';
comment on column build.name is 'Name of the pipeline or check.';
comment on column build.event is 'What started it (push, pull_request, schedule, …); null = not known.';
comment on column build.branch is 'Branch; null = not known.';
comment on column build.sha is 'Commit that it is about; null = not known.';
comment on column build.change_key is 'Change that it is about; null = none, or not known.';
comment on column build.account_id is 'Who started this attempt; null = not known.';
comment on column build.queued_at is 'When it was asked for; null = not known.';
comment on column build.started_at is 'When this attempt began; null = not yet, or not known.';
comment on column build.finished_at is 'When it ended; null = it is running.';
comment on column build.result is 'success | failure | cancelled | skipped | neutral | timed_out | action_required; null = it is running.';
comment on column build.is_required is 'The change cannot be merged without it; null = not known.';
comment on column build.web_url is 'Page; null = none.';
create index build_sha on build (repo_id, sha);
create index build_change on build (repo_id, change_key);
