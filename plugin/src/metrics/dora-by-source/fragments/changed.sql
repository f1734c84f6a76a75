-- What stands behind the deployments; a change that the filters leave out keeps its weight, as part chr(30).
select d.cell, u.role, u.deployment_id, u.change_id, u.person_id, u.confidence, u.is_assumed, u.lines,
       case when
         -- @include change-filter
       -- Whether a deployment is of one source is seen in its changes, whatever it is grouped by: then their source comes first.
       then concat_ws(chr(31),
         case when :mode::text = 'single_source' and u.role = 'shipped' and not :groupBy::text[] @> '{code_source}' then
           -- @include source
         end,
         -- @include part
       ) else chr(30) end as part
from deployed d
join deployment_unit u using (deployment_id)
