-- Of u, a build: start of the bucket of its end (epoch seconds, absent for none), then its values in the order of GROUPS; joined by chr(31).
case when :bucket::text <> 'none'
  then date_part('epoch', date_trunc(:bucket::text, u.finished_at at time zone :tz::text) at time zone :tz::text)::bigint end,
case when 'repo' = any(:groupBy::text[]) then u.repo end,
case when 'service' = any(:groupBy::text[]) then u.service end
