/**
 * Facts of a large organisation as set-based SQL: the same rows on every run, since every number is a hash of a row's own number.
 * Work is spread as it is in life: a few repositories and people hold much of it, times are lognormal, lines of a change die together.
 */

/** How much of everything. */
export interface Size {
  readonly repositories: number;
  readonly changes: number;
  readonly spans: number;
  readonly events: number;
  readonly people: number;
  readonly teams: number;
  readonly services: number;
}

export const LARGE: Size = {
  repositories: 1000,
  changes: 200_000,
  spans: 5_000_000,
  events: 2_000_000,
  people: 5000,
  teams: 200,
  services: 500,
};

export const SMALL: Size = {
  repositories: 20,
  changes: 2000,
  spans: 50_000,
  events: 20_000,
  people: 100,
  teams: 5,
  services: 10,
};

/** Data is complete up to here. */
export const END = new Date('2026-06-30T00:00:00Z');
/** Eighteen months of history; nobody used a tool in the first six. */
const START = new Date('2025-01-01T00:00:00Z');
export const LANDING = new Date('2025-07-01T00:00:00Z');

export interface Statement {
  readonly title: string;
  readonly sql: string;
}

const at = (date: Date): string => `timestamptz '${date.toISOString()}'`;

/** u: a number in [0, 1) of a row and a purpose; normal: a standard normal one; sha: forty hexadecimal digits. */
const FUNCTIONS = `
create or replace function pg_temp.u(i bigint, purpose integer) returns double precision language sql immutable parallel safe
return ((hashint8extended(i, purpose) & 1048575) + 0.5) / 1048576;
create or replace function pg_temp.normal(i bigint, purpose integer) returns double precision language sql immutable parallel safe
return sqrt(-2 * ln(pg_temp.u(i, purpose))) * cos(2 * pi() * pg_temp.u(i, purpose + 1000));
create or replace function pg_temp.sha(name text) returns text language sql immutable parallel safe
return md5(name) || left(md5('x' || name), 8)`;

const organisation = ({ repositories, people, teams, services }: Size): Statement => ({
  title: 'organisation',
  sql: `
insert into service (service_id, title) select 'service-' || i, 'Service ' || i from generate_series(1, ${String(services)}) i;
insert into team (team_id, title, source) select 'team-' || i, 'Team ' || i, 'bench' from generate_series(1, ${String(teams)}) i;
insert into repo (repo_id, slug, service_id, owner_team_id, default_branch, observed_until) overriding system value
select i, 'acme/repo-' || i, 'service-' || 1 + (i - 1) % ${String(services)}, 'team-' || 1 + (i - 1) % ${String(teams)}, 'main', ${at(END)}
from generate_series(1, ${String(repositories)}) i;
insert into path (repo_id, path_id, path, kind)
select r, r * 64 + p, 'src/file-' || p || '.ts', 'code' from generate_series(1, ${String(repositories)}) r, generate_series(0, 63) p;
insert into person (person_id, kind, experience_start)
select 'person-' || i, 'human', date '2026-01-01' - (pg_temp.u(i, 1) * 5000)::integer from generate_series(1, ${String(people)}) i;
insert into person (person_id, kind) values ('agent', 'ai_agent'), ('bot', 'automation');
insert into account (account_id, provider, kind) select 'git:' || i, 'git', 'human' from generate_series(1, ${String(people)}) i;
insert into account (account_id, provider, kind) values ('git:agent', 'git', 'ai_agent'), ('git:bot', 'git', 'automation');
insert into account_claim (account_id, person_id, source, valid_from)
select 'git:' || i, 'person-' || i, 'bench', ${at(START)} from generate_series(1, ${String(people)}) i
union all select 'git:' || i, i, 'bench', ${at(START)} from unnest('{agent,bot}'::text[]) i;
insert into membership (person_id, team_id, valid_from, is_primary)
select 'person-' || i, 'team-' || 1 + (i - 1) % ${String(teams)}, ${at(START)} - interval '90 days', true from generate_series(1, ${String(people)}) i;
insert into tool (tool_id, title, nominal_grade, measure, low_min, high_min) values
  ('claude-code', 'Claude Code', 3, 'invocations', 1, 20), ('copilot', 'GitHub Copilot', 3, 'invocations', 1, 20);
insert into tool_landing (tool_id, landed_at) values ('claude-code', ${at(LANDING)}), ('copilot', ${at(LANDING)});
insert into seat (tool_id, person_id, valid_from)
select tool_id, 'person-' || i, ${at(LANDING)} from generate_series(1, ${String(people)}) i, unnest('{claude-code,copilot}'::text[]) with ordinality t(tool_id, n)
where pg_temp.u(i, 10 + n::integer) < 0.7;
insert into heartbeat (source, day, last_at)
select 'tool:' || tool_id, day::date, day from generate_series(${at(LANDING)}, ${at(END)} - interval '1 day', interval '1 day') day, unnest('{claude-code,copilot}'::text[]) tool_id`,
});

