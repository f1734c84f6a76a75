-- Git alone: six people merged two changes each, one marked by a tool and one unmarked, in a history that is followed for 110 days. No tags.
insert into repo (repo_id, slug, observed_until) overriding system value values (1, 'acme/shop', '2026-06-20');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 6) i;
insert into account (account_id, provider, person_id) select 'git:' || i, 'git', 'p' || i from generate_series(1, 6) i;
insert into stream_state (stream_id, last_ok_at, watermark) values ('git/history/acme/shop', '2026-06-20', '2026-06-20');
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id, seniority,
  pr_class, class_method, code_source, method, commit_count, size)
select 1, i, i::text, '2026-03-02', '2026-03-01', 'change ' || i, 'acme/shop', 'unknown', 'human', 'p' || (1 + i % 6), 'unknown',
  'feature', 'none', case when i <= 6 then 'ai_heavy' else 'unknown' end, 'none', 1, 'S'
from generate_series(1, 12) i;
insert into change_survival (repo_id, change_id, merged_at, born_at, service_id, team_id, author_kind, responsible_id, pr_class, code_source,
  seniority, size, zone, is_assumed, confidence, effective_lines, lost_14, lost_30, lost_60, lost_90, lost, censored, pending, is_reapplied)
select repo_id, change_id, merged_at, merged_at, service_id, team_id, author_kind, responsible_id, pr_class, code_source,
  seniority, size, zone, false, 0.7, 20, 0, 0, 0, 0, 0, 0, 0, false
from change_fact;
