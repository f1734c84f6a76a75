/** SQL of step usage. $1 = time zone of local dates and weeks, where not said otherwise. */

/**
 * Declared usage in the days of derive_person, counted anew. A squash stands aside where its own commits are known. Tells the tools of which a day
 * is other than it was.
 */
export const DECLARED = `
with made as (
  select m.tool_id, a.person_id, (g.authored_at at time zone $1)::date as day, count(distinct g.sha)::integer as marked_commits
  from derive_person d
  join person p on p.person_id = d.person_id and p.kind = 'human'
  join account_person a on a.person_id = d.person_id
  -- Offset: by account and time, one after another; any other order begins with all marks there are.
  cross join lateral (
    select * from git_commit c where c.author_account_id = a.account_id and (c.is_on_default or c.change_key is not null)
      and c.authored_at >= a.valid_from and c.authored_at < a.valid_to
      and c.authored_at >= d.low - interval '2 days' and c.authored_at < d.high + interval '2 days'
      and (c.authored_at at time zone $1)::date between d.low and d.high offset 0) g
  -- A count of no lines by the tool is no use of it.
  join commit_mark m on m.repo_id = g.repo_id and m.sha = g.sha and m.grade >= 3 and coalesce(m.ai_share, 1) > 0
    and m.kind in ('author', 'committer', 'co_author', 'trailer', 'text', 'note', 'session_note', 'line_count')
  where not (g.is_on_default and exists (
    select from git_commit o where o.repo_id = g.repo_id and o.change_key = g.change_key and not o.is_on_default))
  group by 1, 2, 3),
changed as (
  insert into declared_day as t select * from made
  on conflict (person_id, tool_id, day) do update set marked_commits = excluded.marked_commits
  where t.marked_commits <> excluded.marked_commits returning tool_id, person_id, day),
gone as (
  delete from declared_day t using derive_person d where t.person_id = d.person_id and t.day between d.low and d.high
    and not exists (select from made where made.tool_id = t.tool_id and made.person_id = t.person_id and made.day = t.day)
  returning t.tool_id, t.person_id, t.day),
moved as (select * from changed union select * from gone),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'week', 0, person_id || '/' || date_trunc('week', day)::date from moved on conflict do nothing)
select distinct tool_id from moved`;

/** First sign of life of the persons in derive_person. */
export const FIRST_SEEN = `
update person p set first_seen_at = s.at from (
  select a.person_id, min((select min(g.authored_at) from git_commit g where g.author_account_id = a.account_id
    and g.authored_at >= a.valid_from and g.authored_at < a.valid_to)) as at
  from (select distinct person_id from derive_person) d join account_person a using (person_id) group by 1) s
where p.person_id = s.person_id and (p.first_seen_at is null or p.first_seen_at > s.at)`;

/** Columns of usage_week that are added up. */
export const ADDED_UP = 'tool_id, workflow_id, team_id, week_start::text as week_start, uses, is_seated, own_coverage';

/** Of the persons on the list ($1): humans, and strangers: who is no human any more, or was joined with somebody, loses the weeks. */
export const DROP_STRANGERS = `
with gone as (
  delete from usage_week u where ('*' = any($1::text[]) or u.person_id = any($1::text[]))
    and not exists (select from person p where p.person_id = u.person_id and p.kind = 'human')
  returning u.*)
select array(select distinct person_id from gone) as strangers, (select coalesce(json_agg(g), '[]') from (select ${ADDED_UP} from gone) g) as gone,
  array(select person_id from person where kind = 'human' and ('*' = any($1::text[]) or person_id = any($1::text[])) order by person_id) as humans`;

/**
 * Uses per local day of persons ($2): of the tool as a whole, and of a workflow where features or events decide: the one that the use names, else
 * those that list its feature, else those that have its change. Days since 1970.
 */
