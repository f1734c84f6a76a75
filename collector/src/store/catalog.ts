/** What the store's tables look like, read from the store itself: rows are checked against it, never trusted. */
import type pg from 'pg';
import type { HouseTable } from '../connector.ts';

export interface Column {
  /** SQL type, e.g. `timestamp with time zone`. */
  readonly type: string;
  readonly isIdentity: boolean;
  readonly isNullable: boolean;
}

export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  /** Natural key: what a row is recognised by when it comes again. */
  readonly key: readonly string[];
}

export type Catalog = ReadonlyMap<string, Table>;

/** Tables that a page may write, parents before children: a page's rows may come in any order. */
export const factTables: readonly HouseTable[] = [
  'service',
  'team',
  'person',
  'tool',
  'repo',
  'account',
  'membership',
  'seat',
  'tool_landing',
  'workflow',
  'workflow_tool',
  'path',
  'git_commit',
  'change',
  'change_event',
  'revert',
  'commit_mark',
  'line_attestation',
  'attribution_override',
  'line_span',
  'live_file',
  'tool_event',
  'tool_day',
  'heartbeat',
  'deployment',
  'incident',
  'incident_link_override',
  'issue',
  'cost',
  'survey_answer',
];

/** The primary key of these is a number that the store gives; the source knows the row by other columns. */
const naturalKeys: Readonly<Record<string, readonly string[]>> = { repo: ['slug'], git_commit: ['repo_id', 'sha'] };

const catalogSql = `
select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
  a.attidentity <> '' as is_identity, not a.attnotnull as is_nullable,
  array_position(i.indkey::int2[], a.attnum) as key_position
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_index i on i.indrelid = c.oid and i.indisprimary
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
order by c.relname, a.attnum`;

interface CatalogRow {
  table: string;
  column: string;
  type: string;
  is_identity: boolean;
  is_nullable: boolean;
  key_position: number | null;
}

function toTable(name: string, rows: readonly CatalogRow[]): Table {
  const columns = new Map(
    rows.map((row) => [row.column, { type: row.type, isIdentity: row.is_identity, isNullable: row.is_nullable }])
  );
  const primary = rows
    .filter((row) => row.key_position !== null)
    .sort((a, b) => (a.key_position ?? 0) - (b.key_position ?? 0))
    .map((row) => row.column);
  return { columns, key: naturalKeys[name] ?? primary };
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
