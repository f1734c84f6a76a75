-- grain: one row per (group)
-- Of the deployments of query.change_fail_rate.sql the changes that they ship.
with
clock as (
  -- @include clock
),
deployment as not materialized (
  -- @include deployment
),
change as (
  select distinct
    -- @include people-cell
  from (
    select d.finished_at, d.team, d.repo, d.service, p.pr_class, p.code_source, p.zone, p.size, p.person_id
    from deployment d
    join deployment_unit p using (deployment_id)
    where p.role = 'shipped' and p.person_id is not null
  ) u
  cross join lateral (select u.finished_at as at) x
  where
    -- @include change-filter
)
select change.time, team, repo, service, pr_class, code_source, zone, size, string_agg(person_id, chr(31)) as people, null::text as more_people, true as is_told
from change
group by change.time, team, repo, service, pr_class, code_source, zone, size
