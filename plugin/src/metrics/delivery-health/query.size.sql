-- grain: one row per (group)
-- Effective lines of the changes are packed as int4, big-endian and in base64.
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, u.size, coalesce(u.effective_lines, u.effective_added) as lines
  from change_outcome u
  where u.size <> 'unknown' and
    -- @include merged-in-range
  offset 0
),
p as (select cell, person_id, count(*) as n, count(*) filter (where size = 'XL') as xl, string_agg(int4send(lines::integer), '') as lines from unit group by cell, person_id)
select cell, sum(p.xl)::double precision as hits, encode(string_agg(p.lines, ''), 'base64') as lines,
       -- @include people-of-changes
from p group by cell