export const DAYS = `
with events as (
  select e.tool_id, '' as workflow_id, e.person_id, (e.at at time zone $1)::date as day, count(*)::integer as uses,
    least(coalesce(sum(e.accepted_lines), 0), 2147483647)::integer as accepted, 3 as grade
  from tool_event e where e.person_id = any($2::text[]) group by 1, 2, 3, 4
  union all
  select e.tool_id, w.workflow_id, e.person_id, (e.at at time zone $1)::date, count(*)::integer,
    least(coalesce(sum(e.accepted_lines), 0), 2147483647)::integer, 3
  from tool_event e
  join workflow_usage w on w.tool_id = e.tool_id and not w.is_tool_scope
  join workflow_tool t on t.workflow_id = w.workflow_id and t.tool_id = w.tool_id
  where e.person_id = any($2::text[]) and (e.workflow_id = w.workflow_id or (e.workflow_id is null and (e.feature = any(t.features) or (
    not exists (select from workflow_tool o where o.tool_id = e.tool_id and e.feature = any(o.features))
    and exists (
      select from workflow_completion c where c.workflow_id = w.workflow_id and c.repo_id = e.repo_id and split_part(c.unit_key, '/', 1) = e.change_key)))))
  group by 1, 2, 3, 4),
days as (
  select t.tool_id, '' as workflow_id, t.person_id, t.day, coalesce(t.invocations, t.sessions, 1) as uses,
    coalesce(t.accepted_lines, 0) as accepted, t.grade::integer as grade
  from tool_day t where t.person_id = any($2::text[])),
telemetry as (
  select tool_id, workflow_id, person_id, day, max(uses) as uses, max(accepted) as accepted, max(grade) as grade, false as is_declared
  from (select * from events union all select * from days) u group by 1, 2, 3, 4)
select person_id as "personId", tool_id as "toolId", workflow_id as "workflowId", day - date '1970-01-01' as day, uses, accepted, grade,
  is_declared as "isDeclared"
from (
  select * from telemetry
  union all
  select d.tool_id, '', d.person_id, d.day, d.marked_commits, 0, 3, true from declared_day d where d.person_id = any($2::text[])) u
order by person_id, tool_id, workflow_id, u.day`;

/** Days with commits of persons ($2). */
export const COMMITS = `
select distinct a.person_id as "personId", (g.authored_at at time zone $1)::date - date '1970-01-01' as day
from account_person a join git_commit g on g.author_account_id = a.account_id and g.authored_at >= a.valid_from and g.authored_at < a.valid_to
where a.person_id = any($2::text[]) order by 1, 2`;

/** Seats of persons ($2): first day and the day after the last one; an open seat ends never. */
export const SEATS = `
select person_id as "personId", tool_id as "toolId", (valid_from at time zone $1)::date - date '1970-01-01' as "from",
  coalesce(((valid_to - interval '1 microsecond') at time zone $1)::date - date '1970-01-01' + 1, 2147483647) as "to"
from seat where person_id = any($2::text[])`;

/** Weeks with completions of persons ($2). */
export const COMPLETION_WEEKS = `
select distinct person_id as "personId", week_start - date '1970-01-01' as day from workflow_completion
where person_id = any($2::text[]) and status <> 'abandoned'`;

/** Days on which a tool was observed, whoever used it: only a heartbeat makes silence a zero. */
export const LIFE = `
select distinct substr(source, 6) as "toolId", day - date '1970-01-01' as day from heartbeat where source like 'tool:%'`;

export const SCOPES = `
select s.tool_id as "toolId", s.workflow_id as "workflowId", t.nominal_grade as "nominalGrade",
  exists (select from declared_day d where d.tool_id = s.tool_id) as "isDeclared"
from (select tool_id, '' as workflow_id from tool
      union select tool_id, usage_workflow_id from workflow_usage where not is_tool_scope) s join tool t using (tool_id)
order by 1, 2`;

/** Newest Monday anybody can be counted in: of the last completion, commit or use. Each newest one is the end of an index, not a scan. */
export const LAST_MONDAY = `
select date_trunc('week', greatest(
  (select max(e.at) from (select distinct workflow_id from workflow) w
    cross join lateral (select max(c.ended_at) as at from workflow_completion c where c.workflow_id = w.workflow_id) e) at time zone $1,
  (select max(observed_until) from repo) at time zone $1,
  (select max(e.day) from person p cross join lateral (select max(d.day) as day from tool_day d where d.person_id = p.person_id) e)::timestamp,
  (select max(e.at) from tool t cross join lateral (select max(v.at) as at from tool_event v where v.tool_id = t.tool_id) e) at time zone $1
))::date - date '1970-01-01' as day`;

/** The same when it was counted last. */
export const KNOWN_MONDAY = `select fingerprint::integer as day from derive_state where key = 'newest-week'`;

export const KEEP_MONDAY = `
insert into derive_state (key, fingerprint) values ('newest-week', $1) on conflict (key) do update set fingerprint = excluded.fingerprint`;

/** Has another week become the newest ($1 = time zone) although nobody's usage moved? Then it is to be counted for whoever has a seat. */
export const MARK_NEWEST = `
insert into dirty (kind, repo_id, item)
select 'week', 0, '' from (${LAST_MONDAY}) n where coalesce(n.day, 0) is distinct from (select k.day from (${KNOWN_MONDAY}) k)
on conflict do nothing`;

