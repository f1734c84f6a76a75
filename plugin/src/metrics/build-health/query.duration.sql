-- grain: one row per (group)
-- First attempts of whole pipelines that ended, by their end; minutes from the start, and those of the queue before it, packed as float8, big-endian
-- and in base64.
with unit as (
  select concat_ws(chr(31),
           -- @include cell
         ) as cell, u.result, date_part('epoch', u.finished_at - u.started_at) / 60 as minutes,
         date_part('epoch', u.started_at - u.queued_at) / 60 as queue
  from build_attempt u
  where u.kind = 'run' and u.attempt = 1 and u.result in ('success', 'failure', 'timed_out') and u.started_at <= u.finished_at
    and u.finished_at >= :from::timestamptz and u.finished_at < :to::timestamptz
    and (:service::text[] is null or u.service = any(:service::text[])) and (:repo::text[] is null or u.repo = any(:repo::text[]))
)
select cell, count(*)::double precision as n, count(*) filter (where result = 'success')::double precision as passed,
       encode(string_agg(float8send(minutes), '') filter (where result = 'success'), 'base64') as passing,
       encode(string_agg(float8send(minutes), '') filter (where result <> 'success'), 'base64') as failing,
       encode(string_agg(float8send(queue), '') filter (where queue >= 0), 'base64') as queued,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit group by cell
