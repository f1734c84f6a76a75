-- grain: one row per (group)
-- Of the changes of query.revert.sql those that were observed long enough.
with
change as (
  select distinct
    -- @include people-cell
  from survived_unit u
  cross join lateral (select u.merged_at as at) x
  where u.merged_at + make_interval(days => :window_days::text::integer) <= u.observed_until and u.person_id is not null
    and
    -- @include merged-in-range
)
select change.time, team, repo, service, pr_class, code_source, zone, size, string_agg(person_id, chr(31)) as people, null::text as more_people, true as is_told
from change
group by change.time, team, repo, service, pr_class, code_source, zone, size
