-- copilot reported until 2026-03-08, seats-only never did; five people of team web merged five changes, two of unknown source.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 5) i;
insert into tool (tool_id, title, nominal_grade) values ('copilot', 'Copilot', 2), ('seats-only', 'Seats only', 1);
insert into tool_day (tool_id, person_id, day, grade, invocations, source) values
  ('copilot', 'p1', '2026-03-06', 2, 3, 'example'), ('copilot', 'p2', '2026-03-07', 2, 1, 'example'), ('copilot', 'p3', '2026-03-09', 2, 0, 'example');
insert into heartbeat (source, day, last_at) values ('tool:copilot', '2026-03-08', '2026-03-08');
insert into account (account_id, provider, person_id, has_conflict) values
  ('git:1', 'git', 'p1', false), ('git:2', 'git', 'p2', false), ('git:3', 'git', null, false), ('git:4', 'git', 'p3', true), ('github:1', 'github', 'p1', false);
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
