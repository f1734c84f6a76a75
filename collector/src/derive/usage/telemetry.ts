/**
 * What tools measured themselves (tool_point, by account) → account_day (source otlp), tool_event of whoever held the account at the instant, and
 * the person of a session. Sums are differences between neighbours of a series, so the order in which points came does not matter. Whose a day
 * is, and whether it or another source counts, is decided in reported.ts.
 */
import { OPEN_FROM } from './settled.ts';
import { take, type Client } from '../work-list.ts';

const SOURCE = 'otlp';

/** Accounts that are counted anew, from a day on: $1 accounts, $2 days, $3 all there are (by steps along the index). Settled days are not counted anew (day_low). */
const ACCOUNTS = `
create temp table telemetry_account on commit drop as
with recursive every as (
  select min(account_id) as account_id from tool_point where $3
  union all select (select min(p.account_id) from tool_point p where p.account_id > e.account_id) from every e where e.account_id is not null)
select account_id, min(low) as low, greatest(min(low), ${OPEN_FROM} + 1) as day_low from (
  select account_id, low from unnest($1::text[], $2::date[]) as w(account_id, low)
  union all select account_id, date '-infinity' from every where account_id is not null
  union all select distinct account_id, date '-infinity' from account_day where $3 and source = '${SOURCE}'
  union all select distinct account_id, date '-infinity' from agent_session where $3 and account_id is not null) t group by 1`;

/** Instants at which the accounts changed hands: a day is cut there. */
const HANDED = `
create temp table telemetry_handed on commit drop as
select h.account_id, e.at from telemetry_account w join account_person h using (account_id)
cross join lateral (values (h.valid_from), (h.valid_to)) as e(at) where e.at > '-infinity' and e.at < 'infinity'`;

/** Points with what each adds. The neighbour before may lie before the days that are counted. */
const AMOUNTS = `
select p.account_id, p.tool_id, p.measure, (p.at at time zone $1)::date as day, w.day_low,
  (select max(b.at) from telemetry_handed b where b.account_id = p.account_id and b.at <= p.at) as handed_at,
  case when not p.is_cumulative then p.value
    when b.at is null then case when p.start_at is null then 0 else p.value end
    when b.start_at is distinct from p.start_at or p.value < b.value then p.value
    else p.value - b.value end as amount
from telemetry_account w
join tool_point p on p.account_id = w.account_id and (w.day_low = date '-infinity' or p.at >= w.day_low - interval '2 days')
left join lateral (
  select q.at, q.start_at, q.value from tool_point q
  where p.is_cumulative and q.account_id = p.account_id and q.tool_id = p.tool_id and q.series_id = p.series_id and q.at < p.at
  order by q.at desc limit 1) b on true`;

const MOST = { integer: 2_147_483_647, bigint: 9e18 } as const;

/** Null where nothing of it was measured: `least` alone would take the limit for that. */
const sum = (measure: string, type: keyof typeof MOST): string => {
  const amount = `round(sum(amount) filter (where measure = '${measure}'))`;
  return `(case when ${amount} > ${String(MOST[type])} then ${String(MOST[type])} else ${amount} end)::${type}`;
};

const COLUMNS = 'grade, sessions, invocations, accepted_lines, input_tokens, output_tokens, cost_usd';
const columns = (alias: string): string => COLUMNS.split(', ').map((name) => `${alias}.${name}`).join(', '); // prettier-ignore

