-- copilot reported until 2026-03-08, seats-only never did; five people of team web merged five changes, two of unknown source.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 5) i;
insert into tool (tool_id, title, nominal_grade) values ('copilot', 'Copilot', 2), ('seats-only', 'Seats only', 1);
insert into tool_day (tool_id, person_id, day, grade, invocations, source) values
  ('copilot', 'p1', '2026-03-06', 2, 3, 'example'), ('copilot', 'p2', '2026-03-07', 2, 1, 'example'), ('copilot', 'p3', '2026-03-09', 2, 0, 'example');
insert into heartbeat (source, day, last_at) values ('tool:copilot', '2026-03-08', '2026-03-08');
insert into account (account_id, provider, person_id, has_conflict) values
  ('git:1', 'git', 'p1', false), ('git:2', 'git', 'p2', false), ('git:3', 'git', null, false), ('git:4', 'git', 'p3', true), ('github:1', 'github', 'p4', false);
update account set login = 'prombot' where account_id = 'github:1';
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class,
  class_method, code_source, confidence, method, commit_count, size)
select 1, i, i::text, '2026-03-05', 'change ' || i, 'acme/shop', 'web', 'human', 'p' || i, 'unknown', 'feature', 'none',
  (array['unknown', 'unknown', 'human', 'ai_heavy', 'ai_heavy'])[i], (array[null, null, 0.9, 0.7, 0.8])[i], 'none', 1, 'S'
from generate_series(1, 5) i;
insert into incident (incident_id, source, external_id, service_id, environment, title, started_at) overriding system value values
  (1, 'pagerduty', 'P1', 'acme/shop', 'production', 'cart fails', '2026-03-02 10:00Z'),
  (2, 'pagerduty', 'P2', 'acme/shop', null, 'still fails', '2026-03-02 11:00Z'),
  (3, 'alertmanager', 'a1', 'acme/shop', 'production', 'slow', '2026-03-03 10:00Z'),
  (4, 'alertmanager', 'a2', null, 'production', 'disk full', '2026-03-04 10:00Z'),
  (5, 'alertmanager', 'a3', 'acme/shop', 'staging', 'not production', '2026-03-05 10:00Z');
insert into incident_link (incident_id, deployment_id, method, confidence) values
  (1, 7, 'mention', 0.9), (2, 7, 'mention', 0.9), (3, 8, 'time_window', 0.5), (4, null, 'unlinked', null);
-- April: five people merged ten changes each in a repository whose squash keeps the text of the request. Of five by AI they marked 5, 4, 4, 4, 3; of
-- four by people alone one carries a mark; of the last, of which nothing is known better, two.
insert into repo (repo_id, slug, squash_message) overriding system value values (2, 'acme/api', 'pr_body');
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class,
  class_method, code_source, confidence, method, commit_count, size, tools, marked_tools, proven_by, proven_ai, proven_tools)
select 2, 100 + 10 * p + i, (10 * p + i)::text, '2026-04-05', 'change', 'acme/api', 'api', 'human', 'p' || p, 'unknown', 'feature', 'none',
  case when i < 5 then 'ai_heavy' when i < 9 then 'human' else 'unknown' end, null, 'none', 1, 'S', case when i < 5 then '{copilot}' else '{}' end::text[],
  case when i < (array[5, 4, 4, 4, 3])[p] or i = 5 and p = 1 or i = 9 and p < 3 then '{copilot}' else '{}' end::text[],
  case when i < 9 then 'line' end, case when i < 5 then true when i < 9 then false end, case when i < 5 then '{copilot}' else '{}' end::text[]
from generate_series(1, 5) p, generate_series(0, 9) i;
-- Ten accounts of copilot, eight of them of people who are known otherwise; each of five people used it four times, once for a workflow by name and once
-- with a feature that it lists; of two weeks single uses are known, of a third no more than that they had a seat.
insert into tool_match (tool_id, users, matched) values ('copilot', 10, 8);
insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, end_event) values ('review', 1, '1970-01-01', 'pr', 'author', 'ready', 'merged');
insert into workflow_tool (workflow_id, tool_id, features) values ('review', 'copilot', '{review}');
insert into tool_event (tool_id, event_id, at, person_id, type, feature, workflow_id)
select 'copilot', p || '/' || i, '2026-04-06 10:00Z', 'p' || p, 'tool_invocation', case i when 1 then 'review' when 2 then 'chat' end, case i when 0 then 'review' end
from generate_series(1, 5) p, generate_series(0, 3) i;
insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d, uses_prior_30d,
  active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id, own_coverage)
select 'copilot', 'p' || p, week, 0, 0, 0, 0, 0, 0, 0, 0, 0, grade, 0, true, basis, 'api', grade
from generate_series(1, 5) p, (values ('2026-04-06'::date, 3, 'event'), ('2026-04-13', 3, 'event'), ('2026-04-20', 1, 'seat')) w(week, grade, basis)
-- In May five of the ten who hold a seat are known by events, five by marks in git.
union all
select 'copilot', 'p' || p, '2026-05-04', 1, 1, 0, 1, 1, 0, 0, 0, 0, 3, 0, true, case when p <= 5 then 'event' else 'declared' end, 'api', 3 from generate_series(1, 10) p;
