-- Two workflows of team core; tool-x landed on Monday 2026-03-16. Baseline: the 8 weeks before; washout: two weeks after.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into team (team_id, title) values ('core', 'Core');
insert into tool (tool_id, title, nominal_grade) values ('tool-x', 'Tool X', 3);
insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, end_event) values
  ('refactor_change', 1, '2025-01-01', 'pr', 'author', 'first_commit', 'merged'),
  ('change', 1, '2025-01-01', 'pr', 'author', 'first_commit', 'merged');
insert into workflow_tool (workflow_id, tool_id) values ('refactor_change', 'tool-x'), ('change', 'tool-x');
insert into landing (tool_id, workflow_id, team_id, landed_at, basis) values
  ('tool-x', 'refactor_change', 'core', '2026-03-16', 'config'), ('tool-x', 'change', 'core', '2026-03-16', 'config');

-- What to check with a pencil: a person's hours before and after, uses in 30 days after, workflow, units in each period.
create temporary table told (person text, before_hours float8, now_hours float8, uses integer, workflow text, units integer);
insert into told values
  ('z1', 10, 10, 0, 'refactor_change', 3), ('z2', 12, 12, 0, 'refactor_change', 3), ('z3', 8, 8.4, 0, 'refactor_change', 3),
  ('z4', 9, 9, 0, 'refactor_change', 3), ('z5', 11, 10.5, 0, 'refactor_change', 3),
  ('l1', 10, 9.5, 2, 'refactor_change', 3), ('l2', 12, 12, 2, 'refactor_change', 3), ('l3', 9, 9, 2, 'refactor_change', 3),
  ('l4', 8, 8.2, 1, 'refactor_change', 3), ('l5', 11, 10.8, 1, 'refactor_change', 3),
  ('h1', 10, 7, 3, 'refactor_change', 3), ('h2', 12, 8.4, 12, 'refactor_change', 3), ('h3', 9, 7.2, 12, 'refactor_change', 3),
  ('h4', 8, 6.4, 20, 'refactor_change', 3), ('h5', 11, 8.8, 30, 'refactor_change', 3),
  ('c1', 10, 10, 0, 'change', 8), ('c2', 10, 10, 0, 'change', 8), ('c3', 10, 10, 1, 'change', 8), ('c4', 10, 10, 1, 'change', 8),
  ('c5', 10, 10, 2, 'change', 8), ('c6', 10, 10, 2, 'change', 8), ('c7', 10, 10, 3, 'change', 8), ('c8', 10, 10, 4, 'change', 8),
  ('c9', 10, 5.8, 12, 'change', 8), ('c10', 10, 5.8, 20, 'change', 8), ('c11', 10, 5.8, 31, 'change', 8), ('c12', 10, 5.8, 40, 'change', 8);

insert into person (person_id, kind) select person, 'human' from told;
-- Unit number u of a period ends on Wednesday noon of week 8 - u before, or u after, the current period begins.
insert into workflow_completion (workflow_id, workflow_version, unit_key, person_id, repo_id, started_at, ended_at, minutes, business_minutes,
  status, pr_class, code_source, zone, size, team_id, seniority, week_start)
select t.workflow, 1, t.person || '/' || p.period || u, t.person, 1, e.ended_at - p.hours * interval '1 hour', e.ended_at, p.hours * 60, p.hours * 60,
  'ok', 'refactor', 'unknown', 'unknown', 'M', 'core', 'unknown', date_trunc('week', e.ended_at at time zone 'UTC')::date
from told t
cross join lateral (values ('before', timestamptz '2026-01-21 12:00Z', t.before_hours), ('now', timestamptz '2026-04-01 12:00Z', t.now_hours)) as p(period, first_end, hours)
cross join generate_series(0, t.units - 1) as u
cross join lateral (select p.first_end + u * interval '7 days' as ended_at) e;
insert into pack.completion_pack select * from pack.completion_packing;
-- Usage is known from the landing on: uses in the last 30 days; for simplicity as many in each week.
insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d,
  uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
select 'tool-x', t.person, w::date, t.uses, 0, 0, t.uses, 0, 0, t.uses, 0, 0, 3, 3, t.person <> 'z1', 'event', 'core'
from told t, generate_series(date '2026-03-16', date '2026-05-18', interval '7 days') as w;
drop table told;
