/** Writes rows of one table that give the same columns. */
import type pg from 'pg';
import { messageOf } from '../errors.ts';
import type { Table } from './catalog.ts';
import { onConflict } from './merge-policy.ts';
import { factTables, type FactTable, type HouseRow, type HouseTable } from './tables.ts';

/** A row, its values ready for the store. */
export interface ReadyRow {
  readonly row: HouseRow;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Rows of one table with the same columns, each key at most once. */
export interface Group {
  readonly name: HouseTable;
  readonly table: Table;
  readonly columns: readonly string[];
  readonly rows: readonly ReadyRow[];
}

/** A row that made a difference. */
export interface Written {
  readonly row: HouseRow;
  /** Where the row belonged before it moved (owner column of its table); null = did not move. */
  readonly movedFrom: string | null;
}

export interface Upserted {
  readonly written: readonly Written[];
  readonly refused: readonly { readonly row: HouseRow; readonly reason: string }[];
}

const chunkSize = 5_000;

/** Ordinals are given on first sight in the order of the page; a stored row keeps its own. The caller holds the repository's lock. */
const ordinal = (name: string, column: string): string =>
  `coalesce(i.stored_no, (select coalesce(max(g.${column}), 0) from ${name} g where g.repo_id = i.repo_id)
      + row_number() over (partition by i.repo_id, i.stored_no is null order by i.ord))`;

/** Scalar subqueries on the natural key: a join would be planned on statistics that a table being filled does not have yet. */
function storedValue({ name, table }: Group, column: string): string {
  return `(select t.${column} from ${name} t where ${table.key.map((key) => `t.${key} = i.${key}`).join(' and ')})`;
}

function upsertSql(group: Group): string {
  const { name, table, columns } = group;
  const types = columns.map((column) => `${column} ${table.columns.get(column)?.type ?? 'text'}`);
  const entry: FactTable = factTables[name];
  const { owner, numbered } = entry;
  const hasMoved =
    owner !== undefined && columns.includes(owner) ? `i.stored_owner is distinct from i.${owner}` : 'false';
  return `with incoming as materialized (
    select i.*, ${owner === undefined ? 'null::text' : storedValue(group, owner)} as stored_owner,
      ${numbered === undefined ? 'null::integer' : storedValue(group, numbered)} as stored_no
    from json_to_recordset($1::json) as i(ord integer, ${types.join(', ')})
  ), written as (
    insert into ${name} as t (${columns.join(', ')}${numbered === undefined ? '' : `, ${numbered}`})
    select ${columns.map((column) => `i.${column}`).join(', ')}${numbered === undefined ? '' : `, ${ordinal(name, numbered)}`} from incoming i
    order by ${numbered === undefined ? table.key.map((column) => `i.${column}`).join(', ') : 'i.ord'}
    ${onConflict(entry, columns)}
    returning ${table.key.map((column) => `t.${column}`).join(', ')}
  )
  select i.ord, case when ${hasMoved} then i.stored_owner end as moved_from
  from written join incoming i using (${table.key.join(', ')})`;
}

/** SQLSTATE classes that are about the values of a row: data exception, integrity violation, too large for an index or a page. */
function isRowFault(error: unknown): boolean {
  const { code } = error as { code?: string };
  return typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

async function upsertChunk(client: pg.ClientBase, group: Group): Promise<Upserted> {
  const payload = JSON.stringify(group.rows.map(({ values }, ord) => ({ ord, ...values })));
  await client.query('savepoint chunk');
  try {
    const { rows } = await client.query<{ ord: number; moved_from: string | null }>(upsertSql(group), [payload]);
    await client.query('release savepoint chunk');
    const written = rows.flatMap(({ ord, moved_from }) => {
      const ready = group.rows[ord];
      return ready ? [{ row: ready.row, movedFrom: moved_from }] : [];
    });
    return { written, refused: [] };
  } catch (error) {
    if (!isRowFault(error)) {
      throw error;
    }
    await client.query('rollback to savepoint chunk');
    return halves(client, group, error);
  }
}

/** One bad row must not hold up the others: halve until it stands alone, then refuse it by name. */
async function halves(client: pg.ClientBase, group: Group, error: unknown): Promise<Upserted> {
  const [only, second] = group.rows;
  if (only && !second) {
    return { written: [], refused: [{ row: only.row, reason: messageOf(error) }] };
  }
  const middle = Math.ceil(group.rows.length / 2);
  const first = await upsertChunk(client, { ...group, rows: group.rows.slice(0, middle) });
  const rest = await upsertChunk(client, { ...group, rows: group.rows.slice(middle) });
  return { written: [...first.written, ...rest.written], refused: [...first.refused, ...rest.refused] };
}

/** Longest text of a key, in bytes: an entry of an index holds 2,704, and keys of several columns share them. */
export const MAX_KEY_BYTES = 1000;

/** Names by which accounts hang together, and people are called by them: the derivation makes keys of them. */
const NAMES: ReadonlySet<string> = new Set(['login', 'email']);

/** Why a text cannot have a place in an index; null = it can. @param what What it is, for whoever reads it. */
export function overlongText(what: string, value: unknown): string | null {
  const bytes = typeof value === 'string' && value.length * 4 > MAX_KEY_BYTES ? Buffer.byteLength(value) : 0;
  return bytes > MAX_KEY_BYTES
    ? `${what} has ${bytes.toLocaleString('en')} bytes; up to ${MAX_KEY_BYTES.toLocaleString('en')} can be stored`
    : null;
}

/** Why the row cannot have a place in an index, by its own key or by a name of another row; null = it can. */
function overlong({ values }: ReadyRow, key: readonly string[]): string | null {
  const isName = (column: string): boolean => column.endsWith('_id') || NAMES.has(column);
  const names = Object.keys(values).filter((column) => isName(column) && !key.includes(column));
  for (const column of [...key, ...names]) {
    const reason = overlongText(column, values[column]);
    if (reason !== null) return reason;
  }
  return null;
}

/** Inserts new rows and changes those that differ, in the caller's transaction. */
export async function upsertGroup(client: pg.ClientBase, group: Group): Promise<Upserted> {
  const written: Written[] = [];
  const refused: { row: HouseRow; reason: string }[] = [];
  const fitting: ReadyRow[] = [];
  for (const one of group.rows) {
    const reason = overlong(one, group.table.key);
    if (reason === null) fitting.push(one);
    else refused.push({ row: one.row, reason });
  }
  for (let from = 0; from < fitting.length; from += chunkSize) {
    const done = await upsertChunk(client, { ...group, rows: fitting.slice(from, from + chunkSize) });
    for (const one of done.written) written.push(one);
    for (const one of done.refused) refused.push(one);
  }
  return { written, refused };
}
