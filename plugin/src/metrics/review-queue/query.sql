-- grain: one row per (group)
with waiting as (
  select
    coalesce(m.team_id, r.owner_team_id, 'unknown') as team,
    r.slug as repo,
    coalesce(r.service_id, r.slug) as service,
    case when p.kind = 'human' then a.person_id end as person_id,
    -- Working days: time of Monday to Friday in the zone of the organisation, 24 hours to a day. Weekends are taken away.
    date_part('epoch', :to::timestamptz - c.first_ready_at - (
      select coalesce(sum(greatest(interval '0', least(:to::timestamptz, w.ends) - greatest(c.first_ready_at, w.starts))), interval '0')
      from generate_series(date_trunc('week', c.first_ready_at at time zone :tz::text) + interval '5 days', :to::timestamptz at time zone :tz::text,
        interval '7 days') as saturday
      cross join lateral (
        select saturday at time zone :tz::text as starts, (saturday + interval '2 days') at time zone :tz::text as ends) w)) / 86400 as age
  from change c
  join repo r on r.repo_id = c.repo_id
  left join account a on a.account_id = coalesce(c.requester_account_id, c.author_account_id)
  left join person p on p.person_id = a.person_id
  left join lateral (
    select m.team_id from membership m
    where m.person_id = a.person_id and m.is_primary and m.valid_from <= :to::timestamptz and (m.valid_to is null or m.valid_to > :to::timestamptz)
    order by m.valid_from desc limit 1
  ) m on true
  where c.first_ready_at < :to::timestamptz
    -- Older than a year is abandoned, not queued.
    and c.first_ready_at >= :to::timestamptz - interval '1 year'
    and (c.merged_at is null or c.merged_at >= :to::timestamptz)
    and (c.closed_at is null or c.closed_at >= :to::timestamptz)
    and coalesce(a.kind, 'human') <> 'automation'
), grouped as (
  select
    case when 'team' = any(:groupBy::text[]) then team end as team,
    case when 'repo' = any(:groupBy::text[]) then repo end as repo,
    case when 'service' = any(:groupBy::text[]) then service end as service,
    person_id, age
  from waiting u
  where
    -- @include place-filter
)
select
  team, repo, service,
  (percentile_cont(0.9) within group (order by age))::double precision as value,
  (percentile_cont(0.5) within group (order by age))::double precision as p50,
  count(*)::double precision as n,
  count(distinct person_id)::double precision as n_dev,
  (max(own) filter (where person_id is not null))::double precision / count(*) as one_person_share,
  'ok' as status
from (select *, count(*) over (partition by team, repo, service, person_id) as own from grouped) g
group by team, repo, service
order by team, repo, service
