-- What the gate and most metrics ask of all changes of a year is in an index again: what counts (excluded_reason) came after these indexes, and since
-- then the wide rows were read. A change that is merged is in a queue as its facts have it: they are looked up no second time.

drop index change_fact_merged;
create index change_fact_merged on change_fact (merged_at) include (author_kind, excluded_reason, repo_id, change_id, responsible_id, team_id, service_id, pr_class,
  code_source, seniority, zone, size, is_assumed, confidence, tools, created_at, first_ready_at, first_review_at, first_commit_at, deployed_at);
drop index change_fact_counted;
create index change_fact_counted on change_fact (coalesce(deployed_at, merged_at)) include (author_kind, excluded_reason, repo_id, change_id, responsible_id, team_id,
  service_id, pr_class, code_source, seniority, zone, size, is_assumed, confidence, merged_at, deployed_at, deployment_id, first_ready_at, first_commit_at);
create index change_fact_ready on change_fact (first_ready_at) include (merged_at, repo_id, responsible_id, team_id, service_id)
  where first_ready_at is not null and excluded_reason is null and author_kind <> 'automation';
create index change_stay on change (repo_id, change_id) include (first_ready_at, merged_at, closed_at, author_account_id, requester_account_id, change_key)
  where first_ready_at is not null;

create or replace view queue_stay as
select 'review' as stage, f.repo_id, f.change_key, f.first_ready_at as entered_at, least(f.merged_at, f.first_ready_at + interval '1 year') as left_at,
       f.responsible_id as person_id, f.team_id as team, r.slug as repo, f.service_id as service
from change_fact f
join repo r on r.repo_id = f.repo_id
where f.first_ready_at is not null and f.merged_at >= f.first_ready_at and f.author_kind <> 'automation' and f.excluded_reason is null
union all
select 'review', c.repo_id, c.change_key, c.first_ready_at, least(coalesce(c.merged_at, c.closed_at), c.first_ready_at + interval '1 year'),
       case when p.kind = 'human' then p.person_id end, coalesce(m.team_id, r.owner_team_id, 'unknown'), r.slug, coalesce(r.service_id, r.slug)
from change c
join repo r on r.repo_id = c.repo_id
left join account a on a.account_id = coalesce(c.requester_account_id, c.author_account_id)
left join person p on p.person_id = a.person_id
left join primary_team m on m.person_id = a.person_id and c.first_ready_at >= m.valid_from and c.first_ready_at < m.valid_to
where c.first_ready_at is not null and coalesce(c.merged_at, c.closed_at) >= c.first_ready_at is not false and coalesce(a.kind, 'human') <> 'automation'
  and not exists (select from change_fact f where f.repo_id = c.repo_id and f.change_id = c.change_id)
union all
select 'production', f.repo_id, f.change_key, f.merged_at, least(f.deployed_at, f.merged_at + interval '1 year'), f.responsible_id, f.team_id, r.slug, f.service_id
from change_fact f
join repo r on r.repo_id = f.repo_id
left join deployment_fact d on d.deployment_id = f.deployment_id
where f.author_kind <> 'automation' and f.excluded_reason is null and d.excluded_reason is null and f.deployed_at >= f.merged_at is not false
  and f.merged_at >= (select min(x.finished_at) from deployment_fact x where x.service_id = f.service_id and x.environment = 'production');

create or replace view reviewer_unit as
select f.repo_id, f.change_id, f.merged_at, nullif(p.person_id, '') as person_id, f.team_id as team, r.slug as repo, f.service_id as service, f.pr_class, f.code_source,
       p.seniority, f.zone, f.size, f.responsible_id as author_id, p.review_minutes, p.comment_count
from change_fact f
join repo r on r.repo_id = f.repo_id
join reviewer_part p on p.repo_id = f.repo_id and p.change_id = f.change_id
where f.author_kind <> 'automation' and f.excluded_reason is null;
