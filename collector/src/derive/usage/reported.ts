/**
 * Which source counts: what tools, vendors and files say of days (account_day by account, person_day by person) → tool_day, and licences of
 * accounts → seat. Nothing else writes tool_day. Accounts are whose they were at the instant: whoever is joined later, or otherwise, takes along
 * what is theirs, and of an account that changed hands each holder has the days of their time. What is nobody's (an account that several use, or
 * that two claim) counts as nobody's, person ''.
 */
import { take, type Client } from '../work-list.ts';
import { DAYS, KEEP, MADE, SEATED, SEATS, WANTED } from './reported-statements.ts';

interface Asked {
  readonly isAll: boolean;
  /** Accounts and their days; null = all of the account's. */
  readonly accounts: string[];
  readonly accountDays: Array<string | null>;
  /** The same of persons. */
  readonly persons: string[];
  readonly personDays: Array<string | null>;
  /** Accounts whose licences are looked at. */
  readonly seated: string[];
}

/** Items are `account/<id>/<day or *>`, `person/<id>/<day or *>`, `seat/<account>` and `*`. */
function askedIn(items: readonly string[]): Asked {
  const asked: Asked = {
    isAll: items.includes('*'),
    accounts: [],
    accountDays: [],
    persons: [],
    personDays: [],
    seated: [],
  };
  for (const item of new Set(items)) {
    const [kind, ...rest] = item.split('/');
    if (kind === 'seat') asked.seated.push(rest.join('/'));
    else if (kind === 'account' || kind === 'person') {
      const day = rest.pop() ?? '*';
      asked[`${kind}s`].push(rest.join('/'));
      asked[`${kind}Days`].push(day === '*' ? null : day);
    }
  }
  return asked;
}

/** Takes `reported`, marks usage. Accounts are joined before, and what tools measured is in account_day. @returns persons who lost something. */
export async function deriveReported(client: Client, timeZone: string): Promise<readonly string[]> {
  const items = (await take(client, 'reported')).map(({ item }) => item);
  if (items.length === 0) return [];
  const { isAll, accounts, accountDays, persons, personDays, seated } = askedIn(items);
  const whole = persons.filter((_person, index) => personDays[index] === null);
  const lost = new Set<string>();
  await client.query(`drop table if exists ${KEEP.join(', ')}`);
  await client.query(WANTED, [accounts, accountDays, persons, personDays, isAll]);
  await client.query('analyze reported_day');
  await client.query(MADE, [timeZone]);
  await client.query('analyze reported_made');
  for (const { person_id: person } of (await client.query<{ person_id: string }>(DAYS)).rows) lost.add(person);
  if (isAll || seated.length > 0 || whole.length > 0) {
    await client.query(SEATED, [seated, whole, isAll]);
    for (const { person_id: person } of (await client.query<{ person_id: string }>(SEATS)).rows) lost.add(person);
  }
  return [...lost].filter((person) => person !== '').sort();
}

/** Accounts and persons that may be joined otherwise than before: all that is said of them is looked at. */
export async function markReported(
  client: Client,
  accounts: readonly string[],
  persons: readonly string[]
): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item)
     select 'reported', 0, 'account/' || account_id || '/*' from unnest($1::text[]) as w(account_id)
     where exists (select from account_day d where d.account_id = w.account_id)
     union all
     select 'reported', 0, 'seat/' || account_id from unnest($1::text[]) as w(account_id)
     where exists (select from account_seat s where s.account_id = w.account_id)
     union all
     select 'reported', 0, 'person/' || person_id || '/*' from unnest($2::text[]) as w(person_id)
     on conflict do nothing`,
    [accounts, persons]
  );
}
