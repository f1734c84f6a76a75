-- Three phases of four weeks, ten changes of five people each; all reached production at noon of one day of their phase. Days in each stage, of every
-- change: before AI 5.2, 2.8, 1.6, 3.1; with AI alone 3.1, 4.2, 2.3, 3.1; after process work 3.3, 2.6, 1.8, 2.1. Of the first change of a phase an
-- issue says since when it was ready, and its first commit came a day later; of the others the first commit is all that is known.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind) select 'p' || p, 'human' from generate_series(0, 5) p;
insert into account (account_id, provider, person_id) select 'p' || p, 'github', 'p' || p from generate_series(0, 5) p;
create temporary table planted as
select 10 * (phase - 1) + i as n, i, at,
  at - 1440 * (s1 + s2 + s3 + s4) * interval '1 minute' as required, at - 1440 * (s2 + s3 + s4) * interval '1 minute' as complete,
  at - 1440 * (s3 + s4) * interval '1 minute' as approved, at - 1440 * s4 * interval '1 minute' as tested
from (values (1, timestamptz '2026-02-02 12:00Z', 5.2, 2.8, 1.6, 3.1), (2, '2026-03-02 12:00Z', 3.1, 4.2, 2.3, 3.1), (3, '2026-03-30 12:00Z', 3.3, 2.6, 1.8, 2.1))
  as p (phase, at, s1, s2, s3, s4), generate_series(1, 10) i;
insert into change (repo_id, change_id, change_key, kind, title, author_account_id, first_ready_at, merged_at, head_sha, source)
select 1, n, n::text, 'pull_request', 'change ' || n, 'p' || i % 5, complete, tested, 'sha-' || n, 'github' from planted;
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, created_at, first_ready_at, first_review_at, review_rounds,
  deployed_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, size)
select 1, n, n::text, tested, case i when 1 then required + interval '1 day' else required end, complete, complete, approved, 1, at, 'change ' || n,
  'acme/shop', 'web', 'human', 'p' || i % 5, 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S' from planted;
insert into change_event (repo_id, change_key, event_id, at, account_id, kind, state)
select 1, n::text, 'a', approved, 'p' || (i + 1) % 5, 'review', 'approved' from planted;
insert into build (repo_id, source, external_id, kind, name, sha, change_key, started_at, finished_at, result)
select 1, 'github', n::text, 'check', 'test', 'sha-' || n, n::text, tested - interval '1 hour', tested, 'success' from planted;
-- Each change belongs to an issue, opened years before. The first says by its states when it was ready; of the others the tracker tells no state that maps
-- to a stage, so that their first commit is all that is known. An eleventh issue of each phase, of the last change, has times that go back.
insert into issue (source, external_id, issue_key, created_at)
select 'linear', n || x, 'SHOP-' || n || x, '2023-01-01' from planted, (values (''), ('0')) as k (x) where x = '' or i = 10;
insert into issue_fact (source, external_id, ready_at, ready_basis, reopened_count, moved_count, bad_order_count, unmapped_states)
select 'linear', n::text, case i when 1 then required end, case i when 1 then 'state' end, 0, 0, 0, case when i > 1 then '{Triage}'::text[] else '{}' end from planted
union all select 'linear', n || '0', null, null, 0, 0, 1, '{}' from planted where i = 10;
insert into issue_key (source, issue_key, external_id) select source, issue_key, external_id from issue;
insert into issue_mention (repo_id, change_key, issue_key, method)
select 1, n::text, 'SHOP-' || n || x, 'branch' from planted, (values (''), ('0')) as k (x) where x = '' or i = 10;
-- Who reviewed worked for 4.2 hours on each review, as estimated; the check ran for the last hour of the tests. When a deployment began is not known.
insert into change_review (repo_id, change_id, change_key, is_reviewed, review_minutes, is_ai_reviewed, ai_comment_count, ai_changed_count,
  ai_settled_count, program_review_count) select 1, n, n::text, true, 252, false, 0, 0, 0, 0 from planted;
insert into phase (phase_no, phase_id, title, started_at, ended_at) values (1, 'baseline', 'Before AI', '2026-02-02', '2026-03-02'),
  (2, 'ai', 'AI alone', '2026-03-02', '2026-03-30'), (3, 'process', 'After process work', '2026-03-30', '2026-04-27');
insert into stream_state (stream_id, watermark) values ('github/changes/acme', '2026-05-01');
drop table planted;
