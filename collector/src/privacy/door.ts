/** What of a page may be written: nothing of a category that is switched off, and nobody who is named for that alone. */
import type pg from 'pg';
import type { HouseRow } from '../store/tables.ts';
import { categoryOf, type Category } from './categories.ts';
import { readSwitchedOff } from './switches.ts';

/** Rows that are let in, and of which categories others were not. */
export interface LetIn {
  readonly rows: readonly HouseRow[];
  /** Rows that are left out, by category; empty = all are let in. */
  readonly notCollected: ReadonlyMap<Category, number>;
}

/** Rows of these exist to be named by others. */
const NAMED = { account: 'account_id', person: 'person_id' } as const;
const isNamed = (table: string): table is keyof typeof NAMED => Object.hasOwn(NAMED, table);

/** Accounts and people that a row names, by any of its columns. */
const namesIn = ({ values }: HouseRow): string[] =>
  Object.entries(values).flatMap(([column, value]) =>
    typeof value === 'string' && /(?:^|_)(?:account|person)_id$/.test(column) ? [value] : []
  );

/** Leaves out rows of these categories, and with them the accounts and people that no other row of the page names. */
export function withoutCategories(rows: readonly HouseRow[], off: readonly Category[]): LetIn {
  const notCollected = new Map<Category, number>();
  const isLeftOut = ({ table }: HouseRow): boolean => {
    const category = categoryOf(table);
    return category !== undefined && off.includes(category);
  };
  const left = rows.filter(isLeftOut);
  if (left.length === 0) return { rows, notCollected };
  for (const { table } of left) {
    const category = categoryOf(table);
    if (category) notCollected.set(category, (notCollected.get(category) ?? 0) + 1);
  }
  const others = rows.filter((row) => !isLeftOut(row));
  const stillNamed = new Set(others.filter(({ table }) => !isNamed(table)).flatMap(namesIn));
  const unnamed = new Set(left.flatMap(namesIn).filter((name) => !stillNamed.has(name)));
  const kept = others.filter(({ table, values }) => {
    const name = isNamed(table) ? values[NAMED[table]] : undefined;
    return typeof name !== 'string' || !unnamed.has(name);
  });
  return { rows: kept, notCollected };
}

/** The same for a page, as the store says in the page's own transaction. */
export async function letIn(client: pg.ClientBase, rows: readonly HouseRow[]): Promise<LetIn> {
  const asks = rows.some(({ table }) => categoryOf(table) !== undefined);
  return withoutCategories(rows, asks ? await readSwitchedOff(client) : []);
}
