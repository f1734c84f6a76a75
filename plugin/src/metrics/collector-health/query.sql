-- grain: one row per (stream)
select
  s.stream_id as stream,
  extract(epoch from :to::timestamptz - s.last_ok_at)::double precision as value,
  extract(epoch from :to::timestamptz - s.watermark)::double precision as data_lag,
  s.row_count::double precision as rows,
  s.skipped_count::double precision as skipped,
  case
    when s.last_ok_at is null and s.last_error is null and s.last_run_at is null then 'waiting'
    when s.last_ok_at is null and s.last_error is null
      and greatest(s.alive_at, s.last_run_at) >= :to::timestamptz - interval '5 minutes' then 'collecting'
    when s.last_ok_at is null then 'never'
    when s.last_error is not null then 'failed'
    when s.last_ok_at < :to::timestamptz - make_interval(secs => :stale_after_hours::double precision * 3600) then 'stale'
    when s.watermark < :to::timestamptz - interval '14 days' then 'quiet'
    else 'fresh'
  end as state,
  case
    when s.run_total > 0
      then format('%s %% of %s %s', floor(100 * least(s.run_done / s.run_total, 1)), to_char(s.run_total, 'FM999,999,999,990'), s.run_unit)
    when s.run_done > 0 then format('%s %s', to_char(s.run_done, 'FM999,999,999,990'), s.run_unit)
  end as progress,
  s.last_error as error,
  case when s.last_ok_at is null then 'stale' else 'ok' end as status
from stream_state s
where (:stream::text is null or starts_with(s.stream_id, :stream::text))
order by s.last_ok_at nulls first, s.stream_id
