-- Ten incidents of service shop in two weeks: twice 30, 45, 60 and 240 minutes until they were resolved, and two that have been open for 120 minutes when the
-- data ends. The first four were acknowledged after 5 minutes; one is of severity s1, one of s3, one a security incident. 50 deployments.
insert into stream_state (stream_id, watermark) values ('pagerduty/test', '2026-03-15 02:00Z');
insert into incident (source, external_id, service_id, title, severity, started_at, acknowledged_at, resolved_at, is_security)
select 'pagerduty', i::text, 'shop', 'Outage', case i when 1 then 's1' when 2 then 's3' end, started,
  case when i <= 4 then started + interval '5 minutes' end, started + minutes * interval '1 minute', i = 3
from (select i, (array[30, 45, 60, 240, 30, 45, 60, 240])[i] as minutes, case when i <= 8 then timestamptz '2026-03-02 09:00Z' + i * interval '1 day' else '2026-03-15 00:00Z' end as started
  from generate_series(1, 10) i) p;
insert into deployment_fact (deployment_id, service_id, environment, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework, change_count)
select i, 'shop', 'production', 'web', timestamptz '2026-03-02 08:00Z' + i * interval '6 hours', 'planned', false, false, false, 1 from generate_series(1, 50) i;
