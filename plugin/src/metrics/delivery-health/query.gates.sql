-- grain: one row per (group)
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, u.is_gate_failed, u.gate_retries
  from change_outcome u
  where u.gate_n > 0 and
    -- @include merged-in-range
  offset 0
),
p as (select cell, person_id, count(*) as n, count(*) filter (where is_gate_failed) as hits, sum(gate_retries) as retries from unit group by cell, person_id)
select cell, sum(p.hits)::double precision as hits, sum(p.retries)::double precision as retries,
       -- @include people-of-changes
from p group by cell
