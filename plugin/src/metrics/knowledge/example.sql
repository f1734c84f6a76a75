-- Six people, of whom the last left two years ago. File 1: 60 lines of each of the first two. File 2: 40 lines of the third. File 3: 20 lines of the one who
-- left. File 4: 60 lines of the fourth; lines of the fifth in it are gone. File 5: 20 of the fifth and 20 of the first.
insert into repo (repo_id, slug, observed_until) overriding system value values (1, 'acme/shop', '2026-06-01');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 6) i;
insert into account (account_id, provider, person_id) select 'git:p' || i, 'git', 'p' || i from generate_series(1, 6) i;
insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, authored_at, committed_at, subject)
select 1, i, 'sha' || i, '{}', 'git:p' || i, '2024-01-01', '2024-01-01', 'work' from generate_series(1, 6) i;
insert into line_span (repo_id, origin_no, path_id, died_no, death_kind, born_at, died_at, lines, effective_lines, born_no)
values (1, 1, 1, 0, '', '2024-01-01', null, 60, 60, 1), (1, 2, 1, 0, '', '2024-01-01', null, 60, 60, 2), (1, 3, 2, 0, '', '2024-01-01', null, 40, 40, 3),
  (1, 6, 3, 0, '', '2024-01-01', null, 20, 20, 6), (1, 4, 4, 0, '', '2024-01-01', null, 60, 60, 4), (1, 5, 4, 4, 'modified', '2024-01-01', '2025-01-01', 9, 9, 5),
  (1, 5, 5, 0, '', '2024-01-01', null, 20, 20, 5), (1, 1, 5, 0, '', '2024-01-01', null, 20, 20, 1);
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id, seniority,
    pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size)
select 1, i, 'c' || i, case when i = 6 then timestamptz '2024-01-01' else '2026-01-10' end, '2024-01-01', 'change', 'shop', 'web', 'human', 'p' || i, 'unknown',
  'feature', 'none', 'human', 0.8, 'trailer', 1, 10, 'S' from generate_series(1, 6) i;
