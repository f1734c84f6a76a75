/**
 * The switches of `privacy.collect`. What is switched off is stopped by the store itself, by triggers on every table that holds it: so it
 * is written through no door, by no process, also by one that was started before. While everything is collected there is no trigger.
 */
import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { inTransaction } from '../store/connection.ts';
import { CATEGORIES, PLACES, type Category, type Place } from './categories.ts';

/** Which categories are collected. */
export type Collect = Config['privacy']['collect'];

/** Key in `setting`: names of the categories that are not collected. Panels read it. */
export const NOT_COLLECTED = 'not_collected';

/** Categories that are switched off. */
export const switchedOff = (collect: Collect): Category[] => CATEGORIES.filter((category) => !collect[category]);

/** Says of what a stream or push brings whether it is collected; undefined = of no category. */
export const collects =
  ({ privacy: { collect } }: Pick<Config, 'privacy'>) =>
  (category: Category | undefined): boolean =>
    category === undefined || collect[category];

/** What the store says. */
export async function readSwitchedOff(client: pg.ClientBase | pg.Pool): Promise<Category[]> {
  const { rows } = await client.query<{ value: unknown }>(`select value from setting where key = '${NOT_COLLECTED}'`);
  const [{ value } = { value: [] }] = rows;
  return CATEGORIES.filter((category) => Array.isArray(value) && value.includes(category));
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Statements that build or take down the wall on one place. */
function wall(category: Category, { table, columns = [], when }: Place, isOff: boolean): string {
  const name = `not_collected_${category}`;
  const drop = `drop trigger if exists ${name} on ${table};`;
  if (!isOff) return drop;
  const event = columns.length === 0 ? 'insert' : `insert or update of ${columns.join(', ')}`;
  const condition = when === undefined ? '' : `when (${when}) `;
  return `${drop} create trigger ${name} before ${event} on ${table} for each row ${condition}execute function not_collected(${columns.map(literal).join(', ')});`;
}

/**
 * Brings the store to what the configuration says; one that is there already costs a statement.
 * @param collect Null = there is no configuration file: what was switched off stays off.
 * @returns what is collected now.
 */
export async function applySwitches(pool: pg.Pool, collect: Collect | null): Promise<Collect> {
  const known = await readSwitchedOff(pool);
  const off = collect === null ? known : switchedOff(collect);
  if (known.join() !== off.join()) {
    await inTransaction(pool, async (client) => {
      for (const category of CATEGORIES) {
        const isOff = off.includes(category);
        if (known.includes(category) === isOff) continue;
        for (const place of PLACES[category]) await client.query(wall(category, place, isOff));
      }
      await client.query(
        `insert into setting as s (key, value) values ('${NOT_COLLECTED}', $1::jsonb)
         on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`,
        [JSON.stringify(off)]
      );
    });
  }
  return Object.fromEntries(CATEGORIES.map((category) => [category, !off.includes(category)])) as Collect;
}
