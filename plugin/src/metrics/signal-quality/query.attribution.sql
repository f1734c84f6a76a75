-- grain: one row per (tool, named_by)
with use as (
  select e.tool_id as tool, e.person_id,
    case
      when e.workflow_id is not null then 'field'
      when exists (select from workflow_tool t where t.tool_id = e.tool_id and e.feature = any(t.features)) then 'feature'
      when e.change_key is not null and exists (
        select from workflow_tool t
        join workflow_completion c on c.workflow_id = t.workflow_id and c.repo_id = e.repo_id and split_part(c.unit_key, '/', 1) = e.change_key
        where t.tool_id = e.tool_id) then 'change'
      else 'unattributed'
    end as named_by
  from tool_event e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
    and (:tool::text[] is null or e.tool_id = any(:tool::text[]))
), person as (
  select tool, named_by, person_id, count(*) as uses from use group by 1, 2, 3
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