/** Every change in one temporary table; everything else refers to it. Band: how much AI the author uses. */
const plan = ({ repositories, changes, people, teams }: Size): Statement => ({
  title: 'changes planned',
  sql: `
create temp table planned as
with drawn as (
  select i, 1 + floor(${String(repositories)} * pg_temp.u(i, 20) ^ 2)::integer as repo_id, pg_temp.u(i, 21) as kind,
    date_trunc('day', ${at(START)} + pg_temp.u(i, 22) * (${at(END)} - ${at(START)} - interval '3 days')) as day
  from generate_series(1, ${String(changes)}) i),
placed as (
  select d.*, day + case extract(isodow from day) when 6 then interval '2 days' when 7 then interval '1 day' else interval '0' end
      + interval '1 hour' * (8 + 9 * pg_temp.u(i, 23)) as merged_at,
    -- The author is of the team that owns the repository.
    1 + (repo_id - 1) % ${String(teams)} + ${String(teams)} * floor(${String(people / teams)} * pg_temp.u(i, 24))::integer as author
  from drawn d),
told as (
  select p.*, row_number() over (partition by repo_id order by merged_at, i)::integer as seq,
    case when pg_temp.u(author, 25) < 0.35 then 'high' when pg_temp.u(author, 25) < 0.7 then 'low' else 'zero' end as band,
    (array['feat', 'feat', 'feat', 'fix', 'fix', 'refactor', 'chore', 'docs', 'test'])[1 + floor(9 * pg_temp.u(i, 26))::integer] as word,
    case when kind < 0.04 then 'bot' when kind < 0.08 then 'agent' else 'human' end as who
  from placed p)
select t.*, seq * 8 as commit_no, pg_temp.sha('change ' || i) as sha, 1 + floor(3 * pg_temp.u(i, 27))::integer as own_count,
  merged_at - interval '1 hour' * least(1400, exp(3 + 1.3 * pg_temp.normal(i, 28))) as first_commit_at,
  case when merged_at < ${at(LANDING)} then 'human'
       when who = 'agent' then 'ai'
       when pg_temp.u(i, 29) < case band when 'high' then 0.6 when 'low' then 0.2 else 0 end then 'ai'
       when pg_temp.u(i, 30) < 0.5 then 'human' else 'unknown' end as source
from told t;
create index on planned (repo_id, merged_at);
create index on planned (repo_id, seq);
create unique index on planned (i);
analyze planned`,
});

/** Half of the lines that die do so with others of the change, the rest one by one; a later change of the repository ends them. */
const spans = ({ changes, spans: wanted }: Size): Statement => ({
  title: 'line spans',
  sql: `
insert into line_span (repo_id, origin_no, path_id, line_source, died_no, death_kind, born_at, died_at, lines, effective_lines)
select p.repo_id, p.commit_no, p.repo_id * 64 + (p.i + j) % 64,
  case when pg_temp.u(p.i, 40) > 0.04 or p.source <> 'ai' then '' when pg_temp.u(s.n, 41) < 0.7 then 'ai:claude-code' else 'human' end,
  coalesce(k.commit_no, 0),
  case when k.commit_no is null then '' else (array['modified', 'modified', 'deleted', 'file_deleted'])[1 + floor(4 * pg_temp.u(s.n, 42))::integer] end,
  p.merged_at, k.merged_at, l.lines, l.lines
from planned p
cross join lateral generate_series(1, least(64, 1 + floor(${String((2 * wanted) / changes - 1)} * pg_temp.u(p.i, 43))::integer)) j
cross join lateral (select p.i * 64 + j as n) s
cross join lateral (select (1 + floor(12 * pg_temp.u(s.n, 44)))::integer as lines) l
left join lateral (
  select q.commit_no, q.merged_at from planned q
  where pg_temp.u(s.n, 45) < case p.source when 'ai' then 0.6 else 0.45 end and q.repo_id = p.repo_id and q.merged_at > p.merged_at
    and q.merged_at >= p.merged_at - interval '1 day' * 120 * ln(pg_temp.u(case when pg_temp.u(s.n, 46) < 0.5 then p.i * 64 else s.n end, 47))
  order by q.merged_at limit 1) k on true;
analyze line_span`,
});

