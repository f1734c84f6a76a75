-- grain: one row per (tool)
select
  tool_id as tool,
  matched::double precision / nullif(users, 0) as value,
  users::double precision as n,
  case when matched < 0.9 * users then 'no_telemetry' else 'ok' end as status
from tool_match
where :tool::text[] is null or tool_id = any(:tool::text[])
order by tool_id
