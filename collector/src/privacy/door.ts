/** What of a page may be written: nothing of a category that is switched off, nobody who is named for that alone, nobody who was erased. */
import type pg from 'pg';
import type { Page, Skip } from '../connector.ts';
import { factTable, type HouseRow } from '../store/tables.ts';
import { categoryOf, type Category } from './categories.ts';
import { isCleaned } from './data-flow.ts';
import { readSwitchedOff } from './switches.ts';
import { cleanCursor, cleaned, withoutErased } from './texts.ts';
import { readErased, type IsErased } from './tombstones.ts';

/** Rows that are let in, and of which categories others were not. */
export interface LetIn {
  readonly rows: readonly HouseRow[];
  /** Rows that are left out, by category; empty = all are let in. */
  readonly notCollected: ReadonlyMap<Category, number>;
  /** What the page skipped; absent = nothing. */
  readonly skips?: readonly Skip[];
  /** The page's cursor without those who were erased; absent = nobody was. */
  readonly cursor?: unknown;
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

const isReference = (column: string): boolean => /(?:^|_)(?:account|person)_id$/.test(column);

/** Whether a row of `account` or `person` is of somebody who was erased. */
function isOfErased({ table, values }: HouseRow, isErased: IsErased): boolean {
  const is = (kind: 'id' | 'name', value: unknown): boolean => typeof value === 'string' && isErased(kind, value);
  if (table === 'person') return is('id', values['person_id']);
  const { provider, login: name } = values;
  const login = typeof provider === 'string' && typeof name === 'string' ? `${provider}:${name}` : null;
  return (
    [values['account_id'], login, values['external_id']].some((value) => is('id', value)) || is('name', values['email'])
  );
}

/** A row as of nobody, where it names somebody who was erased; null = it is of them alone. */
function ofNobody(row: HouseRow, isGone: (id: string) => boolean, isErased: IsErased): HouseRow | null {
  const key: readonly string[] = factTable(row.table)?.key ?? [];
  const values: Record<string, HouseRow['values'][string]> = {};
  for (const [column, value] of Object.entries(row.values)) {
    if (isReference(column)) {
      const gone = typeof value === 'string' && isGone(value);
      if (gone && (key.includes(column) || categoryOf(row.table) === 'usage')) return null;
      values[column] = gone ? null : value;
    } else {
      values[column] = key.includes(column) || !isCleaned(row.table, column) ? value : cleaned(value, isErased);
    }
  }
  return { table: row.table, values };
}

/** Rows without those who were erased: what they did is of nobody, what is theirs alone is left out. */
export function withoutErasedPeople(rows: readonly HouseRow[], isErased: IsErased): HouseRow[] {
  const gone = new Set<unknown>();
  for (const row of rows) {
    if (isNamed(row.table) && isOfErased(row, isErased)) gone.add(row.values[NAMED[row.table]]);
  }
  const isGone = (id: string): boolean => gone.has(id) || isErased('id', id);
  return rows.flatMap((row) => {
    if (isNamed(row.table) && gone.has(row.values[NAMED[row.table]])) return [];
    const kept = ofNobody(row, isGone, isErased);
    return kept === null ? [] : [kept];
  });
}

/** What a page left out, without those who were erased. */
const withoutNames = ({ item, reason, ...rest }: Skip, isErased: IsErased): Skip => ({
  ...rest,
  item: withoutErased(item, isErased),
  reason: withoutErased(reason, isErased),
});

/** The same for a page, as the store says in the page's own transaction. */
export async function letIn(
  client: pg.ClientBase,
  page: Pick<Page<unknown>, 'rows' | 'skips' | 'cursor'>
): Promise<LetIn> {
  const isErased = await readErased(client);
  const asks = page.rows.some(({ table }) => categoryOf(table) !== undefined);
  const rows = isErased === null ? page.rows : withoutErasedPeople(page.rows, isErased);
  const skips = isErased === null ? page.skips : page.skips?.map((skip) => withoutNames(skip, isErased));
  const cursor = isErased === null ? {} : { cursor: cleanCursor(page.cursor, isErased) };
  return {
    ...withoutCategories(rows, asks ? await readSwitchedOff(client) : []),
    ...(skips ? { skips } : {}),
    ...cursor,
  };
}
