-- grain: one row per (group)
with person as (
  select
    case when 'team' = any(:groupBy::text[]) then u.team end as team,
    case when 'repo' = any(:groupBy::text[]) then u.repo end as repo,
    case when 'service' = any(:groupBy::text[]) then u.service end as service,
    u.person_id,
    count(*) as changes,
    count(*) filter (where u.code_source = 'unknown') as unknown,
    sum(u.confidence) filter (where u.code_source <> 'unknown') as confidence,
    count(u.confidence) filter (where u.code_source <> 'unknown') as rated
  from merged_unit u
  where u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
    and
    -- @include place-filter
  group by 1, 2, 3, 4
)
select
  team, repo, service,
  (sum(unknown) / sum(changes))::double precision as value,
  (sum(confidence) / nullif(sum(rated), 0))::double precision as confidence,
  sum(changes)::double precision as n,
  count(person_id)::double precision as n_dev,
  (max(changes) filter (where person_id is not null) / sum(changes))::double precision as one_person_share,
  'ok' as status
from person
group by team, repo, service
order by team, repo, service
