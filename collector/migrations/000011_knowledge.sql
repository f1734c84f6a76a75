-- Units of metric knowledge: who wrote the lines of the default branch.

create view known_line as
select s.repo_id, r.slug as repo, coalesce(r.service_id, r.slug) as service, s.path_id, s.born_at, s.died_at, s.effective_lines as lines,
       case when p.kind = 'human' then p.person_id else f.responsible_id end as person_id
from line_span s
join repo r on r.repo_id = s.repo_id
join git_commit c on c.repo_id = s.repo_id and c.commit_no = s.origin_no
left join account a on a.account_id = c.author_account_id
left join person p on p.person_id = a.person_id
left join change_fact f on f.repo_id = c.repo_id and f.change_key = c.change_key;
comment on view known_line is 'One row per row of line_span: the human who wrote its lines, or is behind the change of an agent that did (person_id; null = nobody known), from when to when they stood on the default branch, and their path at birth as a number alone.';

grant select on known_line to throughline_reader;
