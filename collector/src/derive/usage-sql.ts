/** SQL of step usage. $1 = time zone of local dates and weeks. */

/** Declared usage of the persons in derive_person, counted anew. A squash stands aside where its own commits are known. */
export const DECLARED = `
with made as (
  select m.tool_id, a.person_id, (g.authored_at at time zone $1)::date as day, count(distinct g.sha)::integer as marked_commits
  from derive_person d
  join person p on p.person_id = d.person_id and p.kind = 'human'
  join account a on a.person_id = d.person_id
  join git_commit g on g.author_account_id = a.account_id and (g.is_on_default or g.change_key is not null)
  join commit_mark m on m.repo_id = g.repo_id and m.sha = g.sha and m.grade >= 3
    and m.kind in ('author', 'committer', 'co_author', 'trailer', 'text', 'note', 'line_count')
  where not (g.is_on_default and exists (
    select from git_commit o where o.repo_id = g.repo_id and o.change_key = g.change_key and not o.is_on_default))
  group by 1, 2, 3),
changed as (
  insert into declared_day as t select * from made
  on conflict (tool_id, person_id, day) do update set marked_commits = excluded.marked_commits
  where t.marked_commits <> excluded.marked_commits returning person_id, day),
gone as (
  delete from declared_day t using derive_person d where t.person_id = d.person_id
    and not exists (select from made where made.tool_id = t.tool_id and made.person_id = t.person_id and made.day = t.day)
  returning t.person_id, t.day)
insert into dirty (kind, repo_id, item)
select distinct 'week', 0, person_id || '/' || date_trunc('week', day)::date from (select * from changed union select * from gone) c
on conflict do nothing`;

/** First sign of life of the persons in derive_person. */
export const FIRST_SEEN = `
update person p set first_seen_at = s.at from (
  select a.person_id, min(g.authored_at) as at from derive_person d join account a using (person_id)
  join git_commit g on g.author_account_id = a.account_id group by 1) s
where p.person_id = s.person_id and (p.first_seen_at is null or p.first_seen_at > s.at)`;

/**
 * Humans × weeks that have to be counted anew: the week of the sign and those whose windows reach it. $2 = items. Eligible: a
 * completion, a seat, or a use in the 30 days before the end of the week; the others only lose what they had.
 */
export const LOAD_PAIRS = `
with parts as materialized (
  select split_part(item, '/', 1) as person_id, nullif(split_part(item, '/', 2), '*')::date as monday from unnest($2::text[]) as item),
persons as materialized (
  select person_id from person where kind = 'human' and (exists (select from parts where person_id = '*') or person_id in (select person_id from parts))),
known as (
  select c.person_id, c.week_start, true as is_eligible from workflow_completion c join persons using (person_id)
    where c.status in ('ok', 'bad_order', 'no_start')
  union all
  select s.person_id, w::date, true from seat s join persons using (person_id),
    generate_series(date_trunc('week', s.valid_from at time zone $1),
      date_trunc('week', coalesce(s.valid_to, greatest((select max(ended_at) from workflow_completion), s.valid_from)) at time zone $1), '7 days') as w
  union all
  select d.person_id, date_trunc('week', d.day)::date + n * 7, true
  from (select person_id, day from tool_day union all select person_id, day from declared_day
        union all select person_id, (at at time zone $1)::date from tool_event) d join persons using (person_id), generate_series(0, 5) as n
  where d.day >= date_trunc('week', d.day)::date + n * 7 + 7 - 30
  union all
  select u.person_id, u.week_start, false from usage_week u join persons using (person_id))
insert into derive_pair
select k.person_id, k.week_start, bool_or(k.is_eligible) from (select distinct * from known) k
where exists (
  select from parts where parts.person_id in ('*', k.person_id)
    and (parts.monday is null or k.week_start between parts.monday - 7 and parts.monday + 42))
group by 1, 2`;

/** Weeks of persons who are no humans any more, or were joined with somebody. $1 = persons on the list. */
export const DROP_STRANGERS = `
delete from usage_week u where ('*' = any($1::text[]) or u.person_id = any($1::text[]))
  and not exists (select from person p where p.person_id = u.person_id and p.kind = 'human')`;

