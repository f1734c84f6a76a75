/** What the store's tables look like, read from the store itself: rows are checked against it, never trusted. */
import type pg from 'pg';
import { factTable } from './tables.ts';

export interface Column {
  /** SQL type, e.g. `timestamp with time zone`. */
  readonly type: string;
  /** The store gives the number: an identity, or the next of a sequence. */
  readonly isIdentity: boolean;
  readonly isNullable: boolean;
}

export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  /** What a row is recognised by when it comes again (tables.ts); empty = no page writes it. */
  readonly key: readonly string[];
}

export type Catalog = ReadonlyMap<string, Table>;

const catalogSql = `
select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
  a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) as is_identity, not a.attnotnull as is_nullable
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
order by c.relname, a.attnum`;

interface CatalogRow {
  table: string;
  column: string;
  type: string;
  is_identity: boolean;
  is_nullable: boolean;
}

function toTable(name: string, rows: readonly CatalogRow[]): Table {
  const columns = new Map(
    rows.map((row) => [row.column, { type: row.type, isIdentity: row.is_identity, isNullable: row.is_nullable }])
  );
  return { columns, key: factTable(name)?.key ?? [] };
}

async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  const { rows } = await client.query<CatalogRow>(catalogSql);
  const byTable = new Map<string, CatalogRow[]>();
  for (const row of rows) {
    byTable.set(row.table, [...(byTable.get(row.table) ?? []), row]);
  }
  return new Map([...byTable].map(([name, columns]) => [name, toTable(name, columns)]));
}

const catalogs = new WeakMap<object, Catalog>();

/** The store's tables, read once for each `owner` (pool or client). */
export async function catalogOf(owner: object, client: pg.ClientBase): Promise<Catalog> {
  const known = catalogs.get(owner);
  if (known) {
    return known;
  }
  const read = await readCatalog(client);
  catalogs.set(owner, read);
  return read;
}
