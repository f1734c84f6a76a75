-- Work in progress reads all changes: by their numbers they are joined with their facts in one go, by their keys each was looked up.

create or replace view queue_stay as
select 'review' as stage, c.repo_id, c.change_key, c.first_ready_at as entered_at,
       least(coalesce(c.merged_at, c.closed_at), c.first_ready_at + interval '1 year') as left_at,
       case when f.change_id is not null then f.responsible_id when p.kind = 'human' then p.person_id end as person_id,
       coalesce(f.team_id, m.team_id, r.owner_team_id, 'unknown') as team, r.slug as repo, coalesce(f.service_id, r.service_id, r.slug) as service
from change c
join repo r on r.repo_id = c.repo_id
left join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
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
