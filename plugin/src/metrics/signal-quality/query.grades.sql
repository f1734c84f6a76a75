-- grain: one row per (tool, basis)
with person as (
  select u.tool_id as tool, u.basis, u.person_id, count(*) as weeks
  from usage_week u
  where u.workflow_id = '' and u.week_start >= :from::timestamptz::date and u.week_start < :to::timestamptz::date
    and (:tool::text[] is null or u.tool_id = any(:tool::text[]))
  group by 1, 2, 3
)
select
  tool, basis,
  (sum(weeks) / sum(sum(weeks)) over (partition by tool))::double precision as value,
  sum(weeks)::double precision as n,
  count(*)::double precision as n_dev,
  (max(weeks) / sum(weeks))::double precision as one_person_share,
  'ok' as status
from person
group by tool, basis
-- What knows best first.
order by tool, array_position('{event,activity,observed_zero,declared,seat,none}'::text[], basis)
