-- grain: one row per (group, seniority)
with
review as (
  select
    -- @include cell
    as cell,
    u.seniority, u.person_id, u.review_minutes
  from reviewer_unit u
  where
    -- @include asked
),
reviewer as (
  select cell, seniority, person_id, count(*) as reviews, sum(review_minutes) as minutes from review group by 1, 2, 3
)
select cell, seniority, sum(reviews)::double precision as n, count(person_id)::double precision as n_dev,
       round(sum(minutes))::double precision as minutes, (max(minutes) filter (where person_id is not null) / nullif(sum(minutes), 0))::double precision as one_person_share,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from reviewer
group by 1, 2
order by 1, 2