/** Who has a seat on a day ($1, since 1970) or later: has weeks up to the newest, whatever happens. */
export const SEATED_FROM = `
select distinct person_id from seat where valid_to is null or valid_to > date '1970-01-01' + $1::integer - 1`;

/** Tools with declared usage: the first mark of a tool says of everybody who commits that they declared none. */
export const DECLARED_TOOLS = `
select json_agg(tool_id order by tool_id) as value from tool t where exists (select from declared_day d where d.tool_id = t.tool_id)`;

/** Licensed people and how many of them have data, for some weeks ($1). Tells the weeks in which that is other than it was. */
export const TOOL_WEEKS = `
with weeks as (select unnest($1::date[]) as week_start),
made as (
  select u.tool_id, u.week_start, count(*)::integer as licensed, count(*) filter (where u.own_coverage >= 2)::integer as covered
  from usage_week u join weeks using (week_start) where u.is_seated and u.workflow_id = '' group by 1, 2),
gone as (
  delete from tool_week t using weeks w where t.week_start = w.week_start
    and not exists (select from made where made.tool_id = t.tool_id and made.week_start = t.week_start) returning t.week_start),
changed as (
  insert into tool_week as t select * from made
  on conflict (tool_id, week_start) do update set licensed = excluded.licensed, covered = excluded.covered
  where row(t.licensed, t.covered) is distinct from row(excluded.licensed, excluded.covered) returning t.week_start)
select week_start::text as monday from gone union select week_start::text from changed`;

/**
 * Below 80 % of the licensed, nobody's usage is known: the grade falls to that of seats. Marks in git do not depend on seats. Of everybody in
 * weeks in which the share changed ($1), else of persons ($2) in weeks that were written ($3).
 */
export const APPLY_RULE = `
with weeks as (select unnest($1::date[]) as week_start union select unnest($1::date[]) + 7),
written as (select unnest($3::date[]) as week_start union select unnest($3::date[]) + 7),
looked as (
  select v.* from usage_week v join weeks using (week_start)
  union
  select v.* from usage_week v join written using (week_start) where v.person_id = any($2::text[]))
update usage_week u set coverage = n.coverage, prior_coverage = n.prior_coverage
from (
  select v.tool_id, v.workflow_id, v.person_id, v.week_start,
    case when v.basis <> 'declared' and t.covered < 0.8 * t.licensed then least(v.own_coverage, 1) else v.own_coverage end as coverage,
    case when v.basis <> 'declared' and b.covered < 0.8 * b.licensed then least(v.own_prior_coverage, 1) else v.own_prior_coverage end as prior_coverage
  from looked v
  left join tool_week t on t.tool_id = v.tool_id and t.week_start = v.week_start
  left join tool_week b on b.tool_id = v.tool_id and b.week_start = v.week_start - 7) n
where u.tool_id = n.tool_id and u.workflow_id = n.workflow_id and u.person_id = n.person_id and u.week_start = n.week_start
  and row(u.coverage, u.prior_coverage) is distinct from row(n.coverage::smallint, n.prior_coverage::smallint)
returning u.person_id`;

/** Landing dates for every tool, workflow and team: configured, else the week of the first use. Takes `landing`. */
export const LANDINGS = `
with taken as (delete from dirty where kind = 'landing'),
teams as (select team_id from team union select 'unknown'),
used as (
  select tool_id, team_id, min(week_start) as monday from usage_week where uses > 0 and workflow_id = '' group by 1, 2),
anybody as (select tool_id, min(monday) as monday from used group by 1),
made as (
  select w.tool_id, w.workflow_id, t.team_id,
    coalesce(c.landed_at, coalesce(u.monday, a.monday)::timestamp at time zone $1) as landed_at,
    case when c.landed_at is null then 'inferred' else 'config' end as basis
  from workflow_tool w cross join teams t
  left join used u on u.tool_id = w.tool_id and u.team_id = t.team_id
  left join anybody a on a.tool_id = w.tool_id
  left join lateral (
    select l.landed_at from tool_landing l
    where l.tool_id = w.tool_id and l.team_id in ('', t.team_id) and l.workflow_id in ('', w.workflow_id)
    order by l.team_id = '', l.workflow_id = '' limit 1) c on true),
gone as (
  delete from landing l where not exists (
    select from made m where m.tool_id = l.tool_id and m.workflow_id = l.workflow_id and m.team_id = l.team_id and m.landed_at is not null))
insert into landing as l select * from made where landed_at is not null
on conflict (tool_id, workflow_id, team_id) do update set landed_at = excluded.landed_at, basis = excluded.basis
where row(l.landed_at, l.basis) is distinct from row(excluded.landed_at, excluded.basis)`;