const commits = (): Statement => ({
  title: 'commits and marks',
  sql: `
create temp table lines_of as select repo_id, origin_no, sum(lines)::integer as lines from line_span group by 1, 2;
insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, committer_account_id, authored_at, committed_at, reached_at, change_key,
  subject, is_on_default, added, deleted, effective_added, effective_deleted)
select p.repo_id, p.commit_no, p.sha, case when b.sha is null then '{}' else array[b.sha] end, a.account_id, a.account_id, p.merged_at, p.merged_at,
  p.merged_at, p.seq::text, p.word || ': change ' || p.i || ' (#' || p.seq || ')', true, l.lines, l.lines / 3, l.lines, l.lines / 3
from planned p
join lines_of l on l.repo_id = p.repo_id and l.origin_no = p.commit_no
cross join lateral (select case p.who when 'human' then 'git:' || p.author else 'git:' || p.who end as account_id) a
left join planned b on b.repo_id = p.repo_id and b.seq = p.seq - 1;
insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, committer_account_id, authored_at, committed_at, change_key,
  subject, is_on_default, added, deleted, effective_added, effective_deleted)
select p.repo_id, p.commit_no - j, pg_temp.sha('own ' || p.i || '/' || j), '{}', a.account_id, a.account_id, w.at, w.at,
  p.seq::text, p.word || ': part ' || j, false, l.lines / p.own_count, 0, l.lines / p.own_count, 0
from planned p
join lines_of l on l.repo_id = p.repo_id and l.origin_no = p.commit_no
cross join lateral (select case p.who when 'human' then 'git:' || p.author else 'git:' || p.who end as account_id) a
cross join lateral generate_series(1, p.own_count) j
cross join lateral (select p.first_commit_at + (p.own_count - j) * 0.3 * (p.merged_at - p.first_commit_at) as at) w;
insert into commit_mark (repo_id, sha, tool_id, kind, grade, confidence, rules_version)
select p.repo_id, pg_temp.sha('own ' || p.i || '/' || j), case when pg_temp.u(p.author, 50) < 0.6 then 'claude-code' else 'copilot' end, 'co_author', 3, 0.7, 1
from planned p cross join lateral generate_series(1, p.own_count) j
where p.source = 'ai' and p.who = 'human' and (p.band = 'high' or j = 1)`,
});

const changes = (): Statement => ({
  title: 'changes, reviews and reverts',
  sql: `
insert into change (repo_id, change_key, kind, title, labels, author_account_id, requester_account_id, created_at, first_ready_at, first_commit_at,
  merged_at, closed_at, merge_sha, head_sha, source, source_rank)
select repo_id, seq::text, 'pull_request', case when pg_temp.u(i, 60) < 0.02 and seq > 20 then 'Revert "something"' else word || ': change ' || i end,
  case when source = 'human' and pg_temp.u(i, 61) < 0.7 then '{ai:none}'::text[] else '{}' end,
  case who when 'human' then 'git:' || author else 'git:' || who end, case when who = 'agent' then 'git:' || author end,
  ready, ready, first_commit_at, merged_at, merged_at, sha, pg_temp.sha('own ' || i || '/1'), 'bench', 10
from planned cross join lateral (select first_commit_at + 0.6 * (merged_at - first_commit_at) as ready) r order by i;
-- Open ones: what the review queue is made of.
insert into change (repo_id, change_key, kind, title, author_account_id, created_at, first_ready_at, first_commit_at, source, source_rank)
select repo_id, 'open-' || i, 'pull_request', 'feat: open ' || i, 'git:' || author, opened, opened, opened, 'bench', 10
from planned cross join lateral (select ${at(END)} - interval '30 days' * pg_temp.u(i, 62) as opened) o where pg_temp.u(i, 63) < 0.02;
insert into change_event (repo_id, change_key, event_id, at, account_id, kind, state)
select p.repo_id, p.seq::text, e.kind, p.first_commit_at + e.share * (p.merged_at - p.first_commit_at),
  'git:' || case when e.is_author then p.author else 1 + (p.author + 199) % (select count(*)::integer - 2 from person) end, e.kind, e.state
from planned p, (values ('ready', 0.6, true, null), ('review_requested', 0.6, true, null), ('review', 0.8, false, 'commented'), ('approve', 0.95, false, 'approved'))
  e(kind, share, is_author, state)
where p.who <> 'bot';
insert into revert (repo_id, change_key, revert_change_key, reverted_at, method, line_share)
select p.repo_id, greatest(1, p.seq - 1 - floor(15 * pg_temp.u(p.i, 64))::integer)::text, p.seq::text, p.merged_at, 'title', pg_temp.u(p.i, 65)
from planned p where pg_temp.u(p.i, 60) < 0.02 and p.seq > 20 on conflict do nothing`,
});

