-- grain: one row per (group)
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, date_trunc('week', u.merged_at at time zone :tz::text) as week
  from merged_unit u
  where
    -- @include merged-in-range
  offset 0
),
p as (select cell, person_id, count(*) as n, count(distinct week) as weeks from unit group by cell, person_id)
select cell, (sum(p.weeks) filter (where p.person_id is not null))::double precision as person_weeks, (sum(p.n) filter (where p.person_id is not null))::double precision as known_n,
       -- Before the first change that the place filters leave nothing is known.
       (select date_part('epoch', u.merged_at) from merged_unit u
        where
          -- @include place-filter
        order by u.merged_at limit 1) as known_from,
       -- @include people-of-changes
from p group by cell
