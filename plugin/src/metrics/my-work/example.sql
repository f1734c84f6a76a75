insert into person (person_id, kind) values ('me', 'human'), ('other', 'human');
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into tool (tool_id, title, nominal_grade) values ('cursor', 'Cursor', 3), ('copilot', 'Copilot', 2);
-- Two of the other's uses, which no answer has; a day with none; a day without a number.
insert into tool_day (tool_id, person_id, day, grade, invocations, source) values
  ('cursor', 'me', '2026-02-03', 3, 4, 'csv'), ('cursor', 'me', '2026-02-04', 3, 2, 'csv'), ('cursor', 'me', '2026-02-05', 3, 0, 'csv'),
  ('copilot', 'me', '2026-02-04', 2, null, 'csv'), ('cursor', 'me', '2026-03-02', 3, 1, 'csv'),
  ('cursor', 'other', '2026-02-03', 3, 40, 'csv'), ('copilot', 'other', '2026-02-09', 2, 7, 'csv');
-- Mine: two of AI, of 2 hours and of 4 and taken back, and one of unknown source without a start; one of the other's.
insert into change_fact (repo_id, change_id, change_key, first_commit_at, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class, class_method,
  code_source, method, commit_count, size, reverted_at) values
  (1, 1, '1', '2026-02-03 10:00Z', '2026-02-03 12:00Z', 'a', 'shop', 'web', 'human', 'me', 'unknown', 'feature', 'none', 'ai_heavy', 'none', 1, 'S', null),
  (1, 2, '2', '2026-02-10 10:00Z', '2026-02-10 14:00Z', 'b', 'shop', 'web', 'human', 'me', 'unknown', 'feature', 'none', 'ai_heavy', 'none', 1, 'S', '2026-02-11 09:00Z'),
  (1, 3, '3', null, '2026-02-12 14:00Z', 'c', 'shop', 'web', 'human', 'me', 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S', null),
  (1, 4, '4', '2026-02-12 10:00Z', '2026-02-13 10:00Z', 'd', 'shop', 'web', 'human', 'other', 'unknown', 'feature', 'none', 'ai_heavy', 'none', 1, 'S', null);
