/**
 * What vendors report of accounts (account_day, account_seat) → tool_day and seat of the person of the account. Whoever is joined later,
 * or otherwise, takes what was reported along.
 */
import { take, type Client } from '../work-list.ts';

/** Persons and days to be counted anew; day null = all of the person's. */
const WHO = `
create temp table reported_person on commit drop as
select distinct person_id, day from (
  select a.person_id, w.day from unnest($1::text[], $2::date[]) as w(account_id, day) join account a using (account_id)
  union all select unnest($3::text[]), null) t where person_id is not null`;

/** Accounts of the people among them. */
const ACCOUNTS = `
create temp table reported_account on commit drop as
select a.person_id, a.account_id from account a join person p on p.person_id = a.person_id and p.kind = 'human'
where a.person_id in (select person_id from reported_day)`;

/** The same day by day: all that is reported of the accounts of a person, and all that was stored of them. */
const WANTED = `
create temp table reported_day on commit drop as
with whole as (select person_id from reported_person where day is null)
select person_id, day from reported_person where day is not null
union select a.person_id, d.day from whole join account a using (person_id) join account_day d using (account_id)
union select t.person_id, t.day from whole join tool_day t using (person_id) where t.source = any($1::text[])`;

const MEASURES = ['sessions', 'invocations', 'suggested_lines', 'accepted_lines', 'input_tokens', 'output_tokens', 'cost_usd'] as const; // prettier-ignore
const list = (prefix: string): string => MEASURES.map((name) => `${prefix}${name}`).join(', ');

/**
 * Accounts and parts of one source add up (what none of them gives stays unknown); of several sources the best grade counts, then the first
 * by name. Keys and programs are no people: their days are kept as reported alone. What a file or the tool itself says of a day is replaced only by what is known better.
 */
const MADE = `
create temp table reported_made on commit drop as
with summed as (
  select w.person_id, d.tool_id, w.day, d.source, max(d.grade) as grade, ${MEASURES.map((name) => `sum(d.${name}) as ${name}`).join(', ')}
  from reported_day w join reported_account a on a.person_id = w.person_id join account_day d on d.account_id = a.account_id and d.day = w.day
  group by 1, 2, 3, 4)
select distinct on (person_id, tool_id, day) * from summed order by person_id, tool_id, day, grade desc, source`;

const DAYS = `
with gone as (
  delete from tool_day t using reported_day w
  where t.person_id = w.person_id and t.day = w.day and t.source = any($1::text[])
    and not exists (select from reported_made m where m.person_id = t.person_id and m.tool_id = t.tool_id and m.day = t.day)
  returning t.person_id, t.day),
written as (
  insert into tool_day as t (person_id, tool_id, day, grade, ${list('')}, source)
  select person_id, tool_id, day, grade, ${list('')}, source from reported_made order by 1, 2, 3
  on conflict (person_id, tool_id, day) do update set grade = excluded.grade, ${MEASURES.map((name) => `${name} = excluded.${name}`).join(', ')},
    source = excluded.source, extra = null
  where (t.source = any($1::text[]) or excluded.grade > t.grade)
    and row(t.grade, ${list('t.')}, t.source) is distinct from row(excluded.grade, ${list('excluded.')}, excluded.source)
  returning t.person_id, t.day)
insert into dirty (kind, repo_id, item)
select distinct 'usage', 0, person_id || '/' || date_trunc('week', day)::date from (select * from written union all select * from gone) m
on conflict do nothing`;

/** Licences of a person in one piece each; one that a file gave stands. */
const SEATS = `
with w as (select distinct person_id from account where account_id = any($1::text[]) and person_id is not null union select unnest($2::text[])),
made as (
  select w.person_id, s.tool_id, unnest(range_agg(tstzrange(s.valid_from, s.valid_to))) as held
  from w join account a using (person_id) join account_seat s using (account_id)
  where s.valid_to is null or s.valid_to > s.valid_from
  group by 1, 2),
gone as (
  delete from seat t using w
  where t.person_id = w.person_id and t.source = 'account_seat'
    and not exists (select from made m where m.person_id = t.person_id and m.tool_id = t.tool_id and lower(m.held) = t.valid_from)
  returning t.person_id),
written as (
  insert into seat as t (person_id, tool_id, valid_from, valid_to, source)
  select person_id, tool_id, lower(held), upper(held), 'account_seat' from made order by 1, 2, 3
  on conflict (tool_id, person_id, valid_from) do update set valid_to = excluded.valid_to
  where t.source = 'account_seat' and t.valid_to is distinct from excluded.valid_to
  returning t.person_id)
insert into dirty (kind, repo_id, item)
select distinct 'usage', 0, person_id || '/*' from (select * from written union all select * from gone) m on conflict do nothing`;

/** Every source there is, by steps along the index. */
const SOURCES = `
with recursive s as (
  select min(source) as source from account_day
  union all select (select min(d.source) from account_day d where d.source > s.source) from s where s.source is not null)
select source from s where source is not null`;

/** Accounts that belong to somebody else than when they were counted last; after `forget` all. */
const MOVED = `
select o.account_id, o.person_id from account_owner o left join account a using (account_id) where a.person_id is distinct from o.person_id
union all
select account_id, null from (select account_id from account_day union select account_id from account_seat) t
where not exists (select from account_owner)`;

const OWNERS = `
insert into account_owner as o (account_id, person_id)
select account_id, person_id from account where account_id = any($1::text[]) and person_id is not null order by 1
on conflict (account_id) do update set person_id = excluded.person_id where o.person_id <> excluded.person_id`;

interface Asked {
  readonly accounts: string[];
  /** Of each account; null = all. */
  readonly days: Array<string | null>;
  /** Accounts whose licences are looked at. */
  readonly seated: string[];
  readonly sources: Set<string>;
}

/** Items are `<source>/<account>/<day, * or seat>`. */
function askedIn(items: readonly string[]): Asked {
  const asked: Asked = { accounts: [], days: [], seated: [], sources: new Set() };
  for (const item of items) {
    const [source = '', account = '', part = ''] = item.split('/');
    asked.sources.add(source);
    if (part === 'seat') asked.seated.push(account);
    else {
      asked.accounts.push(account);
      asked.days.push(part === '*' ? null : part);
    }
  }
  return asked;
}

/** Takes `reported`, marks usage. Accounts are joined before. @returns persons whom accounts left. */
export async function deriveReported(client: Client): Promise<readonly string[]> {
  const items = (await take(client, 'reported')).map(({ item }) => item);
  const { rows: moved } = await client.query<{ account_id: string; person_id: string | null }>(MOVED);
  if (items.length === 0 && moved.length === 0) return [];
  const { accounts, days, seated, sources } = askedIn(items);
  for (const { account_id: account } of moved) {
    accounts.push(account);
    days.push(null);
    seated.push(account);
  }
  const left = moved.map(({ person_id: person }) => person).filter((person) => person !== null);
  const { rows } = await client.query<{ source: string }>(SOURCES);
  const all = [...new Set([...sources, ...rows.map(({ source }) => source)])];
  await client.query('drop table if exists reported_person, reported_day, reported_account, reported_made');
  await client.query(WHO, [accounts, days, left]);
  await client.query(WANTED, [all]);
  await client.query('analyze reported_day');
  await client.query(ACCOUNTS);
  await client.query('analyze reported_account');
  await client.query(MADE);
  await client.query('analyze reported_made');
  await client.query(DAYS, [all]);
  if (seated.length > 0) await client.query(SEATS, [seated, left]);
  await client.query(OWNERS, [[...new Set([...accounts, ...seated])]]);
  return left;
}
