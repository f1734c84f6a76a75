-- What deployments took out again, and coverage of usage before the rule over all licensed people.

create table deployment_removed (
  deployment_id bigint not null,
  repo_id integer not null,
  change_id bigint not null,
  primary key (deployment_id, change_id)
);
comment on table deployment_removed is 'Changes taken out of production by a deployment: merge commits reachable from the previous deployment of the service and environment and not from this one (a rollback, or a release from another line).';
comment on column deployment_removed.deployment_id is 'Deployment that is without the change.';
comment on column deployment_removed.repo_id is 'Repository.';
comment on column deployment_removed.change_id is 'Change.';
create index deployment_removed_change on deployment_removed (change_id);

alter table usage_week add column own_coverage smallint not null default 0;
alter table usage_week add column own_prior_coverage smallint not null default 0;
comment on column usage_week.own_coverage is 'Signal grade of the person''s own data in the trailing window. coverage is the same, but at most 1 where fewer than 80 % of the licensed people of that tool and week have data.';
comment on column usage_week.own_prior_coverage is 'The same for the window before the week.';

create table tool_week (
  tool_id text not null,
  week_start date not null,
  licensed integer not null,
  covered integer not null,
  primary key (tool_id, week_start)
);
comment on table tool_week is 'How far the telemetry of a tool reaches: one row per tool and week with seats.';
comment on column tool_week.tool_id is 'Tool.';
comment on column tool_week.week_start is 'Monday, local date in setting default_tz.';
comment on column tool_week.licensed is 'Humans who held a seat in the week.';
comment on column tool_week.covered is 'Of these, with own_coverage of 2 or better. Below 80 % nobody''s usage of that week is known.';

grant select on deployment_removed, tool_week to throughline_reader;
