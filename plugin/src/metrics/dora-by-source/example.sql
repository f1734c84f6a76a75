-- Five deployments, twelve times over: D1 {AI} fails, D2 {human} holds, D3 {AI, human} fails because of the AI change, D4 {3 human, AI}
-- holds, D5 {2 human} holds. Every hour one; six people in turn. Each failure is over after 60 minutes.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 6) i;
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id,
  seniority, pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size, deployment_id, deployed_at)
select 1, copy * 10 + c.id, (copy * 10 + c.id)::text, at - interval '1 hour', at - interval '24 hours', 'change', 'shop', 'web', 'human',
  'p' || (1 + (copy + c.id) % 6), 'unknown', 'feature', 'none', c.source, 0.8, 'trailer', 1, c.lines, 'S', copy * 5 + c.deployment, at
from generate_series(1, 12) copy
cross join (values (0, 0, 'ai_heavy', 10), (1, 1, 'human', 10), (2, 2, 'ai_heavy', 30), (3, 2, 'human', 10), (4, 3, 'human', 10),
  (5, 3, 'human', 10), (6, 3, 'human', 10), (7, 3, 'ai_heavy', 10), (8, 4, 'human', 10), (9, 4, 'human', 10)) c (id, deployment, source, lines)
cross join lateral (select timestamptz '2026-01-05 00:00Z' + (copy * 5 + c.deployment) * interval '1 hour' as at) x;
insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework,
  recovered_at, recovery_basis, cause_repo_id, cause_change_id, cause_method, change_count)
select copy * 5 + d.id, 'shop', 'production', 1, 'web', at, 'planned', false, d.is_failed, false,
  case when d.is_failed then at + interval '60 minutes' end, case when d.is_failed then 'incident' end,
  case when d.is_failed then 1 end, copy * 10 + d.cause, case when d.is_failed then 'explicit' end, 1
from generate_series(1, 12) copy
cross join (values (0, true, 0), (1, false, null), (2, true, 2), (3, false, null), (4, false, null)) d (id, is_failed, cause)
cross join lateral (select timestamptz '2026-01-05 00:00Z' + (copy * 5 + d.id) * interval '1 hour' as at) x;
insert into deployment_change (deployment_id, repo_id, change_id) select deployment_id, repo_id, change_id from change_fact;
insert into incident (incident_id, source, external_id, service_id, title, started_at) overriding system value
select i, 'csv', i::text, 'shop', 'Checkout down', '2026-01-06' from generate_series(1, 4) i;
insert into incident_link (incident_id, method) values (1, 'explicit'), (2, 'explicit'), (3, 'time_window'), (4, 'unlinked');
insert into pack.deployment_pack select * from pack.deployment_packing;
