-- Ten changes of five people, merged on 2026-03-10 12:00. Of change i: 4 h from first commit to opened; even ones were drafts for 2 h; i hours until
-- somebody looked; 3 h of review; then 1 h (odd) or 3 h (even) to production. Change 11 was merged without a review, 12 was never at a forge.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, created_at, first_ready_at, first_review_at, review_rounds,
  deployed_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, size)
select 1, i, i::text, merged, looked - make_interval(hours => i + 4 + 2 * even), looked - make_interval(hours => i + 2 * even),
  looked - make_interval(hours => i), looked, 1 + even, merged + make_interval(hours => 1 + 2 * even), 'change ' || i, 'acme/shop', 'web', 'human',
  'p' || i % 5, 'unknown', 'feature', 'none', (array['ai_heavy', 'human'])[1 + even], 'none', 1, 'S'
from (select i, 1 - i % 2 as even, timestamptz '2026-03-10 12:00Z' as merged, timestamptz '2026-03-10 09:00Z' as looked from generate_series(1, 10) i) c;
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, created_at, first_ready_at, title, service_id, team_id,
  author_kind, responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, size) values
  (1, 11, '11', '2026-03-10 12:00Z', '2026-03-10 08:00Z', '2026-03-10 10:00Z', '2026-03-10 10:00Z', 'nobody looked', 'acme/shop', 'web', 'human',
   'p1', 'unknown', 'feature', 'none', 'human', 'none', 1, 'S'),
  (1, 12, '12', '2026-03-10 12:00Z', '2026-03-10 08:00Z', null, null, 'pushed', 'acme/shop', 'web', 'human', 'p1', 'unknown', 'feature', 'none',
   'human', 'none', 1, 'S');
