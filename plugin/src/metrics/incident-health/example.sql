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
-- 40 changes by ten people were merged, 20 of them by hand. In February twenty incidents of service pay took 10 to 50 minutes twice where one of five seniors
-- responded, 60 to 100 where one of five juniors did.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind, experience_start) select 'p' || i, 'human', case when i <= 5 then date '2015-01-01' else '2025-10-01' end from generate_series(1, 10) i;
insert into account (account_id, provider, person_id) select 'git:p' || i, 'git', 'p' || i from generate_series(1, 10) i;
insert into incident (source, external_id, service_id, title, started_at, resolved_at, responder_account_id)
select 'pagerduty', 'pay' || i, 'pay', 'Outage', started, started + place * interval '10 minutes', 'git:p' || place
from (select i, 1 + (i - 1) % 10 as place, timestamptz '2026-02-02 09:00Z' + i * interval '1 day' as started from generate_series(1, 20) i) p;
insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id, seniority,
    pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size)
select 1, i, i::text, timestamptz '2026-03-02 08:00Z' + i * interval '6 hours', '2026-03-01', 'change', 'shop', 'web', 'human', 'p' || (1 + i % 10), 'unknown',
  'feature', 'none', case when i % 2 = 0 then 'human' else 'ai_heavy' end, 0.8, 'trailer', 1, 10, 'S' from generate_series(1, 40) i;
