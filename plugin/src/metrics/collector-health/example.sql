insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, last_error, row_count, skipped_count) values
  ('git/history/acme/shop', '2026-03-10 09:00Z', '2026-03-10 09:05Z', '2026-03-10 09:05Z', null, 120, 0),
  ('git/tags/acme/shop', '2026-03-08 09:00Z', '2026-03-08 10:00Z', '2026-03-08 10:00Z', null, 4, 1),
  ('git/history/acme/pay', null, '2026-03-10 09:00Z', null, 'not a repository', 0, 0),
  ('import/people.csv', '2026-03-10 08:00Z', '2026-03-10 09:30Z', '2026-03-10 08:00Z', 'the store went away', 12, 2);
-- A first collection under way, and what waits for it.
insert into stream_state (stream_id, last_run_at, row_count, run_done, run_total, run_unit, alive_at) values
  ('git/history/acme/web', '2026-03-10 09:40Z', 4000, 4000, 10000, 'commits', '2026-03-10 10:04Z'),
  ('lifetimes/lines/acme/web', null, 0, null, null, null, null);
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method, code_source, method,
  commit_count, size) select 1, i, i::text, (array['2026-02-02', '2026-02-20'])[i]::timestamptz, 'change', 'acme/shop', 'web', 'human', 'unknown', 'feature', 'none',
  'unknown', 'none', 1, 'S' from generate_series(1, 2) i;
-- What tools sent and nothing understands.
insert into unknown_name (stream_id, kind, tool, name, version, attributes, entries, first_at, last_at) values
  ('otlp/metrics', 'metric', 'codex', 'codex.turn.cost', '0.172.0', '{model,originator}', 120, '2026-03-01 09:00Z', '2026-03-09 18:00Z'),
  ('otlp/logs', 'event', '', '', null, '{}', 7, '2026-03-09 12:00Z', '2026-03-09 12:05Z'),
  ('otlp/metrics', 'value', 'claude-code', 'claude_code.token.usage.type', '2.2.0', '{}', 3, '2026-01-05 08:00Z', '2026-01-05 08:00Z');
