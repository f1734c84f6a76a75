-- grain: one row per (group)
-- A group (cell) is the start of its bucket (epoch seconds, absent for none), then its values in the order of GROUPS in metric.ts; joined by chr(31).
-- Its changes of which every stage is known are packed, big-endian and in base64: who (int8), the deployment (int8, 0 = not asked for) and
-- the seconds of five stages (int4), as parts/stage-times.ts reads them.
with
unit as (
  select
    concat_ws(chr(31),
      case when :bucket::text <> 'none'
        then date_part('epoch', date_trunc(:bucket::text, x.at at time zone :tz::text) at time zone :tz::text)::bigint end,
      case when 'team' = any(:groupBy::text[]) then u.team end,
      case when 'repo' = any(:groupBy::text[]) then u.repo end,
      case when 'service' = any(:groupBy::text[]) then u.service end,
      case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
      case when 'code_source' = any(:groupBy::text[]) then
        -- @include source
      end,
      case when 'size' = any(:groupBy::text[]) then u.size end) as cell,
    u.person_id, u.review_rounds,
    -- Changes of a service that reach production at one instant came with one deployment.
    case when :until::text = 'deployed' then hashtextextended(concat_ws(chr(31), u.service, date_part('epoch', u.deployed_at)), 0) else 0 end as shipment, u.first_review_at is null as is_unreviewed,
    -- All instants are known and in order.
    coalesce(u.first_review_at is not null and u.first_commit_at <= u.merged_at and (:until::text <> 'deployed' or u.merged_at <= u.deployed_at), false)
      as is_whole,
    started.at as started, opened.at as opened, ready.at as ready, least(merged.at, greatest(ready.at, floor(date_part('epoch', u.first_review_at)))) as looked,
    merged.at as merged, case when :until::text = 'deployed' then floor(date_part('epoch', u.deployed_at)) else merged.at end as deployed
  from merged_unit u
  cross join lateral (select case when :until::text = 'deployed' then u.deployed_at else u.merged_at end as at) x
  -- Whole seconds, and no stage ends before it begins or after the merge: the stages add up to the whole.
  cross join lateral (select floor(date_part('epoch', u.merged_at)) as at) merged
  cross join lateral (select floor(date_part('epoch', u.first_commit_at)) as at) started
  cross join lateral (select least(merged.at, greatest(started.at, floor(date_part('epoch', u.created_at)))) as at) opened
  cross join lateral (select least(merged.at, greatest(opened.at, floor(date_part('epoch', u.first_ready_at)))) as at) ready
  -- Opened at a forge.
  where u.created_at is not null
    -- When it reached production is not known where its deployment counts for nothing.
    and (:until::text <> 'deployed' or u.deployment_excluded is null)
    and (:until::text <> 'deployed' and u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
      or :until::text = 'deployed' and u.deployed_at is not null and coalesce(u.deployed_at, u.merged_at) >= :from::timestamptz
        and coalesce(u.deployed_at, u.merged_at) < :to::timestamptz)
    and
    -- @include place-filter
    and
    -- @include change-filter
  -- So that the planner knows nothing of the groups and hashes them.
  offset 0
)
select cell,
       encode(string_agg(int8send(coalesce(hashtextextended(person_id, 0), 0)) || int8send(shipment) || int4send((opened - started)::integer)
         || int4send((ready - opened)::integer) || int4send((looked - ready)::integer) || int4send((merged - looked)::integer)
         || int4send((deployed - merged)::integer), '') filter (where is_whole), 'base64') as units,
       count(*)::double precision as opened_n, (count(*) filter (where is_unreviewed))::double precision as unreviewed_n,
       (avg(review_rounds) filter (where is_whole))::double precision as rounds,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit
group by cell
having bool_or(is_whole)
