-- Three sprints of project SHOP, which begin on a Tuesday at 8:00 and are closed two weeks later; each five issues are of five people.
-- Sprint 1 commits to ten issues: 1 to 7 are done in it (7 is reopened a week after its end), 8 is open at its end, 9 is taken out, 10 is given up.
-- Two are added, of which 11 is done. 13 is a sub-task of 1 and 14 an epic; 15 was done before it began, 16 was deleted, the history of 17 goes back.
-- Sprint 2 commits to nothing; 18 to 22 are added and done. Sprint 3 is open, and holds 8.
-- Of project API five cycles of a week from 5 January on commit to five issues each, and deliver 5, 4, 3, 4 and 4 of them.
insert into stream_state (stream_id, watermark) values ('jira/issues', '2026-04-10Z'), ('jira/sprints', '2026-04-10Z');
insert into team (team_id, title) values ('web', 'Web');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(0, 4) i;
insert into account (account_id, provider, person_id) select 'jira:' || person_id, 'jira', person_id from person;
insert into account_join (account_id, version, person_id, method, confidence) select account_id, 1, person_id, 'given', 1 from account;
insert into membership (person_id, team_id, valid_from) select person_id, 'web', '2025-01-01' from person;
insert into cycle (source, cycle_id, project_key, title, starts_at, ends_at, completed_at) values
  ('jira', '1', 'SHOP', 'Sprint 1', '2026-03-03 08:00Z', '2026-03-17 08:00Z', '2026-03-17 08:00Z'),
  ('jira', '2', 'SHOP', 'Sprint 2', '2026-03-17 08:00Z', '2026-03-31 08:00Z', '2026-03-31 08:00Z'),
  ('jira', '3', 'SHOP', 'Sprint 3', '2026-03-31 08:00Z', '2026-04-14 08:00Z', null);
insert into issue (source, external_id, project_key, kind, parent_id, created_at, deleted_at, assignee_account_id)
select 'jira', i::text, 'SHOP', case i when 13 then 'sub_task' when 14 then 'epic' else 'issue' end, case i when 13 then '1' end, '2026-01-01Z',
  case i when 16 then timestamptz '2026-03-10Z' end, 'jira:p' || i % 5 from generate_series(1, 22) i;
insert into issue_cycle (source, external_id, cycle_id, added_at, removed_at, method)
select 'jira', i::text, case when i < 18 then '1' else '2' end, case when i in (11, 12) then timestamptz '2026-03-05Z' when i >= 18 then '2026-03-20Z' else '2026-03-02Z' end,
  case i when 9 then timestamptz '2026-03-09Z' end, 'changelog' from generate_series(1, 22) i
union all select 'jira', '8', '3', '2026-03-30Z', null, 'changelog';
insert into issue_fact (source, external_id, done_at, done_basis, cancelled_at, reopened_count, moved_count, bad_order_count)
select 'jira', i::text, case when i < 7 or i in (11, 13, 16, 17) then timestamptz '2026-03-12Z' when i = 15 then '2026-03-01Z' when i >= 18 then '2026-03-25Z' end, 'state',
  case i when 10 then timestamptz '2026-03-11Z' end, (i = 7)::integer, 0, (i = 17)::integer from generate_series(1, 22) i;
insert into issue_stage (source, external_id, seq, stage, began_at, ended_at) values
  ('jira', '7', 0, 'done', '2026-03-13Z', '2026-03-24Z'), ('jira', '7', 1, 'in_progress', '2026-03-24Z', null);
create temporary table planted as
select w, i, timestamptz '2026-01-05Z' + w * interval '7 days' as starts, i <= (array[5, 4, 3, 4, 4])[w + 1] as is_done from generate_series(0, 4) w, generate_series(1, 5) i;
insert into cycle (source, cycle_id, project_key, title, starts_at, ends_at, completed_at)
select distinct 'jira', 'a' || w, 'API', 'Week ' || w + 1, starts, starts + interval '6 days', starts + interval '6 days' from planted;
insert into issue (source, external_id, project_key, created_at, assignee_account_id) select 'jira', format('a%s-%s', w, i), 'API', '2026-01-01Z', 'jira:p' || i - 1 from planted;
insert into issue_cycle (source, external_id, cycle_id, added_at, method) select 'jira', format('a%s-%s', w, i), 'a' || w, '2026-01-02Z', 'changelog' from planted;
insert into issue_fact (source, external_id, done_at, done_basis, reopened_count, moved_count, bad_order_count)
select 'jira', format('a%s-%s', w, i), case when is_done then starts + interval '2 days' end, 'state', 0, 0, 0 from planted;
drop table planted;
