-- grain: one row per (group)
-- Of the units of query.sql those of which every stage is known.
with
unit as (
  select distinct
    -- @include people-cell
  from merged_unit u
  cross join lateral (select case when :until::text = 'deployed' then u.deployed_at else u.merged_at end as at) x
  where u.created_at is not null and u.first_review_at is not null and u.first_commit_at <= u.merged_at and u.person_id is not null
    and (:until::text <> 'deployed' and u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
      or :until::text = 'deployed' and u.deployment_excluded is null and u.deployed_at is not null and u.merged_at <= u.deployed_at
        and coalesce(u.deployed_at, u.merged_at) >= :from::timestamptz and coalesce(u.deployed_at, u.merged_at) < :to::timestamptz)
    and
    -- @include place-filter
    and
    -- @include change-filter
)
select unit.time, stage, team, repo, service, pr_class, code_source, zone, size,
       string_agg(person_id, chr(31)) as people, null::text as more_people, true as is_told
from unit
cross join unnest(case when :until::text = 'deployed' then '{deploy}' else '{coding,draft,pickup,review}' end::text[]) as s(stage)
where :stage::text in ('all', stage)
group by unit.time, stage, team, repo, service, pr_class, code_source, zone, size
