-- Issues that are done, by what they are.

create view done_issue as
select f.source, f.external_id, f.done_at, i.type, p.person_id, coalesce(m.team_id, 'unknown') as team
from issue_fact f
join issue i on i.source = f.source and i.external_id = f.external_id
left join tracker_project j on j.source = i.source and j.project_key = i.project_key
left join account_person a on a.account_id = i.assignee_account_id and f.done_at >= a.valid_from and f.done_at < a.valid_to
left join person p on p.person_id = a.person_id and p.kind = 'human'
left join primary_team m on m.person_id = p.person_id and f.done_at >= m.valid_from and f.done_at < m.valid_to
where f.done_at is not null and i.kind = 'issue' and i.deleted_at is null and (i.seen_at < j.listed_at) is not true;
comment on view done_issue is 'One row per issue that is done now: done_at (its last end: one that was reopened is done when it was done again) and type (bug | feature | docs | refactor; null = nothing says it, which is not that it is none of them). Epics, sub-tasks, what was given up and deleted issues are left out. Who is behind it: person_id (the human that it is assigned to; null = nobody known) and the team of that human when it was done.';
grant select on done_issue to throughline_reader;

-- Views read it as their owner: no panel reads it by itself.
revoke select on primary_team from throughline_reader;
