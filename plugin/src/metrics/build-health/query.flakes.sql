-- grain: one row per (group)
-- A pair is a pipeline or check and a commit, by the end of its last attempt. Cancelled, skipped and unfinished attempts tell nothing.
with attempt as (
  select u.repo, u.service, u.kind, u.name, u.sha, u.finished_at, u.result <> 'success' as is_failed,
         coalesce(bool_or(u.result = 'success') over later, false) as passed_later
  from build_attempt u
  where u.sha is not null and u.result in ('success', 'failure', 'timed_out') and u.finished_at < :to::timestamptz
    -- Repeated within two weeks: what is run again a year later was something else.
    and u.finished_at >= :from::timestamptz - interval '14 days'
    and (:service::text[] is null or u.service = any(:service::text[])) and (:repo::text[] is null or u.repo = any(:repo::text[]))
  window later as (partition by u.repo, u.kind, u.name, u.sha order by u.finished_at, u.attempt rows between 1 following and unbounded following)
),
pair as (
  select repo, service, max(finished_at) as finished_at, bool_or(is_failed) and bool_or(not is_failed) as is_flaky,
         count(*) filter (where is_failed) as failed, count(*) filter (where is_failed and passed_later) as failed_flaky
  from attempt group by repo, service, kind, name, sha
),
unit as (
  select concat_ws(chr(31),
           -- @include cell
         ) as cell, u.*
  from pair u where u.finished_at >= :from::timestamptz
)
select cell, count(*)::double precision as n, count(*) filter (where is_flaky)::double precision as hits, sum(failed)::double precision as failed,
       sum(failed_flaky)::double precision as failed_flaky, (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit group by cell
