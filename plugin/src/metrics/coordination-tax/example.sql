-- 125 changes of ten people, five a day from 2026-03-02 on. Nobody looked at the last 25 while they were open; at the others every two hours, and 18 of
-- them were seen in conflict with their base for one and a half business hours each. Every change has a commit of its own, of which the pipeline took
-- ten minutes; in every fifth the base was merged, and that took fifteen. 50 of them stood in a merge queue, which put 6 of them out once.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into stream_state (stream_id, watermark) values ('github/test', '2026-05-01Z');
create temporary table planted as
select i, timestamptz '2026-03-02 12:00Z' + ((i - 1) / 5) * interval '1 day' as merged from generate_series(1, 125) i;
insert into change (repo_id, change_id, change_key, kind, title, base_branch, created_at, merged_at, merge_sha, source)
select 1, i, i::text, 'pull_request', 'change ' || i, 'main', merged - interval '2 days', merged, 'm' || i, 'github' from planted;
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class,
  class_method, code_source, method, commit_count, size)
select 1, i, i::text, merged, 'change ' || i, 'acme/shop', 'web', 'human', 'p' || i % 10, 'unknown', 'feature', 'none',
  case when i % 2 = 0 then 'ai_heavy' else 'human' end, 'none', 1, 'M' from planted;
insert into change_watch (repo_id, change_key, first_at, last_at, look_count)
select 1, i::text, merged - interval '21 hours', merged - interval '1 hour', 11 from planted where i <= 100;
insert into change_coordination (repo_id, change_id, change_key, conflict_count, conflict_minutes, queue_count, ejection_count)
select 1, i, i::text, (i <= 18)::integer, case when i <= 18 then 90 else 0 end, (i > 50)::integer, (i between 51 and 56)::integer
from planted where i <= 100 and (i <= 18 or i > 50);
insert into git_commit (repo_id, commit_no, sha, parents, authored_at, committed_at, change_key, subject, is_merge, is_on_default)
select 1, 2 * i + b, 'c' || i || b, '{}', merged - interval '1 day', merged - interval '1 day', i::text,
  case b when 0 then 'feat: it' else 'Merge branch ''main'' into it' end, b = 1, false
from planted, generate_series(0, 1) b where b = 0 or i % 5 = 0;
insert into build (repo_id, source, external_id, attempt, kind, name, sha, change_key, started_at, finished_at, result)
select 1, 'github', sha, 1, 'run', 'ci', sha, change_key, committed_at, committed_at + case when is_merge then 15 else 10 end * interval '1 minute', 'success'
from git_commit;
drop table planted;
