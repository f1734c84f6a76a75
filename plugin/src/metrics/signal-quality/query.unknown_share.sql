-- grain: one row per (group)
with person as (
  select
    case when 'team' = any(:groupBy::text[]) then u.team end as team,
    case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
    case when 'service' = any(:groupBy::text[]) then u.service end as service,
    t.tool,
    u.person_id,
    count(*) as changes,
    count(*) filter (where u.code_source = 'unknown') as unknown,
    sum(u.confidence) filter (where u.code_source <> 'unknown') as confidence,
    count(u.confidence) filter (where u.code_source <> 'unknown') as rated
  from merged_unit u
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(u.counted_tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
    and
    -- @include place-filter
    and (:tool::text[] is null or u.counted_tools && :tool::text[] and coalesce(t.tool = any(:tool::text[]), true))
  group by 1, 2, 3, 4, 5
)
select
  team, repo, service, tool,
  (sum(unknown) / sum(changes))::double precision as value,
  (sum(confidence) / nullif(sum(rated), 0))::double precision as confidence,
  sum(changes)::double precision as n,
  count(person_id)::double precision as n_dev,
  (max(changes) filter (where person_id is not null) / sum(changes))::double precision as one_person_share,
  'ok' as status
from person
group by team, repo, service, tool
order by team, repo, service, tool
