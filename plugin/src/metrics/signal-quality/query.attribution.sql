-- grain: one row per (tool, named_by)
with person as (
  select u.tool, u.named_by, u.person_id, count(*) as uses
  from named_use u
  where u.at >= :from::timestamptz and u.at < :to::timestamptz
    and (:tool::text[] is null or u.tool = any(:tool::text[]))
  group by 1, 2, 3
)
select
  tool, named_by,
  (sum(uses) / sum(sum(uses)) over (partition by tool))::double precision as value,
  sum(uses)::double precision as n,
  count(*) filter (where person_id <> '')::double precision as n_dev,
  (max(uses) filter (where person_id <> '') / sum(uses))::double precision as one_person_share,
  'ok' as status
from person
group by tool, named_by
order by tool, array_position('{field,feature,change,unattributed}'::text[], named_by)
