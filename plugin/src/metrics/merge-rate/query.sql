-- grain: one row per (group, who opened)
-- A group (cell) is the start of its bucket (epoch seconds, absent for none), then its values in the order of GROUPS in metric.ts; joined by chr(31).
with unit as (
  select concat_ws(chr(31),
           case when :bucket::text <> 'none'
             then date_part('epoch', date_trunc(:bucket::text, u.closed_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then u.team end,
           case when 'repo' = any(:groupBy::text[]) then u.repo end,
           case when 'service' = any(:groupBy::text[]) then u.service end) as cell, u.opened_by, u.person_id, u.is_merged
  from closed_unit u
  where u.closed_at >= :from::timestamptz and u.closed_at < :to::timestamptz and
    -- @include place-filter
  offset 0
),
p as (select cell, opened_by, person_id, count(*) as n, count(*) filter (where is_merged) as merged from unit group by 1, 2, 3)
select cell, opened_by, sum(merged)::double precision as merged, sum(n)::double precision as n, count(person_id)::double precision as n_dev,
       (max(n) filter (where person_id is not null) / sum(n))::double precision as one_person_share,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from p
group by 1, 2
order by 1, 2