/** Uses per local day of the persons in derive_pair: of the tool as a whole, and of a workflow where features or events decide. */
export const LOAD_DAYS = `
with persons as materialized (select distinct person_id from derive_pair where is_eligible),
events as (
  select e.tool_id, '' as workflow_id, e.person_id, (e.at at time zone $1)::date as day, count(*)::integer as uses,
    coalesce(sum(e.accepted_lines), 0)::integer as accepted, 3 as grade
  from tool_event e join persons using (person_id) group by 1, 2, 3, 4
  union all
  select e.tool_id, w.workflow_id, e.person_id, (e.at at time zone $1)::date, count(*)::integer,
    coalesce(sum(e.accepted_lines), 0)::integer, 3
  from tool_event e join persons using (person_id)
  join workflow_usage w on w.tool_id = e.tool_id and not w.is_tool_scope
  join workflow_tool t on t.workflow_id = w.workflow_id and t.tool_id = w.tool_id
  where e.workflow_id = w.workflow_id or (e.workflow_id is null and (e.feature = any(t.features) or exists (
    select from workflow_completion c where c.workflow_id = w.workflow_id and c.repo_id = e.repo_id and split_part(c.unit_key, '/', 1) = e.change_key)))
  group by 1, 2, 3, 4),
days as (
  select t.tool_id, '' as workflow_id, t.person_id, t.day, coalesce(t.invocations, t.sessions, 1) as uses,
    coalesce(t.accepted_lines, 0) as accepted, t.grade::integer
  from tool_day t join persons using (person_id)),
telemetry as (
  select tool_id, workflow_id, person_id, day, max(uses) as uses, max(accepted) as accepted, max(grade) as grade
  from (select * from events union all select * from days) u group by 1, 2, 3, 4)
insert into derive_use
select tool_id, workflow_id, person_id, day, uses, accepted, grade, false from telemetry
union all
select d.tool_id, '', d.person_id, d.day, d.marked_commits, 0, 3, true from declared_day d join persons using (person_id)`;

/** Days on which a tool was observed, whoever used it: only a heartbeat makes silence a zero. */
export const LOAD_LIFE = `
insert into derive_life select distinct substr(source, 6), day from heartbeat where source like 'tool:%'`;

/** Tools with declared usage: the first mark of a tool says of everybody who commits that they declared none. */
export const DECLARED_TOOLS = `select json_agg(tool_id order by tool_id) as value from (select distinct tool_id from declared_day) d`;

/** Rows of usage_week for the pairs; a person without any sign towards a tool has none but where a completion or seat makes them eligible. */
export const INSERT_WEEKS = `
with scopes as (
  select tool_id, '' as workflow_id, nominal_grade from tool
  union select w.tool_id, w.usage_workflow_id, t.nominal_grade from workflow_usage w join tool t using (tool_id) where not w.is_tool_scope),
spans as (
  select distinct p.week_start, n.prior, p.week_start + case when n.prior then 0 else 7 end as until
  from derive_pair p, (values (false), (true)) as n(prior)),
alive as (
  select s.week_start, s.prior, t.tool_id from spans s cross join (select distinct tool_id from derive_life) t
  where 4 = (select count(distinct (s.until - 1 - l.day) / 7) from derive_life l
    where l.tool_id = t.tool_id and l.day < s.until and l.day >= s.until - 28)),
sums as (
  select s.prior, p.person_id, p.week_start, u.tool_id, u.workflow_id,
    bool_or(not u.is_declared) as has_telemetry, bool_or(u.is_declared) as has_declared,
    max(u.grade) filter (where not u.is_declared) as grade,
    sum(u.uses) filter (where not u.is_declared) as uses, sum(u.uses) filter (where u.is_declared) as declared_uses,
    count(*) filter (where u.uses > 0 and not u.is_declared) as days, count(*) filter (where u.uses > 0 and u.is_declared) as declared_days,
    sum(u.accepted) as accepted,
    sum(u.uses) filter (where not u.is_declared and u.day >= p.week_start) as week_uses,
    sum(u.uses) filter (where u.is_declared and u.day >= p.week_start) as week_declared_uses,
    count(*) filter (where u.uses > 0 and not u.is_declared and u.day >= p.week_start) as week_days,
    count(*) filter (where u.uses > 0 and u.is_declared and u.day >= p.week_start) as week_declared_days,
    sum(u.accepted) filter (where u.day >= p.week_start) as week_accepted
  from derive_pair p join spans s using (week_start)
  join derive_use u on u.person_id = p.person_id and u.day >= s.until - 30 and u.day < s.until
  group by 1, 2, 3, 4, 5),
commits as (
  select distinct s.prior, p.person_id, p.week_start from derive_pair p join spans s using (week_start)
  where exists (select from account a join git_commit g on g.author_account_id = a.account_id
    where a.person_id = p.person_id and g.authored_at >= ((s.until - 30)::timestamp at time zone $1) and g.authored_at < (s.until::timestamp at time zone $1))),
declared_tools as (select distinct tool_id from declared_day),
states as (
  select p.person_id, p.week_start, c.tool_id, c.workflow_id, n.prior, x.*,
    seat.is_seated,
    case when w.has_telemetry or (c.workflow_id <> '' and t.has_telemetry) then coalesce(w.grade, t.grade)
         when w.has_declared then 3
         when a.tool_id is not null then greatest(c.nominal_grade, 2)
         when m.person_id is not null and d.tool_id is not null and c.workflow_id = '' then 3
         when seat.is_seated then 1 else 0 end as coverage,
    case when w.has_telemetry or (c.workflow_id <> '' and t.has_telemetry)
           then case when coalesce(w.uses, 0) = 0 then 'observed_zero' when coalesce(w.grade, t.grade) >= 3 then 'event' else 'activity' end
         when w.has_declared then 'declared'
         when a.tool_id is not null then 'observed_zero'
         when m.person_id is not null and d.tool_id is not null and c.workflow_id = '' then 'declared'
         when seat.is_seated then 'seat' else 'none' end as basis
  from (select * from derive_pair where is_eligible) p cross join scopes c cross join (values (false), (true)) as n(prior)
  left join sums w on w.prior = n.prior and w.person_id = p.person_id and w.week_start = p.week_start and w.tool_id = c.tool_id and w.workflow_id = c.workflow_id
  left join sums t on c.workflow_id <> '' and t.prior = n.prior and t.person_id = p.person_id and t.week_start = p.week_start and t.tool_id = c.tool_id and t.workflow_id = ''
  left join alive a on a.prior = n.prior and a.week_start = p.week_start and a.tool_id = c.tool_id
  left join commits m on m.prior = n.prior and m.person_id = p.person_id and m.week_start = p.week_start
  left join declared_tools d on d.tool_id = c.tool_id
  cross join lateral (select exists (select from seat s where s.tool_id = c.tool_id and s.person_id = p.person_id
    and s.valid_from < ((p.week_start + 7)::timestamp at time zone $1)
    and (s.valid_to is null or s.valid_to > (p.week_start::timestamp at time zone $1))) as is_seated) seat
  cross join lateral (select
    coalesce(case when w.has_telemetry then w.uses else w.declared_uses end, 0) as uses,
    coalesce(case when w.has_telemetry then w.days else w.declared_days end, 0) as days,
    coalesce(w.accepted, 0) as accepted,
    coalesce(case when w.has_telemetry then w.week_uses else w.week_declared_uses end, 0) as week_uses,
    coalesce(case when w.has_telemetry then w.week_days else w.week_declared_days end, 0) as week_days,
    coalesce(w.week_accepted, 0) as week_accepted) x)
insert into usage_week (tool_id, workflow_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d,
  accepted_lines_30d, uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id,
  own_coverage, own_prior_coverage)
select c.tool_id, c.workflow_id, c.person_id, c.week_start, c.week_uses, c.week_days, c.week_accepted, c.uses, c.days, c.accepted,
  b.uses, b.days, b.accepted, c.coverage, b.coverage, c.is_seated, c.basis,
  coalesce((select m.team_id from membership m where m.person_id = c.person_id and m.is_primary
    and m.valid_from < ((c.week_start + 7)::timestamp at time zone $1)
    and (m.valid_to is null or m.valid_to >= ((c.week_start + 7)::timestamp at time zone $1))
    order by m.valid_from desc, m.team_id limit 1), 'unknown'),
  c.coverage, b.coverage
from states c join states b using (person_id, week_start, tool_id, workflow_id)
where not c.prior and b.prior
  and (c.coverage > 0 or exists (select from workflow_completion k where k.person_id = c.person_id and k.week_start = c.week_start))`;

