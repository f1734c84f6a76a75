-- 46 people (p1 to p30 of team web, the others of team app). Two weeks are written, that of 2026-02-09 and that of 2026-03-09, four weeks later.
-- Copilot, 41 seats: now p1 to p20 use it much, p21 to p40 a little, p41 to p46 not at all; before p1 to p10 much, p11 to p30 and p41 to p46 a little.
-- Claude Code, known of ten: p1 to p6 used it. Of the third tool only seats are known; of aider, with a seat for all of web, only marks in git.
insert into team (team_id, title) values ('web', 'Web'), ('app', 'App');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 46) i;
insert into tool (tool_id, title, nominal_grade, measure, low_min, high_min) values
  ('copilot', 'Copilot', 2, 'active_days', 1, 8), ('claude-code', 'Claude Code', 3, 'invocations', 1, 3), ('seats-only', 'Seats only', 1, 'invocations', 1, 3), ('aider', 'Aider', 3, 'invocations', 1, 3);
-- p35 has the seat since five days.
insert into seat (tool_id, person_id, valid_from)
select 'copilot', 'p' || i, case when i = 35 then timestamptz '2026-03-11' else '2026-01-01' end from generate_series(1, 46) i where i <= 35 or i > 40;
insert into seat (tool_id, person_id, valid_from) select 'seats-only', 'p' || i, '2026-01-01' from generate_series(1, 20) i;
insert into seat (tool_id, person_id, valid_from) select 'aider', 'p' || i, '2026-01-01' from generate_series(1, 30) i;
insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d,
  uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
select w.tool, 'p' || w.i, w.week::date, w.uses, w.uses, 0, w.days, w.days, 0, 0, 0, 0, w.coverage, w.coverage, true,
  case when w.tool = 'aider' then 'declared' when w.coverage = 1 then 'seat' when w.coverage = 2 then 'activity' else 'event' end, case when w.i <= 30 then 'web' else 'app' end
from (
  select 'copilot' as tool, i, '2026-03-09' as week, case when i <= 40 then 2 else 0 end as uses, case when i <= 20 then 10 when i <= 40 then 3 else 0 end as days, 2 as coverage
  from generate_series(1, 46) i
  union all
  select 'copilot', i, '2026-02-09', case when i <= 30 or i > 40 then 2 else 0 end, case when i <= 10 then 10 when i <= 30 or i > 40 then 3 else 0 end, 2
  from generate_series(1, 46) i
  union all
  select 'claude-code', i, '2026-03-09', case when i <= 6 then 4 else 0 end, case when i <= 6 then 4 else 0 end, 3 from generate_series(1, 10) i
  union all
  select 'seats-only', i, '2026-03-09', 0, 0, 1 from generate_series(1, 20) i
  union all
  select 'aider', i, '2026-03-09', case when i <= 8 then 1 else 0 end, case when i <= 8 then 1 else 0 end, 3 from generate_series(1, 30) i
) w;
insert into tool_event (tool_id, event_id, at, person_id, type, feature)
select 'claude-code', i || '/agent', timestamptz '2026-03-10 10:00Z', 'p' || i, 'tool_invocation', 'agent' from generate_series(1, 10) i
union all
select 'claude-code', i || '/chat', timestamptz '2026-03-10 11:00Z', 'p' || i, 'tool_invocation', 'chat' from generate_series(1, 5) i;
