-- Single uses of tools by what says for which workflow they were.

create view named_use as
select e.tool_id as tool, e.at, e.person_id,
  case
    when e.workflow_id is not null then 'field'
    when exists (select from workflow_tool t where t.tool_id = e.tool_id and e.feature = any(t.features)) then 'feature'
    when e.change_key is not null and exists (
      select from workflow_tool t
      join workflow_completion c on c.workflow_id = t.workflow_id and c.repo_id = e.repo_id and split_part(c.unit_key, '/', 1) = e.change_key
      where t.tool_id = e.tool_id) then 'change'
    else 'unattributed'
  end as named_by
from tool_event e;
comment on view named_use is 'One row per timestamped tool use: tool, when, who ('''' = not joined; never shown) and named_by, the first that says for which workflow it was: field (the source names it), feature (a workflow lists it), change (a unit of the workflow), or unattributed.';
grant select on named_use to throughline_reader;
