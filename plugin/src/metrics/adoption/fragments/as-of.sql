-- Weeks as of whose end people are counted: the last closed one of each bucket (time = its start, null = one for the whole range), and the same
-- four weeks earlier (back = 4) where two weeks are compared.
select x.time, b.back, max(x.monday) - 7 * b.back as week
from (
  select m.monday::date as monday,
         case when :bucket::text <> 'none'
           then date_trunc(:bucket::text, m.monday + interval '7 days' - interval '1 microsecond') at time zone :tz::text end as time
  from generate_series(date_trunc('week', :from::timestamptz at time zone :tz::text), :to::timestamptz at time zone :tz::text, interval '7 days') as m(monday)
  where (m.monday + interval '7 days') at time zone :tz::text <= :to::timestamptz
) x
cross join unnest(array[0, 4]) as b(back)
where b.back = 0 or :compare::text <> 'none' or :mode::text in ('retention', 'migration')
group by x.time, b.back
