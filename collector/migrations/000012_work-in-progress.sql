-- What is under way: when a change came into a stage and when it left it.

create view queue_stay as
select 'review' as stage, c.repo_id, c.change_key, c.first_ready_at as entered_at,
       least(coalesce(c.merged_at, c.closed_at), c.first_ready_at + interval '1 year') as left_at,
       case when f.change_id is not null then f.responsible_id when p.kind = 'human' then p.person_id end as person_id,
       coalesce(f.team_id, m.team_id, r.owner_team_id, 'unknown') as team, r.slug as repo, coalesce(f.service_id, r.service_id, r.slug) as service
from change c
join repo r on r.repo_id = c.repo_id
left join change_fact f on f.repo_id = c.repo_id and f.change_key = c.change_key
left join account a on a.account_id = coalesce(c.requester_account_id, c.author_account_id)
left join person p on p.person_id = a.person_id
left join lateral (
  select m.team_id from membership m
  where f.change_id is null and m.person_id = a.person_id and m.is_primary and m.valid_from <= c.first_ready_at
    and (m.valid_to is null or m.valid_to > c.first_ready_at)
  order by m.valid_from desc limit 1
) m on true
where c.first_ready_at is not null and coalesce(c.merged_at, c.closed_at) >= c.first_ready_at is not false
  and coalesce(f.author_kind, a.kind, 'human') <> 'automation' and f.excluded_reason is null
union all
select 'production', f.repo_id, f.change_key, f.merged_at, least(f.deployed_at, f.merged_at + interval '1 year'), f.responsible_id, f.team_id, r.slug, f.service_id
from change_fact f
join repo r on r.repo_id = f.repo_id
left join deployment_fact d on d.deployment_id = f.deployment_id
where f.author_kind <> 'automation' and f.excluded_reason is null and d.excluded_reason is null and f.deployed_at >= f.merged_at is not false
  and f.merged_at >= (select min(x.finished_at) from deployment_fact x where x.service_id = f.service_id and x.environment = 'production');
comment on view queue_stay is 'One row per change and stage that it came into: review (ready for review until merged or closed) and production (merged until deployed, since the first known deployment of its service). entered_at and left_at: null = it is still there. What is there for more than a year is abandoned and leaves then. Automation, what counts for nothing (excluded_reason) and what left before it came are left out. Who is behind it: person_id (null = nobody known); team as of the merge, of what is not merged as of when it was ready.';

grant select on queue_stay to throughline_reader;
grant select (source, external_id, done_at) on issue_fact to throughline_reader;
