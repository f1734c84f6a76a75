-- Of u, a change, and x, when it counts: the start of its bucket, its values of what rows or filters are by, null of what they are not, and who is behind it.
case when :bucket::text <> 'none' then date_trunc(:bucket::text, x.at at time zone :tz::text) at time zone :tz::text end as time,
case when 'team' = any(:groupBy::text[]) then u.team end as team,
case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
case when 'service' = any(:groupBy::text[]) then u.service end as service,
case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end as pr_class,
case when 'code_source' = any(:groupBy::text[]) then
  -- @include source
end as code_source,
case when 'zone' = any(:groupBy::text[]) then u.zone end as zone,
case when 'size' = any(:groupBy::text[]) then u.size end as size,
u.person_id
