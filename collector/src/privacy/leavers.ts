/** People who left, as people.csv says, are erased some time later where the house decided so (`privacy.retain.leavers`); then what else is too old goes. */
import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { CollectorError, lineOf } from '../errors.ts';
import { transaction } from '../store/connection.ts';
import { erasePerson } from './erase.ts';
import { findPerson } from './find-person.ts';
import { cleanFiles } from './home-files.ts';
import { retain, type Retained } from './retain.ts';
import { readErased } from './tombstones.ts';

/** What retention did. */
export interface Cleared {
  /** Rows by what has the age. */
  readonly removed: Retained;
  /** People who were erased. */
  readonly erased: number;
  /** Pseudonyms of people who left and may be somebody else as well, e.g. by an address that was given on: a person decides (`throughline person --erase`). */
  readonly unclear: readonly string[];
  /** Pseudonyms of people who left and could not be erased, and why; they keep nobody else waiting, and are tried again the next time. */
  readonly failed: readonly Failed[];
}

/** Who could not be erased. */
export interface Failed {
  readonly person_id: string;
  /** A line for people. */
  readonly why: string;
}

/** Everything that people.csv says of them ended before $1. Of whom it does not say an end, nobody knows that they left. */
const LEFT = `
select c.person_id from account_claim c where c.source <> 'erased' group by 1
having bool_and(coalesce(c.valid_to < $1, false)) and not exists (
  select from membership m where m.person_id = c.person_id and coalesce(m.valid_to >= $1, true))
order by 1`;

const isUnclear = (error: unknown): boolean =>
  error instanceof CollectorError && (error.code === 'person_ambiguous' || error.code === 'person_unknown');

/** Each in a transaction of its own: what is interrupted goes on the next time. */
async function eraseLeavers(pool: pg.Pool, home: string, before: Date): Promise<Omit<Cleared, 'removed'>> {
  const { rows } = await pool.query<{ person_id: string }>(LEFT, [before]);
  const unclear: string[] = [];
  const failed: Failed[] = [];
  const tables = new Set<string>();
  let erased = 0;
  for (const { person_id: id } of rows) {
    try {
      const done = await transaction(pool, async (client) => erasePerson(client, await findPerson(client, id)));
      for (const table of [...done.removed.keys(), ...done.cleaned.keys(), 'account', 'person']) tables.add(table);
      erased += 1;
    } catch (error) {
      if (isUnclear(error)) unclear.push(id);
      else failed.push({ person_id: id, why: lineOf(error) });
    }
  }
  const isErased = erased === 0 ? null : await readErased(pool);
  if (isErased !== null) cleanFiles(home, isErased);
  // Rows that are gone stay in the pages of a table until it is written anew.
  for (const table of tables) await pool.query(`vacuum ${table}`);
  return { erased, unclear, failed };
}

/** Does what `privacy.retain` says. The caller holds the lock of the derivation, and derives afterwards. */
export async function clearOld(
  { pool, home }: { readonly pool: pg.Pool; readonly home: string },
  ages: Config['privacy']['retain'],
  now: Date = new Date()
): Promise<Cleared> {
  const removed = await retain(pool, ages, now);
  if (ages.leavers === undefined) return { removed, erased: 0, unclear: [], failed: [] };
  return { removed, ...(await eraseLeavers(pool, home, new Date(now.getTime() - ages.leavers * 86_400_000))) };
}
