-- What stands behind the deployments; a change that the filters leave out keeps its weight, as part chr(30).
select d.cell, u.role, u.deployment_id, u.change_id, u.person_id, u.confidence, u.is_assumed, u.lines,
       case when
         -- @include change-filter
       then concat_ws(chr(31),
         -- @include part
       ) else chr(30) end as part
from deployed d
join deployment_unit u using (deployment_id)
