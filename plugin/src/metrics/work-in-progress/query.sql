-- grain: one row per (bucket, group)
with
-- Before the week of the first change that the place filters leave nothing is known.
known as materialized (
  select date_trunc('week', u.merged_at at time zone :tz::text) at time zone :tz::text as at
  from merged_unit u
  where
    -- @include place-filter
  order by u.merged_at
  limit 1
),
bucket as (
  select s.at, greatest(s.at, :from::timestamptz, (select k.at from known k)) as starts, least(s.ends, :to::timestamptz, (select complete_until from data_clock)) as ends
  from (
    select b.at at time zone :tz::text as at, (b.at + w.width) at time zone :tz::text as ends
    from (
      select case :bucket::text when 'quarter' then interval '3 months' when 'none' then interval '1 year' else ('1 ' || :bucket::text)::interval end as width,
             case when :bucket::text = 'none' then 'year' else :bucket::text end as unit
    ) w
    cross join lateral generate_series(date_trunc(w.unit, :from::timestamptz at time zone :tz::text),
      :to::timestamptz at time zone :tz::text - interval '1 microsecond', w.width) as b(at)
    where :bucket::text <> 'none'
    union all
    select :from::timestamptz, :to::timestamptz where :bucket::text = 'none'
  ) s
),
stay as (
  select b.at, b.starts, b.ends, u.person_id,
    concat_ws(chr(31),
      case when 'team' = any(:groupBy::text[]) then u.team end,
      case when 'repo' = any(:groupBy::text[]) then u.repo end,
      case when 'service' = any(:groupBy::text[]) then u.service end) as cell,
    date_part('epoch', least(coalesce(u.left_at, b.ends), b.ends) - greatest(u.entered_at, b.starts)) as inside,
    u.entered_at >= b.starts as has_arrived, coalesce(u.left_at < b.ends, false) as has_left, date_part('epoch', u.left_at - u.entered_at) as seconds
  from queue_stay u
  join bucket b on u.entered_at < b.ends and (u.left_at is null or u.left_at >= b.starts)
  where u.stage = :stage::text and b.ends > b.starts
    and
    -- @include place-filter
  offset 0
),
-- Who is behind what came, what left, what is still there at the end, and all that was there.
person as (
  select at, starts, ends, cell, person_id, count(*) as n, sum(inside) as inside, count(*) filter (where has_arrived) as arrived,
         count(*) filter (where has_left) as departed, count(*) filter (where not has_left) as open, sum(seconds) filter (where has_left) as seconds
  from stay
  group by at, starts, ends, cell, person_id
)
select date_part('epoch', at) as at, date_part('epoch', starts) as starts, date_part('epoch', ends) as ends, cell,
       sum(inside) as inside, sum(arrived)::double precision as arrived, sum(departed)::double precision as departed, sum(seconds) as seconds,
       sum(open)::double precision as open, (count(person_id) filter (where open > 0))::double precision as n_dev_open,
       (max(open) filter (where person_id is not null))::double precision / nullif(sum(open), 0) as one_person_share_open,
       count(person_id)::double precision as n_dev, (max(n) filter (where person_id is not null))::double precision / sum(n) as one_person_share,
       (count(person_id) filter (where arrived > 0))::double precision as n_dev_arrived,
       (max(arrived) filter (where person_id is not null))::double precision / nullif(sum(arrived), 0) as one_person_share_arrived,
       (count(person_id) filter (where departed > 0))::double precision as n_dev_departed,
       (max(departed) filter (where person_id is not null))::double precision / nullif(sum(departed), 0) as one_person_share_departed
from person
group by at, starts, ends, cell
order by at, cell
