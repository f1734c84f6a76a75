insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into tool (tool_id, title) values ('copilot', 'Copilot');
insert into landing (tool_id, workflow_id, team_id, landed_at, basis) values
  ('copilot', 'change', 'web', '2026-03-02', 'config'), ('copilot', 'change', 'ops', '2026-03-02', 'config'),
  ('copilot', 'review', 'web', '2026-03-02', 'config'), ('copilot', 'change', 'unknown', '2026-03-02', 'config');
insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework, change_count)
  values (1, 'shop', 'production', 1, 'web', '2026-03-03 12:00Z', 'planned', false, false, false, 2),
         (2, 'shop', 'production', 1, 'web', '2026-03-04 12:00Z', 'hotfix', false, true, true, 1);
insert into incident (incident_id, source, external_id, service_id, title, severity, started_at, resolved_at) overriding system value values
  (1, 'example', 'i1', 'shop', 'Cart fails', 's2', '2026-03-04 13:00Z', '2026-03-04 14:00Z'), (2, 'example', 'i2', 'shop', 'Slow', null, '2026-03-09 13:00Z', null);
insert into incident_link (incident_id, deployment_id, method) values (1, 2, 'time_window');
insert into calendar_event (event_no, kind, title, description, started_at, ended_at, team_id) values
  (1, 'policy', 'Two reviewers for AI-heavy changes', null, '2026-03-05 00:00Z', null, null),
  (2, 'policy', 'Before the range', null, '2026-02-05 00:00Z', null, null),
  (3, 'experiment', 'Pilot', 'half of the team', '2026-02-20 00:00Z', '2026-03-06 00:00Z', 'web'),
  (4, 'experiment', 'Agents at night', null, '2026-03-08 00:00Z', null, 'ops');
insert into exclusion (kind, first_day, last_day, time_zone, started_at, ended_at, facts, services, reason, withdrawn_at) values
  ('freeze', '2026-02-27', '2026-03-02', 'UTC', '2026-02-27Z', '2026-03-03Z', '{}', '{}', 'audit', null),
  ('bad_data', '2026-03-04', '2026-03-04', 'UTC', '2026-03-04Z', '2026-03-05Z', '{deployments}', '{shop}', 'told twice', null),
  ('freeze', '2026-03-06', '2026-03-07', 'UTC', '2026-03-06Z', '2026-03-08Z', '{}', '{}', 'taken back', 'infinity');
insert into phase (phase_no, phase_id, title, started_at, ended_at, team_id) values (1, 'baseline', 'Before AI', '2026-02-02', '2026-03-02', null),
  (2, 'rollout', 'AI alone', '2026-03-02', null, null), (3, 'own', 'Pairs', '2026-03-03', null, 'ops');
