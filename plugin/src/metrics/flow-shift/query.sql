-- grain: one row per (period, group, class)
with
period as (
  -- @include period
),
unit as (
  select
    -- @include period-of
    as period,
    -- @include cell
    as cell,
    u.pr_class, u.person_id, u.required_basis <> 'first_commit' as is_dated, u.approved_at is null as is_unreviewed, u.tested_at is null as is_untested,
    hashtextextended(concat_ws(chr(31), u.service, date_part('epoch', u.deployed_at)), 0) as shipment,
    -- Every stage has its ends, in order.
    coalesce(u.first_ready_at is not null and u.first_commit_at <= u.merged_at and u.merged_at <= u.deployed_at, false) as is_whole,
    required.at as required, complete.at as complete, approved.at as approved, tested.at as tested, deployed.at as deployed,
    u.review_seconds, u.test_spans, floor(date_part('epoch', u.deploy_started_at)) as deploy_started
  from flow_unit u
  cross join period p
  -- Whole seconds, and no stage ends before it begins or after production: the stages add up to the whole.
  cross join lateral (select floor(date_part('epoch', u.deployed_at)) as at) deployed
  cross join lateral (select floor(date_part('epoch', u.required_at)) as at) required
  cross join lateral (select greatest(required.at, floor(date_part('epoch', u.complete_at))) as at) complete
  cross join lateral (select greatest(complete.at, floor(date_part('epoch', coalesce(u.approved_at, u.merged_at)))) as at) approved
  cross join lateral (select greatest(approved.at, floor(date_part('epoch', coalesce(u.tested_at, u.merged_at)))) as at) tested
  where u.deployed_at is not null and u.deployment_excluded is null and coalesce(u.deployed_at, u.merged_at) >= p.since and coalesce(u.deployed_at, u.merged_at) < :to::timestamptz
    and
    -- @include place-filter
    and
    -- @include change-filter
  offset 0
),
-- Seconds that a change was worked on in a stage, where something tells; never more than the stage took.
spent as (
  select u.period, u.cell, u.person_id, s.stage, s.seconds, s.active
  from unit u
  cross join lateral (values
    ('review', u.approved - u.complete, case when not u.is_unreviewed then least(u.review_seconds, u.approved - u.complete) end),
    ('tests', u.tested - u.approved, case when not u.is_untested then (
      select coalesce(sum(date_part('epoch', upper(x.ran) - lower(x.ran))), 0)
      from unnest(u.test_spans * tstzmultirange(tstzrange(to_timestamp(u.approved), to_timestamp(u.tested)))) as x(ran)) end),
    ('production', u.deployed - u.tested, case when u.deploy_started <= u.deployed then least(u.deployed - u.deploy_started, u.deployed - u.tested) end)
  ) as s(stage, seconds, active)
  where u.period <> 'before' and u.is_whole and s.active is not null
),
worked as (
  select period, cell, json_object_agg(stage, json_build_array(seconds, active)) as stages, min(people)::double precision as people,
         max(share)::double precision as share
  from (
    select period, cell, stage, sum(seconds) as seconds, sum(active) as active, count(person_id) as people,
           (max(n) filter (where person_id is not null))::double precision / sum(n) as share
    from (select period, cell, stage, person_id, count(*) as n, sum(seconds) as seconds, sum(active) as active from spent group by 1, 2, 3, 4) one
    group by period, cell, stage
  ) stage
  group by period, cell
)
select period, cell, pr_class,
       -- @include packed
       , (select date_part('epoch', complete_until) from data_clock) as complete_until,
       (select stages::text from worked w where w.period = unit.period and w.cell = unit.cell) as worked,
       (select people from worked w where w.period = unit.period and w.cell = unit.cell) as worked_people,
       (select share from worked w where w.period = unit.period and w.cell = unit.cell) as worked_share
from unit
where period is not null
group by period, cell, pr_class
