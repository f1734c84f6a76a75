-- grain: one row per (store); none before the first stream is known
with whole as (
  select
    count(*) as streams,
    count(s.last_ok_at) as streams_done,
    count(*) filter (where s.last_ok_at is null and s.last_error is not null) as streams_failed,
    avg(case
      when s.last_ok_at is not null then 1
      when s.run_total > 0 then least(s.run_done / s.run_total, 1)
      else 0
    end)::double precision as done,
    max(greatest(s.alive_at, s.last_run_at, s.last_ok_at)) as alive_at,
    min(s.watermark) as complete_until
  from stream_state s
  where (:stream::text is null or starts_with(s.stream_id, :stream::text))
), zone as (
  select coalesce((select value #>> '{}' from setting where key = 'default_tz'), 'UTC') as tz
), closed as (
  -- Whole closed weeks in one zone for everybody: a range that is walked tells no instant at which somebody merged.
  select
    date_trunc('week', (select min(f.merged_at) from change_fact f where f.merged_at < w.ended_at) at time zone z.tz) as first_on,
    date_trunc('week', (select max(f.merged_at) from change_fact f where f.merged_at < w.ended_at) at time zone z.tz) + interval '7 days' as until_on
  from zone z
  cross join lateral (select date_trunc('week', now() at time zone z.tz) at time zone z.tz as ended_at) w
), held as (
  select
    c.first_on at time zone z.tz as first_at,
    c.until_on at time zone z.tz as until,
    c.first_on as first_day,
    c.until_on as until_day,
    to_char(c.first_on, 'YYYY-MM-DD') as first_on,
    to_char(c.until_on - interval '1 day', 'YYYY-MM-DD') as last_on,
    exists (select from change_fact) as has_any
  from closed c
  cross join zone z
)
select
  w.done as value,
  case
    -- Of now, also where the range ends in the past: it may lie there since the data does. The day stays true, a number of weeks would not.
    when w.streams_done = w.streams and w.complete_until < now() - interval '14 days'
      then format('all read, it ends %s', to_char(date_trunc('week', w.complete_until at time zone z.tz), 'YYYY-MM-DD'))
    when w.streams_done = w.streams then 'up to date'
    when w.streams_done + w.streams_failed = w.streams
      then format('up to date but for %s of %s streams, which failed', w.streams_failed, w.streams)
    when w.alive_at >= :to::timestamptz - interval '5 minutes' then format('collecting, %s %%', floor(100 * w.done))
    else format('stopped at %s %%', floor(100 * w.done))
  end as summary,
  -- A watermark may be the instant of somebody's last commit: its week is told.
  case when w.streams_done = w.streams
    then 1000 * extract(epoch from date_trunc('week', w.complete_until at time zone z.tz) at time zone z.tz)::double precision end as complete_until,
  case
    when not h.has_any then 'none yet'
    when h.until is null then 'none in a closed week yet'
    when h.until <= :from::timestamptz or h.first_at >= :to::timestamptz
      then format('none in this range: choose one from %s to %s', h.first_on, h.last_on)
    -- Its last week may be beyond what is complete: that one is not told as if it were.
    when (date_trunc('week', w.complete_until at time zone z.tz)) > h.first_day and (date_trunc('week', w.complete_until at time zone z.tz)) < h.until_day and w.streams_done = w.streams
      then format('%s to %s', h.first_on, to_char((date_trunc('week', w.complete_until at time zone z.tz)) - interval '1 day', 'YYYY-MM-DD'))
    else format('%s to %s', h.first_on, h.last_on)
  end as held,
  w.streams_done::double precision as streams_done,
  w.streams::double precision as streams,
  case when w.streams_done = w.streams then 'ok' else 'stale' end as status
from whole w
cross join held h
cross join zone z
where w.streams > 0
