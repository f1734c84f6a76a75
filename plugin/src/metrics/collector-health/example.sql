insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, last_error, row_count, skipped_count) values
  ('git/history/acme/shop', '2026-03-10 09:00Z', '2026-03-10 09:05Z', '2026-03-10 09:05Z', null, 120, 0),
  ('git/tags/acme/shop', '2026-03-08 09:00Z', '2026-03-08 10:00Z', '2026-03-08 10:00Z', null, 4, 1),
  ('git/history/acme/pay', null, '2026-03-10 09:00Z', null, 'not a repository', 0, 0),
  ('import/people.csv', '2026-03-10 08:00Z', '2026-03-10 09:30Z', '2026-03-10 08:00Z', 'the store went away', 12, 2);