const delivery = (): Statement => ({
  title: 'deployments and incidents',
  sql: `
insert into deployment (source, external_id, service_id, environment, repo_id, sha, started_at, finished_at, result, kind, rollback_of)
select 'bench', 'd-' || p.i, r.service_id, 'production', p.repo_id, p.sha, p.merged_at + interval '50 minutes', p.merged_at + interval '1 hour', 'success', 'planned', null
from planned p join repo r using (repo_id) where pg_temp.u(p.i, 70) < 0.25;
insert into deployment (source, external_id, service_id, environment, repo_id, sha, started_at, finished_at, result, kind, rollback_of)
select 'bench', d.external_id || '-back', d.service_id, d.environment, d.repo_id, b.sha, d.finished_at + interval '1 hour', d.finished_at + interval '70 minutes',
  'success', 'rollback', d.external_id
from deployment d join planned p on p.repo_id = d.repo_id and p.sha = d.sha join planned b on b.repo_id = p.repo_id and b.seq = p.seq - 2
where pg_temp.u(p.i, 71) < 0.03;
insert into incident (source, external_id, service_id, environment, title, severity, started_at, detected_at, acknowledged_at, resolved_at, cause_sha)
select 'bench', 'INC-' || d.external_id, d.service_id, 'production', 'Errors in ' || d.service_id, 's' || 1 + floor(4 * pg_temp.u(p.i, 72))::integer,
  d.finished_at + interval '20 minutes', d.finished_at + interval '25 minutes', d.finished_at + interval '30 minutes',
  case when pg_temp.u(p.i, 73) < 0.97 then d.finished_at + interval '1 hour' * (0.5 + exp(pg_temp.normal(p.i, 74))) end,
  case when pg_temp.u(p.i, 75) < 0.6 then p.sha end
from deployment d join planned p on p.repo_id = d.repo_id and p.sha = d.sha
where d.kind = 'planned' and pg_temp.u(p.i, 76) < 0.06 + case p.source when 'ai' then 0.03 else 0 end;
-- Outages of somebody else: no deployment is to blame.
insert into incident (source, external_id, service_id, environment, title, severity, started_at, resolved_at)
select 'bench', 'INC-outage-' || n, 'cloud-provider', 'production', 'Outage', 's2', ${at(START)} + n * interval '9 days', ${at(START)} + n * interval '9 days' + interval '2 hours'
from generate_series(1, 60) n`,
});

/** A fifth of the events belong to a change of their person. Who uses much is a matter of the band. */
const usage = ({ events, changes, people }: Size): Statement => ({
  title: 'usage events',
  sql: `
insert into tool_event (tool_id, event_id, at, person_id, type, feature, repo_id, change_key, accepted_lines)
select case when pg_temp.u(p.author, 50) < 0.6 then 'claude-code' else 'copilot' end, 'change-' || n, p.merged_at - interval '3 hours' * pg_temp.u(n, 81),
  'person-' || p.author, 'tool_invocation', 'edit', p.repo_id, p.seq::text, case when pg_temp.u(n, 82) < 0.3 then 12 end
from generate_series(1, ${String(Math.round(events / 5))}) n
join planned p on p.i = 1 + floor(${String(changes)} * pg_temp.u(n, 80))::integer and p.source = 'ai' and p.who = 'human';
insert into tool_event (tool_id, event_id, at, person_id, type, feature, accepted_lines)
select case when pg_temp.u(w.person, 50) < 0.6 then 'claude-code' else 'copilot' end, 'e' || i,
  ${at(LANDING)} + pg_temp.u(i, 83) * (${at(END)} - ${at(LANDING)}), 'person-' || w.person, 'tool_invocation', 'chat', null
from generate_series(1, ${String(events)} - (select count(*)::integer from tool_event)) i
cross join lateral (select 1 + floor(${String(people)} * pg_temp.u(i, 84))::integer as drawn) d
-- Those of band zero hand most of theirs to somebody else.
cross join lateral (
  select case when pg_temp.u(d.drawn, 25) >= 0.7 or pg_temp.u(d.drawn, 25) >= 0.35 and pg_temp.u(i, 85) < 0.8
    then 1 + floor(${String(people)} * pg_temp.u(i, 86) ^ 2)::integer else d.drawn end as person) w;
insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, row_count)
select 'git/' || slug, ${at(END)}, ${at(END)}, ${at(END)}, 1000 from repo;
select setval(pg_get_serial_sequence('repo', 'repo_id'), (select max(repo_id) from repo))`,
});

/** Everything in the order in which it is to be run, on one connection. */
export const fillStatements = (size: Size): readonly Statement[] => [
  { title: 'functions', sql: FUNCTIONS },
  organisation(size),
  plan(size),
  spans(size),
  commits(),
  changes(),
  delivery(),
  usage(size),
];
