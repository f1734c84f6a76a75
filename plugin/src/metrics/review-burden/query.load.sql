-- grain: one row per (group)
-- What each reviewer took of the reviews of a group: estimated seconds, in order, separated by spaces. Whoever is not known is left out.
with
review as (
  select
    -- @include cell
    as cell,
    u.person_id, u.review_minutes
  from reviewer_unit u
  where
    -- @include asked
    and u.person_id is not null
),
reviewer as (
  select cell, person_id, count(*) as reviews, round(sum(review_minutes * 60))::bigint as seconds from review group by 1, 2
)
select cell, string_agg(seconds::text, ' ' order by seconds) as seconds, sum(reviews)::double precision as n,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from reviewer
group by cell
