-- grain: one row per (group), and one about the data
-- A group (cell) is as fragments/cell.sql says. Its changes are packed in one order, big-endian and in base64: states
-- (one letter each), minutes (float8), people (int8) and places, as lead-units.ts reads them.
with
clock as (
  -- @include clock
),
service_start as materialized (
  select service_id, min(finished_at) as first_at from deployment_fact where environment = 'production' group by service_id
),
unit as (
  select u.person_id, u.service, u.deployed_at, u.is_assumed, u.confidence, u.code_source,
         -- The letters are those of lead-units.ts: d deployed, u undeployed, n not measurable.
         case when u.deployed_at <= c.at then 'd'::bytea when u.merged_at > s.first_at then 'u' else 'n' end as state,
         date_part('epoch', least(u.deployed_at, c.at) - case :lead_from::text when 'merged_at' then u.merged_at else u.first_commit_at end) / 60
           -- While nothing may be deployed no change that is merged is late.
           - case when (select exists (select from exclusion where kind = 'freeze' and withdrawn_at is null))
               then frozen_minutes(u.merged_at, least(u.deployed_at, c.at), u.team, u.service, u.repo) else 0 end
           as minutes,
         concat_ws(chr(31),
           -- @include cell
           ,
           -- @include part
         ) as cell
  from merged_unit u
  cross join clock c
  cross join lateral (select coalesce(u.deployed_at, u.merged_at) as at) x
  left join service_start s on s.service_id = u.service
  where u.deployment_excluded is null
    and
    -- @include in-range
    and
    -- @include place-filter
    and
    -- @include change-filter
  -- So that the planner knows nothing of the groups and hashes them: it would take them for as many as the changes, and sort.
  offset 0
)
select cell, null::double precision as complete_until,
       encode(string_agg(state, ''), 'base64') as states, encode(string_agg(float8send(coalesce(minutes, 'NaN')), ''), 'base64') as minutes,
       encode(string_agg(int8send(coalesce(hashtextextended(person_id, 0), 0)), ''), 'base64') as people,
       -- What the interval is over: the service and the deployment, which is told by its time.
       case when :ci::boolean then encode(string_agg(int8send(coalesce(hashtextextended(service, 0), 0))
         || int8send(coalesce(date_part('epoch', deployed_at)::bigint, 0)), ''), 'base64') end as places,
       -- Of the changes that the number is of: deployed, with a time.
       (count(*) filter (where state = 'd' and minutes >= 0 and code_source = 'unknown'))::double precision as unknown,
       bool_or(is_assumed) filter (where state = 'd' and minutes >= 0) as is_assumed,
       avg(confidence) filter (where state = 'd' and minutes >= 0) as confidence, null::boolean as lacks_deployments
from unit
group by cell
union all
select null, date_part('epoch', at), null, null, null, null, null, null, null,
       -- @include lacks-deployments
from clock
