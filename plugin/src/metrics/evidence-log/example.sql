insert into evidence_opening (at, org_id, who, role, asked, rows) values
  ('2026-03-02 09:00Z', 1, 'ana', 'Editor', '{"metric": "evidence", "mode": "changes", "team": ["web"], "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}', 12),
  ('2026-03-02 09:05Z', 1, 'ana', 'Editor', '{"metric": "evidence", "mode": "incidents", "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}', 2),
  ('2026-03-03 08:00Z', 1, 'bo', 'Admin', '{"metric": "evidence", "mode": "changes", "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}', 200),
  ('2026-01-03 08:00Z', 1, 'bo', 'Admin', '{"metric": "evidence", "mode": "changes", "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}', 5);
