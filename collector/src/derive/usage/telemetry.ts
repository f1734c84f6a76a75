/**
 * What tools measured themselves (tool_point, by account) → tool_day and tool_event of the person of the account, and the person of a session.
 * Sums are differences between neighbours of a series, so the order in which points came does not matter, and who is joined later or
 * otherwise takes what was measured along.
 */
import { take, type Client } from '../work-list.ts';

const SOURCE = 'otlp';

/**
 * Persons whose days are counted anew ($1 accounts, $2 days from which on, $3 persons as a whole): each with all of their accounts; '' = of
 * nobody, and has events alone.
 */
const WHO = `
create temp table telemetry_person on commit drop as
select person_id, min(low) as low from (
  select coalesce(a.person_id, '') as person_id, w.low from unnest($1::text[], $2::date[]) as w(account_id, low) left join account a using (account_id)
  union all select unnest($3::text[]), date '-infinity') t group by 1`;

const ACCOUNTS = `
create temp table telemetry_account on commit drop as
select a.account_id, t.person_id, t.low from telemetry_person t join account a using (person_id) where t.person_id <> ''
union all select '', '', low from telemetry_person where person_id = ''`;

/** Points with what each adds. The neighbour before may lie before the days that are counted. */
const AMOUNTS = `
select w.person_id, p.tool_id, p.measure, (p.at at time zone $1)::date as day, w.low,
  case when not p.is_cumulative then p.value
    when b.at is null then case when p.start_at is null then 0 else p.value end
    when b.start_at is distinct from p.start_at or p.value < b.value then p.value
    else p.value - b.value end as amount
from telemetry_account w
join tool_point p on p.account_id = w.account_id and (w.low = date '-infinity' or p.at >= w.low - interval '2 days')
left join lateral (
  select q.at, q.start_at, q.value from tool_point q
  where p.is_cumulative and q.account_id = p.account_id and q.tool_id = p.tool_id and q.series_id = p.series_id and q.at < p.at
  order by q.at desc limit 1) b on true
where w.person_id <> ''`;

const MOST = { integer: 2_147_483_647, bigint: 9e18 } as const;

/** Null where nothing of it was measured: `least` alone would take the limit for that. */
const sum = (measure: string, type: keyof typeof MOST): string => {
  const amount = `round(sum(amount) filter (where measure = '${measure}'))`;
  return `(case when ${amount} > ${String(MOST[type])} then ${String(MOST[type])} else ${amount} end)::${type} as ${measure}`;
};

/** Days of the persons. Another source of the same day must know at least as well to be replaced; who is not measured any more loses the day. */
const DAYS = `
with made as (
  select person_id, tool_id, day, ${sum('sessions', 'integer')}, sum(amount) filter (where measure = 'use')::integer as invocations,
    ${sum('accepted_lines', 'integer')}, ${sum('input_tokens', 'bigint')}, ${sum('output_tokens', 'bigint')},
    round((sum(amount) filter (where measure = 'cost_usd'))::numeric, 6) as cost_usd,
    case when bool_or(measure = 'use') then 3 else 2 end::smallint as grade
  from (${AMOUNTS}) a where low = date '-infinity' or day >= low - 1 group by 1, 2, 3
  having sum(amount) > 0),
written as (
  insert into tool_day as t (person_id, tool_id, day, grade, sessions, invocations, accepted_lines, input_tokens, output_tokens, cost_usd, source)
  select person_id, tool_id, day, grade, sessions, invocations, accepted_lines, input_tokens, output_tokens, cost_usd, '${SOURCE}' from made
  order by 1, 2, 3
  on conflict (person_id, tool_id, day) do update set grade = excluded.grade, sessions = excluded.sessions, invocations = excluded.invocations,
    accepted_lines = excluded.accepted_lines, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cost_usd = excluded.cost_usd, source = excluded.source
  where (t.source = excluded.source or excluded.grade >= t.grade)
    and row(t.grade, t.sessions, t.invocations, t.accepted_lines, t.input_tokens, t.output_tokens, t.cost_usd, t.source)
      is distinct from row(excluded.grade, excluded.sessions, excluded.invocations, excluded.accepted_lines, excluded.input_tokens,
        excluded.output_tokens, excluded.cost_usd, excluded.source)
  returning t.person_id, t.day),
gone as (
  delete from tool_day t using telemetry_person w
  where t.person_id = w.person_id and t.source = '${SOURCE}' and (w.low = date '-infinity' or t.day >= w.low - 1)
    and not exists (select from made m where m.person_id = t.person_id and m.tool_id = t.tool_id and m.day = t.day)
  returning t.person_id, t.day)
insert into dirty (kind, repo_id, item)
select distinct 'usage', 0, person_id || '/' || date_trunc('week', day)::date from (select * from written union all select * from gone) m
on conflict do nothing`;

