-- grain: one row per (group), per (group, role, part), per (group, method of linking incidents), and one about the data
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
  select deployment_id, cell, is_mature::integer + 2 + 8 * (recovered_at is null)::integer as flags,
         0 as day, date_part('epoch', coalesce(recovered_at, seen_until) - finished_at) / 60 as minutes
  from deployment
  -- The people behind are those of failed deployments.
  where is_failed
),
changed as (
  -- @include changed
  where u.role = 'shipped' and not (select is_packed from form)
    or u.role = 'cause' and :mode::text = 'cause'
),
packed_deployments as (
  -- @include packed-deployments
),
packed_changes as (
  -- @include packed-changes
),
incident_methods as (
  -- @include incident-methods
)
select cell, null as role, null as part, deployments, people, null as changes, null as method, null::double precision as incidents,
       null::double precision as complete_until, null::boolean as is_observed, null::boolean as lacks_deployments
from packed_deployments
union all
select cell, role, part, null, null, changes, null, null, null, null, null
from packed_changes
union all
select cell, null, null, null, null, null, method, incidents, null, null, null
from incident_methods
union all
select null, null, null, null, null, null, null, null, date_part('epoch', at),
       -- @include is-observed
       ,
       -- @include lacks-deployments
from clock
