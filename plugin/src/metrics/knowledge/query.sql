-- grain: one row per (group)
with
line as (
  select case when 'repo' = any(:groupBy::text[]) then u.repo end as repo, case when 'service' = any(:groupBy::text[]) then u.service end as service,
         u.repo_id, u.path_id, u.person_id, coalesce(sum(u.lines) filter (where u.died_at is null or u.died_at >= :to::timestamptz), 0) as live
  from known_line u
  where u.born_at < :to::timestamptz
    and (:service::text[] is null or u.service = any(:service::text[])) and (:repo::text[] is null or u.repo = any(:repo::text[]))
  group by 1, 2, 3, 4, 5
),
present as (
  select distinct person_id from merged_unit
  where person_id is not null and merged_at < :to::timestamptz and merged_at >= :to::timestamptz - interval '12 months'
),
file as (
  select repo, service, sum(live) as live, count(present.person_id) as knowing
  from line left join present using (person_id)
  group by repo, service, repo_id, path_id
),
code as (
  select repo, service, sum(live) as n, sum(live) filter (where knowing < 2) as few, sum(live) filter (where knowing = 0) as nobody from file group by repo, service
),
own as (select repo, service, person_id, sum(live) as live from line where live > 0 group by repo, service, person_id),
people as (select repo, service, count(person_id) as n_dev, max(live) filter (where person_id is not null) as most from own group by repo, service)
select c.repo, c.service, c.n::double precision as n, coalesce(c.few, 0)::double precision as few, coalesce(c.nobody, 0)::double precision as nobody,
       p.n_dev::double precision as n_dev, (p.most / c.n)::double precision as one_person_share
from code c join people p on p.repo is not distinct from c.repo and p.service is not distinct from c.service
where c.n > 0
order by c.repo, c.service
