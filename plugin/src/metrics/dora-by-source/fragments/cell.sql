-- Of u and x: period, start of the bucket (epoch seconds, absent for none), then the place; joined by chr(31).
case when x.at >= :from::timestamptz then 'current' else 'baseline' end,
case when :bucket::text <> 'none' and x.at >= :from::timestamptz
  then date_part('epoch', date_trunc(:bucket::text, x.at at time zone :tz::text) at time zone :tz::text)::bigint end,
case when 'team' = any(:groupBy::text[]) then u.team end,
case when 'repo' = any(:groupBy::text[]) then u.repo end,
case when 'service' = any(:groupBy::text[]) then u.service end