const DAYS = `
with made as (
  select account_id, tool_id, day, coalesce(to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') as scope, starts_at,
    case when bool_or(measure = 'use') then 3 else 2 end::smallint as grade,
    ${sum('sessions', 'integer')} as sessions, ${sum('use', 'integer')} as invocations, ${sum('accepted_lines', 'integer')} as accepted_lines,
    ${sum('input_tokens', 'bigint')} as input_tokens, ${sum('output_tokens', 'bigint')} as output_tokens,
    round((sum(amount) filter (where measure = 'cost_usd'))::numeric, 6) as cost_usd
  from (select *, case when handed_at > day::timestamp at time zone $1 then handed_at end as starts_at from (${AMOUNTS}) p) a
  where day_low = date '-infinity' or day >= day_low - 1 group by 1, 2, 3, 4, 5
  having sum(amount) > 0),
written as (
  insert into account_day as t (account_id, tool_id, day, source, scope, starts_at, ${COLUMNS})
  select account_id, tool_id, day, '${SOURCE}', scope, starts_at, ${COLUMNS} from made order by 1, 2, 3, 5
  on conflict (account_id, tool_id, day, source, scope) do update
    set ${COLUMNS.split(', ').map((name) => `${name} = excluded.${name}`).join(', ')}
  where row(${columns('t')}) is distinct from row(${columns('excluded')})
  returning t.account_id, t.day),
gone as (
  delete from account_day t using telemetry_account w
  where t.account_id = w.account_id and t.source = '${SOURCE}' and (w.day_low = date '-infinity' or t.day >= w.day_low - 1)
    and not exists (select from made m where m.account_id = t.account_id and m.tool_id = t.tool_id and m.day = t.day and m.scope = t.scope)
  returning t.account_id, t.day)
insert into dirty (kind, repo_id, item)
select distinct 'reported', 0, 'account/' || account_id || '/' || day from (select * from written union all select * from gone) m
on conflict do nothing`; // prettier-ignore

/** Whoever held the account of a row at an instant; '' = nobody. */
const holder = (account: string, at: string): string =>
  `coalesce((select h.person_id from account_person h where h.account_id = ${account} and ${at} >= h.valid_from and ${at} < h.valid_to limit 1), '')`;

/** Uses that stand under somebody who did not hold the account then ($1 accounts). */
const MOVED = `
with gone as (
  delete from tool_event e using tool_point p
  where p.account_id = any($1::text[]) and p.measure = 'use' and e.tool_id = p.tool_id and e.event_id = p.series_id and e.at = p.at
    and e.person_id <> ${holder('p.account_id', 'p.at')}
  returning e.person_id, e.tool_id, (e.at at time zone 'UTC')::date as day),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'usage', 0, person_id || '/' || date_trunc('week', day)::date from gone
  where person_id <> '' or exists (select from workflow where unit = 'agent_run') on conflict do nothing)
select person_id, tool_id, day::text, count(*)::integer as uses from gone group by 1, 2, 3`;

/** The months that the store keeps of tool_event, which only grow by themselves, without what moved away ($1 persons, $2 tools, $3 days, $4 uses). */
const UNCOUNT = `
with gone as (select * from unnest($1::text[], $2::text[], $3::date[], $4::integer[]) as g(person_id, tool_id, day, uses)),
months as (
  select person_id, tool_id, date_trunc('month', day)::date as month, sum(uses) as uses, coalesce(bit_or(1 << (extract(day from day)::integer - 1))
    filter (where not exists (select from tool_event e where e.person_id = g.person_id and e.tool_id = g.tool_id
      and e.at >= g.day::timestamp at time zone 'UTC' and e.at < (g.day + 1)::timestamp at time zone 'UTC')), 0) as days
  from gone g group by 1, 2, 3),
empty as (
  delete from pack.tool_event_month m using months c
  where m.person_id = c.person_id and m.tool_id = c.tool_id and m.month = c.month and m.uses <= c.uses)
update pack.tool_event_month m set uses = m.uses - c.uses, days = m.days & ~c.days from months c
where m.person_id = c.person_id and m.tool_id = c.tool_id and m.month = c.month and m.uses > c.uses`;

