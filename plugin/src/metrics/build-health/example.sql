-- Five jobs on five commits each: A failed and passed, B passed, C failed, D passed twice, E failed twice and passed. And twelve pipelines of one repository
-- that took 10, 11 … 21 minutes after two in the queue, the last two of which failed; the first was repeated a year later.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop'), (2, 'acme/pay');
insert into build (repo_id, source, external_id, attempt, kind, name, sha, started_at, finished_at, result)
select 1, 'github', job || c, place, 'check', job, 'sha' || c, at, at + interval '5 minutes', case letter when 'F' then 'failure' else 'success' end
from (values ('A', 'FP'), ('B', 'P'), ('C', 'F'), ('D', 'PP'), ('E', 'FFP')) as j (job, attempts), generate_series(1, 5) c,
  string_to_table(attempts, null) with ordinality as l (letter, place),
  lateral (select timestamptz '2026-03-10 10:00Z' + c * interval '1 day' + place * interval '10 minutes' as at) t;
insert into build (repo_id, source, external_id, attempt, kind, name, queued_at, started_at, finished_at, result)
select 2, 'github', 'run' || i, 1, 'run', 'ci', at - interval '2 minutes', at, at + (9 + i) * interval '1 minute', case when i > 10 then 'failure' else 'success' end
from generate_series(1, 12) i, lateral (select timestamptz '2026-03-10 10:00Z' + i * interval '1 hour' as at) t
union all select 2, 'github', 'run1', 2, 'run', 'ci', '2027-03-10', '2027-03-10', '2027-03-10 05:00Z', 'success';
