-- grain: one row per (period, group, class)
with
period as (
  -- @include period
),
found as materialized (
  select u.*,
    -- @include period-of
    as period
  from delivered_issue u
  cross join period p
  where u.deployed_at >= p.since and u.deployed_at < :to::timestamptz and u.excluded_reason is null
    and
    -- @include place-filter
    and
    -- @include change-filter
),
unit as (
  select
    u.period,
    -- @include cell
    as cell,
    u.pr_class, u.person_id, u.required_basis <> 'first_commit' as is_dated, coalesce(l.is_unreviewed, true) as is_unreviewed,
    coalesce(l.is_untested, true) as is_untested, u.is_whole, u.is_mapped, u.is_disordered,
    hashtextextended(concat_ws(chr(31), u.service, date_part('epoch', u.deployed_at)), 0) as shipment,
    required.at as required, complete.at as complete, approved.at as approved, tested.at as tested, deployed.at as deployed
  from found u
  -- Its last approval and its last passed check; a change without one ends that stage with its merge.
  cross join lateral (
    select max(coalesce(c.approved_at, c.merged_at)) as approved_at, max(coalesce(c.tested_at, c.merged_at)) as tested_at,
           bool_or(c.approved_at is null) as is_unreviewed, bool_or(c.tested_at is null) as is_untested
    from unnest(u.repo_ids, u.change_keys) as p(repo_id, change_key)
    -- One change at a time: else the planner looks at all of them.
    cross join lateral (
      select c.approved_at, c.tested_at, c.merged_at from change_passage c where c.repo_id = p.repo_id and c.change_key = p.change_key offset 0
    ) c
  ) l
  cross join lateral (select floor(date_part('epoch', u.deployed_at)) as at) deployed
  cross join lateral (select floor(date_part('epoch', u.required_at)) as at) required
  cross join lateral (select greatest(required.at, floor(date_part('epoch', u.code_complete_at))) as at) complete
  cross join lateral (select greatest(complete.at, floor(date_part('epoch', coalesce(l.approved_at, u.merged_at)))) as at) approved
  cross join lateral (select greatest(approved.at, floor(date_part('epoch', coalesce(l.tested_at, u.merged_at)))) as at) tested
  offset 0
)
select period, cell, pr_class,
       -- @include packed
       , (count(*) filter (where is_mapped))::double precision as mapped_n,
       (count(*) filter (where is_disordered))::double precision as disordered_n,
       (select string_agg(state, ', ' order by state) from (
          select distinct unnest(unmapped_states) as state from issue_fact order by 1 limit 12) s) as unmapped_states,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit
where period is not null
group by period, cell, pr_class
