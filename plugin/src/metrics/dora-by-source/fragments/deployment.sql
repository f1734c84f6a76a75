-- Deployments to production that the question is about, each with its group.
select u.*, c.at as seen_until, u.finished_at <= c.mature_until as is_mature,
       concat_ws(chr(31),
         -- @include cell
       ) as cell
from production_deployment u
cross join clock c
cross join lateral (select u.finished_at as at) x
where
  -- @include in-range
  and x.at <= c.at
  and (not :planned_only::boolean or u.kind not in ('rollback', 'hotfix'))
  and
  -- @include place-filter
