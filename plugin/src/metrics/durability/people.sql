-- grain: one row per (group)
-- Of the changes of query.sql those that have lines, as their class counts them.
with
change as (
  select distinct
    -- @include people-cell
  from survived_unit u
  cross join lateral (select u.merged_at as at) x
  where u.effective_lines > 0 and u.person_id is not null
    and
    -- @include merged-in-range
)
select change.time, horizon_d, team, repo, service, pr_class, code_source, zone, size,
       string_agg(person_id, chr(31)) as people, null::text as more_people, true as is_told
from change
cross join unnest(case when :horizon::text = 'all' then '{30,60,90}' else array[:horizon::text] end) as h(horizon_d)
group by change.time, horizon_d, team, repo, service, pr_class, code_source, zone, size
