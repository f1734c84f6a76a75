-- Units of metrics incident-health and merge-rate: who responded to incidents, and what became of changes that were opened at a forge.

create view responder_unit as
select u.service, u.code_source, u.severity, u.started_at, u.resolved_at, p.person_id,
       case when p.experience_start is null then 'unknown'
            when p.experience_start + make_interval(months => m.senior) <= u.started_at at time zone m.zone then 'senior'
            when p.experience_start + make_interval(months => m.mid) <= u.started_at at time zone m.zone then 'mid'
            else 'junior' end as seniority
from incident_unit u
join incident i on i.incident_id = u.incident_id
join account a on a.account_id = i.responder_account_id
join person p on p.person_id = a.person_id and p.kind = 'human'
cross join (
  select coalesce((select value #>> '{}' from setting where key = 'default_tz'), 'UTC') as zone,
         coalesce((select (value ->> 'mid')::integer from setting where key = 'seniority_months'), 18) as mid,
         coalesce((select (value ->> 'senior')::integer from setting where key = 'seniority_months'), 48) as senior) m;
comment on view responder_unit is 'One row per incident of incident_unit of which a human is known to have responded: who (person_id) and their band of professional experience at its start (setting seniority_months), or unknown. No id of the incident.';

create view closed_unit as
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
left join lateral (
  select m.team_id from membership m
  where m.person_id = q.person_id and m.is_primary and m.valid_from <= coalesce(c.merged_at, c.closed_at)
    and (m.valid_to is null or m.valid_to > coalesce(c.merged_at, c.closed_at))
  order by m.valid_from desc limit 1
) m on true
where c.kind = 'pull_request' and coalesce(c.merged_at, c.closed_at) is not null and coalesce(w.kind, a.kind, 'human') <> 'automation'
  and excluded_reason('changes', coalesce(c.merged_at, c.closed_at), coalesce(m.team_id, r.owner_team_id, 'unknown'), coalesce(r.service_id, r.slug), r.slug) is null;
comment on view closed_unit is 'One row per change of a forge that was merged or closed without a merge, that is not of automation and counts: when it ended (closed_at), by whom it was opened (opened_by: human | ai_agent), who is behind it (person_id: its human author, or who asked the agent; null = nobody known), and its place then.';

create index change_ended on change ((coalesce(merged_at, closed_at))) where kind = 'pull_request';

grant select on responder_unit, closed_unit to throughline_reader;
