insert into repo (repo_id, slug, service_id) overriding system value values (1, 'acme/shop', null);
insert into change (repo_id, change_id, change_key, kind, title, merged_at, source) values
  (1, 11, '11', 'squash', 'feat: cart', '2026-03-02 10:00Z', 'example'),
  (1, 12, '12', 'squash', 'fix: price', '2026-03-03 10:00Z', 'example'),
  (1, 13, '13', 'squash', 'chore: bump', '2026-03-04 10:00Z', 'example'),
  (1, 14, '14', 'squash', 'feat: cart, once more', '2026-03-05 10:00Z', 'example');
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method,
  code_source, confidence, grade, method, commit_count, effective_added, size, reverted_at, excluded_reason) values
  (1, 11, '11', '2026-03-02 10:00Z', 'feat: cart', 'acme/shop', 'web', 'human', 'unknown', 'feature', 'conventional',
   'ai_heavy', 0.7, 3, 'trailer', 2, 80, 'M', '2026-03-05 10:00Z', null),
  (1, 12, '12', '2026-03-03 10:00Z', 'fix: price', 'acme/shop', 'web', 'human', 'unknown', 'bugfix', 'conventional',
   'unknown', null, 0, 'none', 1, 5, 'XS', null, null),
  (1, 13, '13', '2026-03-04 10:00Z', 'chore: bump', 'acme/shop', 'web', 'automation', 'unknown', 'chore', 'conventional',
   'unknown', null, 0, 'none', 1, 2, 'XS', null, null),
  (1, 14, '14', '2026-03-05 10:00Z', 'feat: cart, once more', 'acme/shop', 'web', 'human', 'unknown', 'feature', 'conventional',
   'unknown', null, 0, 'none', 1, 80, 'M', null, 'the forge moved');
insert into deployment (deployment_id, source, external_id, service_id, environment, repo_id, sha, ref, finished_at, result)
  overriding system value values
  (21, 'example', 'd1', 'acme/shop', 'production', 1, 'abc', 'v1', '2026-03-02 12:00Z', 'success'),
  (22, 'example', 'd2', 'acme/shop', 'production', 1, 'def', 'v2', '2026-03-03 12:00Z', 'success');
insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed,
  failure_methods, is_rework, change_count, sources) values
  (21, 'acme/shop', 'production', 1, 'web', '2026-03-02 12:00Z', 'planned', true, false, '{}', false, 0, '{}'),
  (22, 'acme/shop', 'production', 1, 'web', '2026-03-03 12:00Z', 'planned', false, true, '{explicit}', false, 2, '{ai_heavy,unknown}');
insert into incident (incident_id, source, external_id, service_id, title, severity, started_at, resolved_at) overriding system value values
  (31, 'example', 'i1', 'acme/shop', 'Cart fails', 's2', '2026-03-03 13:00Z', '2026-03-03 14:00Z'),
  (32, 'example', 'i2', 'cloud', 'Region down', 's1', '2026-03-04 13:00Z', null),
  (33, 'example', 'i3', 'acme/shop', 'Login fails', 's3', '2026-03-01 12:00Z', '2026-03-01 14:00Z');
insert into incident_link (incident_id, deployment_id, repo_id, change_id, method, confidence) values
  (31, 22, 1, 11, 'explicit', 1), (32, null, null, null, 'unlinked', null), (33, 22, null, null, 'explicit', 0.5);
-- Change 11 is in production and belongs to issue SHOP-1; nothing is linked to SHOP-2, and the history of SHOP-3 goes back in time.
update change_fact set deployed_at = '2026-03-02 12:00Z', first_commit_at = '2026-03-01 10:00Z', first_ready_at = '2026-03-02 09:00Z' where change_id = 11;
insert into issue (source, external_id, issue_key, type, created_at) values
  ('linear', 'a', 'SHOP-1', 'feature', '2023-01-01Z'), ('linear', 'b', 'SHOP-2', 'bug', '2026-02-01Z'), ('linear', 'c', 'SHOP-3', null, '2026-02-01Z');
insert into issue_fact (source, external_id, ready_at, ready_basis, done_at, done_basis, reopened_count, moved_count, bad_order_count, unmapped_states) values
  ('linear', 'a', '2026-02-28 10:00Z', 'state', '2026-03-02 13:00Z', 'state', 0, 0, 0, '{}'),
  ('linear', 'b', null, null, '2026-03-03 10:00Z', 'state', 1, 0, 0, '{QA}'), ('linear', 'c', null, null, '2026-03-04 10:00Z', 'state', 0, 0, 2, '{}');
insert into issue_key (source, issue_key, external_id) select source, issue_key, external_id from issue;
insert into issue_mention (repo_id, change_key, issue_key, method) values (1, '11', 'SHOP-1', 'branch');
