-- Declared usage (marks in git), work list of the derive step, and indexes it needs.

comment on table dirty is 'Work list of the derive step: what changed since the last derivation. Each step takes its kind and adds those of later steps in one transaction. Not granted to the reader.';
comment on column dirty.kind is 'Of written facts: change | lines | deployment | incident | usage | identity. Between steps: declared | week | completion | survival | delivery.';

create table declared_day (
  tool_id text not null,
  person_id text not null,
  day date not null,
  marked_commits integer not null,
  primary key (tool_id, person_id, day)
);
comment on table declared_day is 'Declared usage: one row per tool, human and local day with commits that carry a mark of the tool (grade 3 or better, no distrusted marks). A day without a row is not an observed zero: marks can be switched off.';
comment on column declared_day.tool_id is 'Tool named by the mark.';
comment on column declared_day.person_id is 'Human who authored the commits. Never shown.';
comment on column declared_day.day is 'Local date of the author time in setting default_tz.';
comment on column declared_day.marked_commits is 'Commits with a mark: the uses of that day.';

create view usage_day as
select tool_id, person_id, day, grade, coalesce(invocations, sessions, 1) as uses, coalesce(accepted_lines, 0) as accepted_lines, source
from tool_day
union all
select d.tool_id, d.person_id, d.day, 3::smallint, d.marked_commits, 0, 'git'
from declared_day d
where not exists (select from tool_day t where t.tool_id = d.tool_id and t.person_id = d.person_id and t.day = d.day);
comment on view usage_day is 'Usage per tool, person and local day from telemetry, else from marks in git (source git, grade 3 declared). Activity without a count is one use; a telemetry row with 0 uses is an observed zero.';

create index tool_day_person on tool_day (person_id, day);
create index declared_day_person on declared_day (person_id, day);
create index change_author on change (author_account_id);
create index deployment_repo on deployment (repo_id);
create index git_commit_author on git_commit (author_account_id, authored_at);
create index workflow_completion_person on workflow_completion (person_id, week_start);

grant select on declared_day, usage_day to throughline_reader;
