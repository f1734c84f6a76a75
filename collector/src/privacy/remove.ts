/** What the store still holds of categories that are switched off, and its removal. */
import type pg from 'pg';
import { connectors } from '../connectors/registry.generated.ts';
import { BEGIN, withConnection } from '../store/connection.ts';
import { forgetDerived } from '../derive/forget.ts';
import { IN_WORDS, PLACES, type Category, type Place } from './categories.ts';
import { readSwitchedOff } from './switches.ts';

/** Rows of a category that is not collected any more. */
export interface Held {
  readonly category: Category;
  readonly inWords: string;
  readonly rows: number;
}

const isHeld = ({ columns = [], when = 'true' }: Place): string =>
  columns.length === 0
    ? `(${when.replaceAll('new.', '')})`
    : `(${columns.map((name) => `${name} is not null`).join(' or ')})`;

/** What of switched-off categories is still there; empty = nothing. */
export async function readHeld(client: pg.ClientBase | pg.Pool): Promise<Held[]> {
  const held: Held[] = [];
  for (const category of await readSwitchedOff(client)) {
    const counts = PLACES[category].map((place) => `(select count(*) from ${place.table} where ${isHeld(place)})`);
    const { rows } = await client.query<{ rows: string }>(`select ${counts.join(' + ')} as rows`);
    const count = Number(rows[0]?.rows ?? 0);
    if (count > 0) held.push({ category, inWords: IN_WORDS[category], rows: count });
  }
  return held;
}

/** The command that removes it, as `status` and `doctor` name it. */
export const REMOVE_COMMAND = 'throughline privacy --remove';

/** A sentence for people. */
export const heldInWords = ({ category, inWords, rows }: Held): string =>
  `${category} (${inWords}) is not collected, and ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} of it ${rows === 1 ? 'is' : 'are'} there from before; ${REMOVE_COMMAND} removes ${rows === 1 ? 'it' : 'them'}`;

/** Pushes and streams that bring nothing else: their waiting deliveries and their books go too. */
function sourcesOf(category: Category): { readonly exact: string[]; readonly below: string[] } {
  const parts = connectors.flatMap(({ id, streams, pushes = [] }) =>
    [...streams, ...pushes].flatMap((one) => (one.category === category ? [`${id}/${one.id}`] : []))
  );
  const lifetimes = category === 'lines' ? ['lifetimes/lines/'] : [];
  return { exact: parts, below: [...parts.map((part) => `${part}/`), ...lifetimes] };
}

/** Accounts that nothing names any more beside themselves: known for what was removed alone. */
const UNNAMED = `
with gone as (
  delete from account a where a.account_id = any($1::text[])
    and not exists (select from git_commit where author_account_id = a.account_id or committer_account_id = a.account_id)
    and not exists (select from change where author_account_id = a.account_id or requester_account_id = a.account_id)
    and not exists (select from change_event e where e.account_id = a.account_id)
    and not exists (select from build b where b.account_id = a.account_id)
    and not exists (select from account_claim c where c.account_id = a.account_id)
    and not exists (select from team_account t where t.account_id = a.account_id)
  returning account_id)
delete from account_join where account_id in (select account_id from gone)`;

async function removeOne(client: pg.ClientBase, category: Category): Promise<void> {
  const { rows: named } = await client.query<{ id: string }>(
    category === 'usage'
      ? `select account_id as id from account_day union select account_id from account_seat union select account_id from tool_point union select account_id from agent_session where account_id is not null`
      : `select '' as id where false`
  );
  for (const place of PLACES[category]) {
    const { table, columns } = place;
    await client.query(
      columns === undefined
        ? `delete from ${table} where ${isHeld(place)}`
        : `update ${table} set ${columns.map((name) => `${name} = null`).join(', ')} where ${isHeld(place)}`
    );
  }
  await client.query(UNNAMED, [named.map(({ id }) => id)]);
  const { exact, below } = sourcesOf(category);
  await client.query(`delete from inbox where source = any($1::text[])`, [exact]);
  for (const table of ['stream_state', 'skipped', 'unknown_name', 'found_scope']) {
    await client.query(
      `delete from ${table} t where stream_id = any($1::text[]) or exists (select from unnest($2::text[]) b where starts_with(t.stream_id, b))`,
      [exact, below]
    );
  }
}

/**
 * Removes what is held of switched-off categories, and what was derived from it, in one transaction; the next derivation fills the rest anew.
 * The caller holds the lock of the derivation. @returns what there was.
 */
export async function removeSwitchedOff(pool: pg.Pool): Promise<Held[]> {
  return withConnection(pool, async (client) => {
    await client.query(BEGIN);
    try {
      const held = await readHeld(client);
      for (const { category } of held) await removeOne(client, category);
      if (held.length > 0) await forgetDerived(client);
      await client.query('commit');
      return held;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}
