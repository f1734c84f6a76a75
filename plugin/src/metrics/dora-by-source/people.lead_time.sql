-- grain: one row per (group)
-- Of the changes of query.lead_time.sql: people of those that are deployed and have a time, and of those that are deployed. A group is judged by
-- the latter where it has no time to tell, and no group is told where no deployment of the place is known.
with
clock as (
  -- @include clock
),
change as (
  select
    -- @include people-cell
    ,
    bool_or(date_part('epoch', least(u.deployed_at, c.at) - case :lead_from::text when 'merged_at' then u.merged_at else u.first_commit_at end) / 60
      - case when (select exists (select from exclusion where kind = 'freeze' and withdrawn_at is null))
          then frozen_minutes(u.merged_at, least(u.deployed_at, c.at), u.team, u.service, u.repo) else 0 end >= 0) as is_known
  from merged_unit u
  cross join clock c
  cross join lateral (select coalesce(u.deployed_at, u.merged_at) as at) x
  where u.deployment_excluded is null and u.deployed_at <= c.at and u.person_id is not null
    and
    -- @include in-range
    and
    -- @include place-filter
    and
    -- @include change-filter
  group by 1, 2, 3, 4, 5, 6, 7, 8, u.person_id
),
place as materialized (
  select distinct case when 'team' = any(:groupBy::text[]) then u.team end as team,
    case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
    case when 'service' = any(:groupBy::text[]) then u.service end as service
  from production_deployment u
)
select change.time, team, repo, service, pr_class, code_source, zone, size,
       string_agg(person_id, chr(31)) filter (where is_known) as people, string_agg(person_id, chr(31)) filter (where is_known is not true) as more_people,
       concat_ws(chr(31), team, repo, service) in (select concat_ws(chr(31), p.team, p.repo, p.service) from place p) as is_told
from change
group by change.time, team, repo, service, pr_class, code_source, zone, size
