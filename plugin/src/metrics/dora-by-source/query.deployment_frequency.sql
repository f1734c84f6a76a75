-- grain: one row per (group), per (group, role, part), per (outer group) with when its observation began (role observed) and which of its days are closed (role closed), and one about the data
-- A group (cell) is as fragments/cell.sql says; a part is the values of its changes. Packs are big-endian and in base64.
with
clock as (
  -- @include clock
),
form as materialized (
  -- @include form
),
deployment as not materialized (
  -- @include deployment
),
deployed as materialized (
  select deployment_id, cell, is_mature::integer as flags, (finished_at at time zone :tz::text)::date - date '2000-01-01' as day,
         0::double precision as minutes
  from deployment
),
changed as (
  -- @include changed
  where u.role = 'shipped' and not (select is_packed from form)
),
packed_deployments as (
  -- @include packed-deployments
),
packed_changes as (
  -- @include packed-changes
),
closed as (
  -- @include closed-days
)
select cell, null as role, null as part, deployments, people, null as changes, null::double precision as complete_until, null::double precision as observed_from,
       null::boolean as lacks_deployments
from packed_deployments
union all
select cell, role, part, null, null, changes, null, null, null
from packed_changes
union all
select null, 'observed', concat_ws(chr(31),
         case when 'team' = any(:groupBy::text[]) then u.team end,
         case when 'repo' = any(:groupBy::text[]) then u.repo end,
         case when 'service' = any(:groupBy::text[]) then u.service end) as part,
       null, null, null, null, date_part('epoch', min(u.observed_from)), null
from observed_delivery u
where
  -- @include place-filter
group by 3
union all
select null, 'closed', part, null, null, encode(string_agg(int4send(day), ''), 'base64'), null, null, null
from closed
group by part
union all
select null, null, null, null, null, null, date_part('epoch', at), null,
       -- @include lacks-deployments
from clock
