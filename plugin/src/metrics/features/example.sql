-- Thirty issues of five people, six each, are done in the first quarter, ten a month: the first ten are features, the next five bugs, five are docs, and of
-- ten nothing says what they are. Beside them a feature that is open, one that was given up, one that was deleted, an epic and a sub-task.
-- In the second quarter six issues of unknown type are done.
insert into stream_state (stream_id, watermark) values ('jira/issues', '2026-07-15Z');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(0, 4) i;
insert into account (account_id, provider, person_id) select 'jira:' || person_id, 'jira', person_id from person;
insert into account_join (account_id, version, person_id, method, confidence) select account_id, 1, person_id, 'given', 1 from account;
insert into issue (source, external_id, kind, type, created_at, deleted_at, assignee_account_id)
select 'jira', i::text, case i when 34 then 'epic' when 35 then 'sub_task' else 'issue' end,
  case when i <= 10 or i between 31 and 35 then 'feature' when i <= 15 then 'bug' when i <= 20 then 'docs' end, '2025-12-01Z',
  case i when 33 then timestamptz '2026-03-30Z' end, 'jira:p' || i % 5 from generate_series(1, 41) i;
insert into issue_fact (source, external_id, done_at, done_basis, cancelled_at, reopened_count, moved_count, bad_order_count)
select 'jira', i::text, case when i <= 30 then timestamptz '2026-01-10Z' + ((i - 1) % 3) * interval '1 month' when i in (31, 32) then null when i <= 35 then '2026-03-10Z' else '2026-05-10Z' end,
  'state', case i when 32 then timestamptz '2026-03-11Z' end, 0, 0, 0 from generate_series(1, 41) i;
