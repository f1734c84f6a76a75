-- Local days (from 2000-01-01 on) on whose noon no service of a group that is observed then counts: nothing may be deployed, or what is told is wrong.
select part, day
from (
  select concat_ws(chr(31),
           case when 'team' = any(:groupBy::text[]) then u.team end,
           case when 'repo' = any(:groupBy::text[]) then u.repo end,
           case when 'service' = any(:groupBy::text[]) then u.service end) as part,
         n.day, bool_and(exists (
           select from exclusion e
           where (e.kind = 'freeze' or e.kind = 'bad_data' and 'deployments' = any(e.facts)) and e.withdrawn_at is null
             and n.noon >= e.started_at and n.noon < e.ended_at
             and (e.is_everywhere or u.team = any(e.teams) or u.service = any(e.services) or u.repo = any(e.repos)))) as is_closed
  from (
    select distinct d.day::date - date '2000-01-01' as day, (d.day + interval '12 hours') at time zone :tz::text as noon
    from exclusion e
    cross join generate_series(
      date_trunc('day', greatest(e.started_at, :from::timestamptz - interval '91 days') at time zone :tz::text),
      date_trunc('day', least(e.ended_at, :to::timestamptz) at time zone :tz::text), interval '1 day') as d(day)
    where (e.kind = 'freeze' or e.kind = 'bad_data' and 'deployments' = any(e.facts)) and e.withdrawn_at is null
  ) n
  join observed_delivery u on u.observed_from <= n.noon
  where
    -- @include place-filter
  group by 1, 2
) days
where is_closed
