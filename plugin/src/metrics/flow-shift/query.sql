-- grain: one row per (period, group, class)
-- A group (cell) is its values in the order of GROUPS in stages.ts, joined by chr(31). Changes of which every stage is known are packed, big-endian
-- and in base64: who (int8), the deployment (int8), seconds in each of four stages and in all of them (int4), as parts/stage-times.ts reads them.
with
period as (
  -- As long as the range, right before it, by the calendar of the zone.
  select :from::timestamptz as split, ((:from::timestamptz at time zone :tz::text)
    - ((:to::timestamptz at time zone :tz::text) - (:from::timestamptz at time zone :tz::text))) at time zone :tz::text as since
),
unit as (
  select
    case when coalesce(u.deployed_at, u.merged_at) < p.split then 'before' else 'after' end as period,
    concat_ws(chr(31),
      case when 'team' = any(:groupBy::text[]) then u.team end,
      case when 'repo' = any(:groupBy::text[]) then u.repo end,
      case when 'service' = any(:groupBy::text[]) then u.service end,
      case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
      case when 'code_source' = any(:groupBy::text[]) then u.code_source end,
      case when 'size' = any(:groupBy::text[]) then u.size end) as cell,
    u.pr_class, u.person_id, u.required_basis, u.approved_at is null as is_unreviewed, u.tested_at is null as is_untested,
    hashtextextended(concat_ws(chr(31), u.service, date_part('epoch', u.deployed_at)), 0) as shipment,
    -- Every stage has its ends, in order.
    coalesce(u.first_ready_at is not null and u.first_commit_at <= u.merged_at and u.merged_at <= u.deployed_at, false) as is_whole,
    required.at as required, complete.at as complete, approved.at as approved, tested.at as tested, deployed.at as deployed
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
)
select period, cell, pr_class,
       encode(string_agg(int8send(coalesce(hashtextextended(person_id, 0), 0)) || int8send(shipment) || int4send((complete - required)::integer)
         || int4send((approved - complete)::integer) || int4send((tested - approved)::integer) || int4send((deployed - tested)::integer)
         || int4send((deployed - required)::integer), '') filter (where is_whole), 'base64') as units,
       count(*)::double precision as deployed_n,
       (count(*) filter (where is_whole))::double precision as n,
       (count(*) filter (where is_whole and required_basis <> 'first_commit'))::double precision as issue_n,
       (count(*) filter (where is_whole and is_unreviewed))::double precision as unreviewed_n,
       (count(*) filter (where is_whole and is_untested))::double precision as untested_n,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit
group by period, cell, pr_class