/** Licensed people and how many of them have data, for the weeks of the pairs and the week after. */
export const TOOL_WEEKS = `
with weeks as (select distinct week_start from derive_pair),
made as (
  select u.tool_id, u.week_start, count(*)::integer as licensed, count(*) filter (where u.own_coverage >= 2)::integer as covered
  from usage_week u join weeks using (week_start) where u.is_seated and u.workflow_id = '' group by 1, 2),
gone as (
  delete from tool_week t using weeks w where t.week_start = w.week_start
    and not exists (select from made where made.tool_id = t.tool_id and made.week_start = t.week_start))
insert into tool_week select * from made
on conflict (tool_id, week_start) do update set licensed = excluded.licensed, covered = excluded.covered`;

/** Below 80 % of the licensed, nobody's usage is known: the grade falls to that of seats. Marks in git do not depend on seats. */
export const APPLY_RULE = `
update usage_week u set coverage = n.coverage, prior_coverage = n.prior_coverage
from (
  select v.tool_id, v.workflow_id, v.person_id, v.week_start,
    case when v.basis <> 'declared' and t.covered < 0.8 * t.licensed then least(v.own_coverage, 1) else v.own_coverage end as coverage,
    case when v.basis <> 'declared' and b.covered < 0.8 * b.licensed then least(v.own_prior_coverage, 1) else v.own_prior_coverage end as prior_coverage
  from usage_week v
  left join tool_week t on t.tool_id = v.tool_id and t.week_start = v.week_start
  left join tool_week b on b.tool_id = v.tool_id and b.week_start = v.week_start - 7
  where v.week_start in (select week_start from derive_pair union select week_start + 7 from derive_pair)) n
where u.tool_id = n.tool_id and u.workflow_id = n.workflow_id and u.person_id = n.person_id and u.week_start = n.week_start
  and row(u.coverage, u.prior_coverage) is distinct from row(n.coverage::smallint, n.prior_coverage::smallint)`;

/** Landing dates for every tool, workflow and team: configured, else the week of the first use. */
export const LANDINGS = `
with teams as (select team_id from team union select 'unknown'),
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