/** Uses that stand under a person to whom the account does not belong any more ($1 accounts). */
const MOVED = `
with gone as (
  delete from tool_event e using tool_point p left join account a using (account_id)
  where p.account_id = any($1::text[]) and p.measure = 'use' and e.tool_id = p.tool_id and e.event_id = p.series_id and e.at = p.at
    and e.person_id <> coalesce(a.person_id, '')
  returning e.person_id, e.tool_id, (e.at at time zone 'UTC')::date as day),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'usage', 0, person_id || '/' || date_trunc('week', day)::date from gone where person_id <> '' on conflict do nothing)
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
  insert into tool_event (tool_id, event_id, at, person_id, type, feature, repo_id)
  select p.tool_id, p.series_id, p.at, w.person_id, p.type, p.feature, p.repo_id
  from telemetry_account w join tool_point p on p.account_id = w.account_id and (w.low = date '-infinity' or p.at >= w.low)
  where p.measure = 'use' order by 4, 1, 2, 3
  on conflict (person_id, tool_id, event_id, at) do nothing
  returning person_id, at)
insert into dirty (kind, repo_id, item)
select distinct 'usage', 0, person_id || '/' || date_trunc('week', at at time zone 'UTC')::date from written where person_id <> ''
on conflict do nothing`;

const SESSIONS = `
update agent_session s set person_id = w.person_id from telemetry_account w
where s.account_id = w.account_id and w.person_id <> '' and s.person_id <> w.person_id`;

interface Asked {
  readonly accounts: string[];
  readonly days: string[];
  /** Accounts as a whole. */
  readonly moved: string[];
}

/** Items are `<account>/<UTC day>` or `<account>/*`. */
function askedIn(items: readonly string[]): Asked {
  const asked: Asked = { accounts: [], days: [], moved: [] };
  for (const item of new Set(items)) {
    const at = item.lastIndexOf('/');
    const [account, day] = [item.slice(0, at), item.slice(at + 1)];
    asked.accounts.push(account);
    asked.days.push(day === '*' ? '-infinity' : day);
    if (day === '*') asked.moved.push(account);
  }
  return asked;
}

/** Persons whom accounts ($1) left: sessions still name them, or nothing else gives the days that they have. */
const LEFT = `
select person_id from agent_session s left join account a using (account_id, person_id)
where s.account_id = any($1::text[]) and s.person_id <> '' and a.account_id is null
union
select person_id from tool_day t where t.source = '${SOURCE}'
  and not exists (select from account a where a.person_id = t.person_id and exists (select from tool_point p where p.account_id = a.account_id))`;

/** Takes the uses of accounts away from whom they belong to no more. @returns the persons whom they left. */
async function moveAway(client: Client, accounts: readonly string[]): Promise<string[]> {
  if (accounts.length === 0) return [];
  const { rows } = await client.query<{ person_id: string; tool_id: string; day: string; uses: number }>(MOVED, [
    accounts,
  ]);
  const of = (name: 'person_id' | 'tool_id' | 'day' | 'uses'): unknown[] => rows.map((row) => row[name]);
  if (rows.length > 0) await client.query(UNCOUNT, [of('person_id'), of('tool_id'), of('day'), of('uses')]);
  const left = await client.query<{ person_id: string }>(LEFT, [accounts]);
  const persons = [...rows, ...left.rows].map((row) => row.person_id).filter((person) => person !== '');
  return [...new Set(persons)];
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

/** Takes `telemetry`, marks usage. */
export async function deriveTelemetry(client: Client, timeZone: string): Promise<void> {
  const items = (await take(client, 'telemetry')).map(({ item }) => item);
  if (items.length === 0) return;
  const { accounts, days, moved } = askedIn(items);
  const left = await moveAway(client, moved);
  await client.query('drop table if exists telemetry_person, telemetry_account');
  await client.query(WHO, [accounts, days, left]);
  await client.query(ACCOUNTS);
  await client.query(DAYS, [timeZone]);
  await client.query(EVENTS);
  await client.query(SESSIONS);
}
