-- Twenty changes of five people, two a day from Monday 2026-03-02 on, i of 30 × i effective lines. The check of every fourth failed first and passed
-- when it was repeated. 1 was reverted after 10 days, 4 after 40; half of 2 was rewritten after 20; 3 caused an incident a day later; the issue of 5
-- was reopened after 5 days. Change 21 was merged too lately to tell what becomes of it.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into stream_state (stream_id, watermark) values ('github/test', '2026-05-01Z');
create temporary table planted as
select i, timestamptz '2026-03-02 12:00Z' + ((i - 1) / 2) * interval '1 day' as merged, 30 * i as lines from generate_series(1, 20) i
union all select 21, '2026-04-20 12:00Z', 5;
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class,
  class_method, code_source, method, commit_count, effective_added, effective_deleted, size, reverted_at)
select 1, i, i::text, merged, 'change ' || i, 'acme/shop', 'web', 'human', 'p' || ((i - 1) / 2) % 5, 'unknown', 'feature', 'none',
  case when i <= 20 then 'human' else 'unknown' end, 'none', 1, lines - 1, 1,
  case when lines < 10 then 'XS' when lines < 50 then 'S' when lines < 200 then 'M' when lines < 500 then 'L' else 'XL' end,
  case i when 1 then merged + interval '10 days' when 4 then merged + interval '40 days' end from planted;
insert into change_survival (repo_id, change_id, merged_at, born_at, service_id, team_id, author_kind, responsible_id, pr_class, code_source, seniority,
  size, zone, is_assumed, effective_lines, lost_14, lost_30, lost_60, lost_90, lost, censored, pending, is_reapplied, rewritten_at)
select 1, i, merged, merged, 'acme/shop', 'web', 'human', 'p1', 'feature', 'human', 'unknown', 'M', 'unknown', false, lines, 0, 0, 0, 0, 0, lines, 0, false,
  case i when 2 then merged + interval '20 days' end from planted;
insert into build (repo_id, source, external_id, attempt, kind, name, change_key, started_at, finished_at, result)
select 1, 'github', i::text, a, 'check', 'test', i::text, merged - interval '2 hours', merged - interval '1 hour' + a * interval '1 minute',
  case when a = 1 and i % 4 = 0 then 'failure' else 'success' end
from planted, generate_series(1, 2) a where a = 1 or i % 4 = 0;
insert into incident (incident_id, source, external_id, title, started_at) overriding system value select 1, 'csv', '1', 'Outage', merged + interval '1 day' from planted where i = 3;
insert into incident_link (incident_id, repo_id, change_id, method) values (1, 1, 3, 'explicit');
insert into issue (source, external_id, issue_key, created_at) values ('linear', '5', 'SHOP-5', '2026-02-01Z');
insert into issue_key (source, issue_key, external_id) values ('linear', 'SHOP-5', '5');
insert into issue_mention (repo_id, change_key, issue_key, method) values (1, '5', 'SHOP-5', 'title');
insert into issue_stage (source, external_id, seq, stage, began_at, ended_at)
select 'linear', '5', 0, 'done', merged, merged + interval '5 days' from planted where i = 5;
insert into change (repo_id, change_id, change_key, kind, title, merged_at, source) select 1, i, i::text, 'pull_request', 'change ' || i, merged, 'github' from planted;
drop table planted;
