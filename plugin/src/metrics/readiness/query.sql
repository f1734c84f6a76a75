-- grain: one row per (store)
-- Whole weeks in one zone for everybody, whatever is asked: texts tell steps of numbers, and a range that is walked tells no more.
with span as (
  select least(date_trunc('week', :from::timestamptz, 'UTC'), w.until - interval '7 days') as since, w.until
  from (select date_trunc('week', :to::timestamptz, 'UTC') as until) w
), merged as (
  select u.* from merged_unit u cross join span s where u.merged_at >= s.since and u.merged_at < s.until
), of_changes as (
  select
    count(*) as n,
    count(distinct m.person_id) as people,
    count(distinct m.repo_id) as repos,
    count(m.created_at) as told,
    count(m.first_review_at) as reviewed,
    count(*) filter (where m.first_commit_at <= m.merged_at) as started,
    count(*) filter (where m.code_source <> 'unknown') as sourced,
    count(*) filter (where m.team <> 'unknown') as teamed
  from merged m
), by_person as (
  select max(p.n)::double precision / sum(p.n)::double precision as share
  from (select count(*) filter (where m.person_id is not null) as n from merged m group by m.person_id) p
), by_source as (
  select string_agg(b.code_source || ':' || b.people, ',' order by b.code_source) as people
  from (
    select
      -- @include source
      as code_source, count(distinct u.person_id) as people
    from merged u
    group by 1
  ) b
), of_deployments as (
  select count(*) as n, count(distinct d.repo_id) as repos, count(*) filter (where d.kind in ('rollback', 'hotfix')) as repairs
  from production_deployment d cross join span s
  where d.finished_at >= s.since and d.finished_at < s.until
), lacking as (
  -- Repositories with merged changes and no deployment of the range, with their people: the largest first.
  select count(*) as n, string_agg(l.repo || ' ' || l.people, chr(31) order by l.n desc, l.repo) as repos
  from (
    select min(m.repo) as repo, count(distinct m.person_id) as people, count(*) as n
    from merged m
    where m.repo_id not in (select d.repo_id from production_deployment d cross join span s where d.finished_at >= s.since and d.finished_at < s.until)
    group by m.repo_id
  ) l
), of_shipped as (
  select count(distinct u.person_id) as people
  from shipped_unit u cross join span s
  where u.finished_at >= s.since and u.finished_at < s.until
), of_incidents as (
  select count(*) as n, count(l.deployment_id) as linked
  from incident i
  cross join span s
  left join incident_link l using (incident_id)
  where i.started_at >= s.since and i.started_at < s.until and coalesce(i.environment, 'production') = 'production'
), of_lines as (
  select count(*) as n, count(*) filter (where u.merged_at <= u.observed_until - interval '90 days') as old, min(u.merged_at) as first_at, max(u.observed_until) as observed_until
  from survived_unit u cross join span s
  where u.merged_at >= s.since and u.merged_at < s.until
), by_user as (
  select w.person_id, bool_or(w.coverage >= 2) as is_known, sum(w.uses) filter (where w.coverage >= 2) as uses, not bool_or(w.coverage >= 2 and w.basis <> 'declared') as is_declared
  from usage_week w cross join span s
  where w.workflow_id = '' and w.week_start >= (s.since at time zone 'UTC')::date and w.week_start < (s.until at time zone 'UTC')::date
  group by w.person_id
), of_usage as (
  select
    count(*) as seen,
    count(*) filter (where b.is_known) as known,
    count(*) filter (where b.is_known and b.is_declared) as declared,
    count(*) filter (where b.uses > 0) as users,
    count(*) filter (where b.is_known and b.uses = 0) as others,
    count(*) filter (where b.uses > 0 and exists (select from workflow_completion c where c.person_id = b.person_id)) as authors
  from by_user b
), of_accounts as (
  select count(*) as n, count(*) filter (where a.person_id is not null and not a.has_conflict) as joined
  from account a where a.kind = 'human'
), of_tools as (
  -- The lowest first: one tool that joins nobody hides in a good mean.
  select string_agg(coalesce(t.title, m.tool_id) || chr(30) || m.users || chr(30) || m.matched, chr(31) order by m.matched::double precision / m.users, m.tool_id) as joined
  from tool_match m
  left join tool t using (tool_id)
  where m.users > 0
), of_sprints as (
  select count(distinct (u.source, u.cycle_id)) as n, count(distinct u.person_id) as people
  from sprint_issue u cross join span s
  where u.ended_at >= s.since and u.ended_at < s.until
), of_store as (
  select
    min(f.merged_at) as first_change_at,
    max(f.merged_at) as last_change_at,
    (select count(*) from repo) as repos,
    (select max(d.finished_at) from production_deployment d) as last_deployment_at,
    exists (select from deployment_fact d where d.environment <> 'production') as has_other_deployments,
    exists (select from incident) as has_incidents,
    exists (select from repo r where r.observed_until is not null) as has_lines,
    exists (select from stream_state t where t.stream_id like 'github/%') as has_forge,
    exists (select from stream_state t where t.last_ok_at is null and t.last_error is null) as is_collecting,
    (select max(w.week_start) from usage_week w where w.coverage >= 2) as last_usage_on,
    (select count(*) from landing) as landings,
    exists (select from sprint_issue) as has_sprints
  from change_fact f
), of_landings as (
  select count(*) as early from landing l cross join of_store o where l.landed_at >= o.first_change_at + interval '28 days'
)
select
  s.since, s.until,
  c.n::double precision as changes, c.people::double precision as people, c.repos::double precision as active_repos, c.told::double precision as told,
  c.reviewed::double precision as reviewed, c.started::double precision as started, c.sourced::double precision as sourced, c.teamed::double precision as teamed,
  p.share as one_person_share, b.people as source_people,
  d.n::double precision as deployments, d.repos::double precision as deployed_repos, d.repairs::double precision as repairs, k.n::double precision as lacking, k.repos as lacking_repos, h.people::double precision as shipped_people,
  i.n::double precision as incidents, i.linked::double precision as linked,
  l.n::double precision as lived, l.old::double precision as old, l.first_at as first_line_at, l.observed_until,
  u.seen::double precision as seen, u.known::double precision as known, u.declared::double precision as declared, u.users::double precision as users, u.others::double precision as others, u.authors::double precision as authors,
  z.n::double precision as sprints, z.people::double precision as sprint_people,
  a.n::double precision as accounts, a.joined::double precision as joined, j.joined as tools_joined,
  o.first_change_at, o.last_change_at, o.repos::double precision as repos, o.last_deployment_at, o.has_other_deployments, o.has_incidents, o.has_lines,
  o.has_forge, o.is_collecting, o.last_usage_on::timestamp as last_usage_at, o.landings::double precision as landings, o.has_sprints, g.early::double precision as early
from span s, of_changes c, by_person p, by_source b, of_deployments d, lacking k, of_shipped h, of_incidents i, of_lines l, of_usage u, of_accounts a, of_tools j, of_sprints z, of_store o, of_landings g
