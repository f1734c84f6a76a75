-- Changes that ended, without a look-up per row: who was in which team when is made once, and whether bad data takes a change is a join with its few periods.

create view primary_team as
select s.person_id, s.at as valid_from, lead(s.at, 1, 'infinity') over (partition by s.person_id order by s.at) as valid_to, m.team_id
from (
  select person_id, valid_from as at from membership where is_primary
  union
  select person_id, valid_to from membership where is_primary and valid_to is not null
) s
left join lateral (
  select m.team_id from membership m
  where m.person_id = s.person_id and m.is_primary and m.valid_from <= s.at and (m.valid_to is null or m.valid_to > s.at)
  order by m.valid_from desc limit 1
) m on true;
comment on view primary_team is 'One row per person and period between two changes of their primary memberships: from when (inclusive) to when (exclusive; infinity = still) the team was theirs, the one that began last where several are primary (null = none was). Periods of a person do not overlap.';
grant select on primary_team to throughline_reader;

create or replace view closed_unit as
select c.repo_id, c.change_id, coalesce(c.merged_at, c.closed_at) as closed_at, c.merged_at is not null as is_merged,
       case when a.kind = 'ai_agent' or w.kind = 'ai_agent' then 'ai_agent' else 'human' end as opened_by,
       case when p.kind = 'human' then p.person_id end as person_id, coalesce(m.team_id, r.owner_team_id, 'unknown') as team, r.slug as repo,
       coalesce(r.service_id, r.slug) as service
from change c
join repo r on r.repo_id = c.repo_id
left join account a on a.account_id = c.author_account_id
left join person w on w.person_id = a.person_id
left join account q on q.account_id = coalesce(c.requester_account_id, c.author_account_id)
left join person p on p.person_id = q.person_id
left join primary_team m on m.person_id = q.person_id and coalesce(c.merged_at, c.closed_at) >= m.valid_from and coalesce(c.merged_at, c.closed_at) < m.valid_to
where c.kind = 'pull_request' and coalesce(c.merged_at, c.closed_at) is not null and coalesce(w.kind, a.kind, 'human') <> 'automation'
  -- As excluded_reason says it.
  and not exists (
    select from exclusion e
    where e.kind = 'bad_data' and e.withdrawn_at is null and 'changes' = any(e.facts)
      and coalesce(c.merged_at, c.closed_at) >= e.started_at and coalesce(c.merged_at, c.closed_at) < e.ended_at
      and (e.is_everywhere or coalesce(m.team_id, r.owner_team_id, 'unknown') = any(e.teams) or coalesce(r.service_id, r.slug) = any(e.services)
        or r.slug = any(e.repos)));

-- What became of a change looks for the incidents that it is blamed for, change by change.
create index incident_link_change on incident_link (repo_id, change_id) where change_id is not null;
