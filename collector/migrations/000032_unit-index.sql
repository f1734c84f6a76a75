-- Units of a person side by side, with all that the usual questions about cycle times need of them: nothing is sorted and no table read.

create index workflow_completion_unit on workflow_completion (workflow_id, workflow_version, person_id, ended_at)
  include (repo_id, week_start, minutes, business_minutes, started_at, team_id, pr_class) where status = 'ok';
