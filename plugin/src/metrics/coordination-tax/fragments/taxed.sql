-- Of unit, the changes of a group with what each adds (top; null = not known): rows of groups of which something is known.
p as (
  select cell, person_id, count(*) as n, sum(top) as top from unit where top is not null group by cell, person_id
),
every as (
  select cell, count(*) as n, percentile_cont(0.5) within group (order by look_minutes) filter (where top is not null) as look_minutes
  from unit group by cell
)
select cell, sum(p.top)::double precision as top, encode(string_agg(int4send(p.n::integer) || int4send(round(p.top)::integer), ''), 'base64') as units,
       (sum(p.n) / max(every.n))::double precision as known_share, max(every.look_minutes)::double precision as look_minutes,
       -- @include people-of-changes
from p join every using (cell) group by cell
