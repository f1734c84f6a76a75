-- grain: one row per (tool, feature)
with as_of as materialized (
  -- @include as-of
),
used as (
  -- Events tell features; of a day's sum nobody knows them.
  select distinct e.tool_id as tool, e.person_id, e.feature
  from as_of a
  join tool_event e on e.at >= (a.week - 21)::timestamp at time zone :tz::text and e.at < (a.week + 7)::timestamp at time zone :tz::text
  where a.back = 0 and e.person_id > '' and (:tool::text[] is null or e.tool_id = any(:tool::text[]))
),
total as (
  select tool, count(distinct person_id) as people, count(distinct person_id) filter (where feature is not null) as n from used group by tool
)
select u.tool, u.feature, t.people::double precision as people, t.n::double precision as n, count(*)::double precision as so
from used u
join total t using (tool)
where u.feature is not null
group by u.tool, u.feature, t.people, t.n
order by u.tool, count(*) desc, u.feature
