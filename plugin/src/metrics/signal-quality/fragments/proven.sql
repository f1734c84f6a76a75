-- Of merged_unit by person: place and tool (as asked for), all of its changes, and those that something better than marks tells of.
select
  case when 'team' = any(:groupBy::text[]) then u.team end as team,
  case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
  case when 'service' = any(:groupBy::text[]) then u.service end as service,
  t.tool,
  u.person_id,
  count(*) as changes,
  count(*) filter (where u.marked_tools <> '{}') as marked,
  count(*) filter (where u.proven_ai) as ai,
  count(*) filter (where u.proven_ai and u.marked_tools <> '{}') as ai_marked,
  count(*) filter (where not u.proven_ai) as human,
  count(*) filter (where not u.proven_ai and u.marked_tools = '{}') as human_unmarked,
  count(*) filter (where u.proven_ai and u.marked_tools = '{}' and r.squash_message in ('blank', 'pr_body')) as lost_by_squash,
  count(*) filter (where u.proven_ai and u.marked_tools = '{}' and r.marking in ('off', 'forbidden')) as switched_off
from merged_unit u
join repo r using (repo_id)
-- A change counts for each of its tools: groups by tool never add up to the whole.
left join lateral unnest(u.counted_tools) as t(tool) on 'tool' = any(:groupBy::text[])
where u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
  and
  -- @include place-filter
  and (:tool::text[] is null or u.counted_tools && :tool::text[] and coalesce(t.tool = any(:tool::text[]), true))
group by 1, 2, 3, 4, 5