const EVENTS = `
with written as (
  insert into tool_event as e (tool_id, event_id, at, person_id, type, feature, workflow_id, repo_id, change_key, accepted_lines, started_at)
  select p.tool_id, p.series_id, p.at, ${holder('p.account_id', 'p.at')}, p.type, p.feature, p.workflow_id, p.repo_id, p.change_key,
    (select l.value::integer from tool_point l where l.account_id = p.account_id and l.tool_id = p.tool_id and l.series_id = p.series_id || '/accepted_lines' and l.at = p.at),
    p.start_at
  from telemetry_account w join tool_point p on p.account_id = w.account_id and (w.low = date '-infinity' or p.at >= w.low)
  where p.measure = 'use' order by 4, 1, 2, 3
  on conflict (person_id, tool_id, event_id, at) do update set type = excluded.type, feature = excluded.feature, workflow_id = excluded.workflow_id,
    repo_id = excluded.repo_id, change_key = excluded.change_key, accepted_lines = excluded.accepted_lines,
    started_at = excluded.started_at
  where row(e.type, e.feature, e.workflow_id, e.repo_id, e.change_key, e.accepted_lines, e.started_at)
    is distinct from row(excluded.type, excluded.feature, excluded.workflow_id, excluded.repo_id, excluded.change_key, excluded.accepted_lines, excluded.started_at)
  returning person_id, at)
insert into dirty (kind, repo_id, item)
select distinct 'usage', 0, person_id || '/' || date_trunc('week', at at time zone 'UTC')::date from written
where person_id <> '' or exists (select from workflow where unit = 'agent_run')
on conflict do nothing`;

/** A session is whose the account was when it began. */
const SESSIONS = `
update agent_session s set person_id = n.person_id
from (select t.tool_id, t.session_id, ${holder('t.account_id', 't.started_at')} as person_id
  from telemetry_account w join agent_session t on t.account_id = w.account_id) n
where s.tool_id = n.tool_id and s.session_id = n.session_id and s.person_id <> n.person_id`;

interface Asked {
  readonly isAll: boolean;
  readonly accounts: string[];
  readonly days: string[];
  /** Accounts as a whole: they may be others' than before. */
  readonly moved: string[];
}

/** Items are `<account>/<UTC day>`, `<account>/*` and `*`. */
function askedIn(items: readonly string[]): Asked {
  const asked: Asked = { isAll: items.includes('*'), accounts: [], days: [], moved: [] };
  for (const item of new Set(items)) {
    if (item === '*') continue;
    const at = item.lastIndexOf('/');
    const [account, day] = [item.slice(0, at), item.slice(at + 1)];
    asked.accounts.push(account);
    asked.days.push(day === '*' ? '-infinity' : day);
    if (day === '*') asked.moved.push(account);
  }
  return asked;
}

/** Takes the uses of accounts away from whom they belong to no more. @returns whom. */
async function moveAway(client: Client, accounts: readonly string[]): Promise<readonly string[]> {
  if (accounts.length === 0) return [];
  const { rows } = await client.query<{ person_id: string; tool_id: string; day: string; uses: number }>(MOVED, [
    accounts,
  ]);
  const of = (name: 'person_id' | 'tool_id' | 'day' | 'uses'): unknown[] => rows.map((row) => row[name]);
  if (rows.length > 0) await client.query(UNCOUNT, [of('person_id'), of('tool_id'), of('day'), of('uses')]);
  return [...new Set(rows.map((row) => row.person_id))].filter((person) => person !== '');
}

/** Accounts that may belong to another person than before: those with telemetry are to be looked at as a whole. */
export async function markRejoined(client: Client, accounts: readonly string[]): Promise<void> {
  if (accounts.length === 0) return;
  await client.query(
    `insert into dirty (kind, repo_id, item)
     select 'telemetry', 0, account_id || '/*' from unnest($1::text[]) as w(account_id)
     where exists (select from tool_point p where p.account_id = w.account_id)
       or exists (select from agent_session s where s.account_id = w.account_id)
     on conflict do nothing`,
    [accounts]
  );
}

/** Takes `telemetry`, marks reported and usage. @returns persons who lost uses. */
export async function deriveTelemetry(client: Client, timeZone: string): Promise<readonly string[]> {
  const items = (await take(client, 'telemetry')).map(({ item }) => item);
  if (items.length === 0) return [];
  const { isAll, accounts, days, moved } = askedIn(items);
  await client.query('drop table if exists telemetry_account, telemetry_handed');
  await client.query(ACCOUNTS, [accounts, days, isAll]);
  await client.query(HANDED);
  await client.query('analyze telemetry_account, telemetry_handed');
  const left = await moveAway(client, moved);
  await client.query(DAYS, [timeZone]);
  await client.query(EVENTS);
  await client.query(SESSIONS);
  return left;
}
