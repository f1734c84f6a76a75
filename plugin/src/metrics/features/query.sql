-- grain: one row per (group)
-- A group (cell) is the start of its bucket (epoch seconds, absent for none), then its team where it is grouped by; joined by chr(31).
with unit as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.done_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then u.team end) as cell, u.person_id, u.type
  from done_issue u
  where u.done_at >= :from::timestamptz and u.done_at < :to::timestamptz and (:team::text[] is null or u.team = any(:team::text[]))
  offset 0
),
p as (
  select cell, person_id, count(*) as n, count(*) filter (where type = 'feature') as features, count(*) filter (where type is null) as unknown
  from unit group by cell, person_id
)
select cell, sum(features)::double precision as features, sum(unknown)::double precision as unknown, sum(n)::double precision as n,
       count(person_id)::double precision as n_dev, (max(n) filter (where person_id is not null) / sum(n))::double precision as one_person_share,
       (count(person_id) filter (where features > 0))::double precision as n_dev_features,
       (max(features) filter (where person_id is not null) / nullif(sum(features), 0))::double precision as one_person_share_features,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from p
group by cell
