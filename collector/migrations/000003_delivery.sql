-- Delivery: what was asked for, what went to production, and what broke there.

create table issue (
  source text not null,
  external_id text not null,
  type text,
  labels text[] not null default '{}',
  created_at timestamptz not null,
  ready_at timestamptz,
  started_at timestamptz,
  done_at timestamptz,
  is_from_customer boolean not null default false,
  is_revenue_feature boolean not null default false,
  primary key (source, external_id)
);
comment on table issue is 'One row per issue of a tracker.';
comment on column issue.source is 'Connector.';
comment on column issue.external_id is 'Id at the source.';
comment on column issue.type is 'Type; null = unknown.';
comment on column issue.labels is 'Labels.';
comment on column issue.created_at is 'Created.';
comment on column issue.ready_at is 'Requirement ready; null = unknown.';
comment on column issue.started_at is 'Started; null = not started.';
comment on column issue.done_at is 'Done; null = open.';
comment on column issue.is_from_customer is 'Asked for by a customer.';
comment on column issue.is_revenue_feature is 'Counts as a revenue feature.';

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
  acknowledged_by text,
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
comment on column incident.acknowledged_by is 'Person who acknowledged; null = unknown.';
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
