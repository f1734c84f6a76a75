/**
 * Which accounts a mark can decide anew: those that have something in common with a marked one, now or as the last derivation saw it, and
 * those that have something in common with them. Nothing that is decided of an account depends on any other.
 */
import type { Client } from '../work-list.ts';
import type { Account, IdentitySettings } from './account.ts';
import { linksOf } from './links.ts';
import { loadAccounts, type AccountRow } from './load.ts';
import { entriesOf } from './mapping.ts';
import { accountOf } from './pseudonymous.ts';

/** All by which an account hangs together with others: what joins it, entries of the mapping, and what its person would be called by. */
function tiesBy(settings: IdentitySettings): (account: Account) => string[] {
  const entries = entriesOf(settings);
  return (account) => {
    const { provider, login, email } = account;
    const called = [...(email === null ? [] : [email.trim()]), ...(login === null ? [] : [`${provider}:${login}`])].map(
      (name) => `called:${name.toLowerCase()}`
    );
    return [...new Set([...linksOf(account, settings).map(({ key }) => key), ...entries(account), ...called])].sort();
  };
}

/** Accounts named by a mark, and those of persons named by one. */
const MARKED = `
select account_id from account where account_id = any($1::text[]) or person_id = any($1::text[])
union select account_id from account_claim where person_id = any($1::text[])
union select account_id from account_join where until is null and (account_id = any($1::text[]) or person_id = any($1::text[]))`;

/** From ties ($1) to accounts, from these to their ties, and so on. */
const REACHED = `
with recursive reached (account_id, tie) as (
  select null::text, tie from unnest($1::text[]) as t(tie)
  union
  select n.account_id, n.tie from reached r cross join lateral (
    select a.account_id, null::text as tie from account a where r.tie is not null and a.links @> array[r.tie]
    union all
    select null, t.tie from account a cross join unnest(a.links) as t(tie) where a.account_id = r.account_id) n)
select account_id from reached where account_id is not null`;

/** Keeps what ties the accounts. @returns their ties of before and of now. */
async function writeTies(
  client: Client,
  rows: readonly AccountRow[],
  settings: IdentitySettings
): Promise<readonly string[]> {
  const tiesOf = tiesBy(settings);
  const now = rows.map((row) => ({ id: row.account_id, ties: tiesOf(accountOf(row, settings)) }));
  await client.query(
    `update account a set links = j.ties from json_to_recordset($1::json) as j(id text, ties text[])
     where a.account_id = j.id and a.links is distinct from j.ties`,
    [JSON.stringify(now)]
  );
  return [...new Set([...rows.flatMap(({ links }) => links ?? []), ...now.flatMap(({ ties }) => ties)])];
}

/** Above so many marks all accounts are looked at, which costs less than finding out which. */
const MOST_MARKS = 2000;

export interface Reach {
  /** With the persons whose they were. */
  readonly accounts: readonly AccountRow[];
  /** Their names, also of accounts that are gone; null = all there are. */
  readonly names: readonly string[] | null;
}

/** Accounts that marks (accounts, persons, `*` = all) can decide anew. */
export async function reachOf(client: Client, items: readonly string[], settings: IdentitySettings): Promise<Reach> {
  if (items.includes('*') || items.length > MOST_MARKS) {
    const accounts = await loadAccounts(client);
    await writeTies(client, accounts, settings);
    return { accounts, names: null };
  }
  const { rows: marked } = await client.query<{ account_id: string }>(MARKED, [items]);
  const ids = marked.map(({ account_id }) => account_id);
  const ties = await writeTies(client, await loadAccounts(client, ids), settings);
  const { rows: reached } = await client.query<{ account_id: string }>(REACHED, [ties]);
  const names = [...new Set([...items, ...ids, ...reached.map(({ account_id }) => account_id)])];
  return { accounts: await loadAccounts(client, names), names };
}
