-- Twenty changes of five people, ten of AI and ten of human code, merged on 2026-03-10 12:00; change 21 was merged without a review by who wrote it.
-- Even ones have 900 lines (XL), odd ones 300 (L). Ten reviewers, one a change: five senior, five mid. Of AI code each review took 5.2 hours, of human
-- code 4; change i (or i − 10) waited i hours (AI twice as long). Comments on AI code: 18 for XL, 8 or 7 for L, together 126; on human code 9 and 3,
-- together 60. An AI reviewer began two threads in each: of one the lines were changed where AI wrote the code; where people did, one was resolved.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into change_fact (repo_id, change_id, change_key, merged_at, created_at, first_ready_at, first_review_at, review_rounds, title, service_id, team_id,
  author_kind, responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, effective_added, effective_deleted, size)
select 1, i, i::text, '2026-03-10 12:00Z', '2026-03-08 12:00Z', '2026-03-08 12:00Z', case when i < 21 then timestamptz '2026-03-09 12:00Z' end,
  case when i < 21 then 1 + i % 2 end, 'change ' || i, 'acme/shop', 'web', 'human', 'p' || i % 5, 'unknown', 'feature', 'none',
  case when i <= 10 then 'ai_heavy' else 'human' end, 'none', 1, 200 + 600 * (1 - i % 2), 100, (array['XL', 'L'])[1 + i % 2]
from generate_series(1, 21) i;
insert into change_review
select 1, i, i::text, i < 21, i = 21, case when i <= 10 then 120 * i when i < 21 then 60 * (i - 10) end, case when i < 21 then 1500 end,
  case when i <= 10 then 312 when i < 21 then 240 end,
  case when i = 1 then 8 when i <= 10 then 18 - 11 * (i % 2) when i < 21 then 9 - 6 * (i % 2) end,
  case when i < 21 then i % 2 = 1 end, case when i < 21 then i in (2, 4) end, case when i < 21 then i % 5 = 0 end, case when i <= 10 then 2 else 3 end,
  i < 21, case when i < 21 then 2 else 0 end, (i <= 10)::integer, (i between 11 and 20)::integer, 0
from generate_series(1, 21) i;
insert into reviewer_part
select 1, i, i::text, 'r' || i % 10, '2026-03-09 12:00Z', case when i <= 10 then 312 else 240 end, 1, 'web', (array['senior', 'mid'])[1 + (i % 10) / 5]
from generate_series(1, 20) i;
