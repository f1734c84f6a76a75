-- grain: one row per (provider)
select
  a.provider,
  avg((a.person_id is not null and not a.has_conflict)::integer)::double precision as value,
  count(*)::double precision as n,
  (count(*) filter (where a.person_id in (select person_id from suspected_program)))::double precision as suspected,
  'ok' as status
from account a
where a.kind = 'human'
group by a.provider
order by a.provider
