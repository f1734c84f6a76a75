-- Six people of team web and one of team ops; the range ends on Monday 2026-03-09 12:00.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into team (team_id, title) values ('web', 'Web'), ('ops', 'Ops');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 7) i;
insert into account (account_id, provider, person_id) select 'git:' || i, 'git', 'p' || i from generate_series(1, 7) i;
insert into membership (person_id, team_id, valid_from) select 'p' || i, case when i < 7 then 'web' else 'ops' end, '2026-01-01' from generate_series(1, 7) i;
insert into change (repo_id, change_key, kind, title, author_account_id, first_ready_at, merged_at, closed_at, source) values
  (1, '1', 'pull_request', 'waits half a day', 'git:1', '2026-03-09 00:00Z', null, null, 'example'),
  (1, '2', 'pull_request', 'waits over a weekend: Friday noon to Monday noon', 'git:2', '2026-03-06 12:00Z', null, null, 'example'),
  (1, '3', 'pull_request', 'waits since Thursday noon', 'git:3', '2026-03-05 12:00Z', null, null, 'example'),
  (1, '4', 'pull_request', 'waits since Wednesday noon', 'git:4', '2026-03-04 12:00Z', null, null, 'example'),
  (1, '5', 'pull_request', 'waits since Tuesday noon', 'git:5', '2026-03-03 12:00Z', null, null, 'example'),
  (1, '6', 'pull_request', 'merged: does not wait', 'git:6', '2026-03-03 12:00Z', '2026-03-04 12:00Z', '2026-03-04 12:00Z', 'example'),
  (1, '7', 'pull_request', 'closed: does not wait', 'git:6', '2026-03-03 12:00Z', null, '2026-03-04 12:00Z', 'example'),
  (1, '8', 'pull_request', 'one person of ops waits', 'git:7', '2026-03-06 12:00Z', null, null, 'example');
