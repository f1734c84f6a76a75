/**
 * Stores as released versions left them: the migrations that were applied, by name and digest, and every row. Restored anywhere, they must
 * migrate forward. Written at each release (`npm run release-store -- VERSION`) and never changed afterwards.
 */
import pg from 'pg';
import { migrate, migrationFolder, readMigrations } from '../src/store/migrate.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ReleasedStore {
  readonly version: string;
  readonly migrations: ReadonlyArray<{ readonly name: string; readonly sha256: string }>;
  /** Parents before children. Rows as Postgres writes them as text, sorted: as JSON a null and a JSON null would be one. */
  readonly tables: ReadonlyArray<{
    readonly name: string;
    readonly rows: readonly string[];
  }>;
  readonly sequences: Readonly<Record<string, number>>;
}

/** Tables whose parents are done come first. A trigger fills copies while facts are written: they are given last, and whole. */
const TABLES = `
with recursive t as (
  select c.oid, c.oid::regclass::text as name, c.relnamespace = 'pack'::regnamespace as is_copy from pg_class c
  where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and c.relname <> 'throughline_migration'
), depth as (
  select oid, 0 as depth from t
  union
  select f.conrelid, d.depth + 1 from depth d join pg_constraint f on f.confrelid = d.oid and f.contype = 'f' and f.conrelid <> f.confrelid
)
select name from t join depth using (oid) group by name, is_copy order by is_copy, max(depth), name`;

const SEQUENCES = `
select c.oid::regclass::text as name from pg_class c where c.relkind = 'S' and c.relnamespace in ('public'::regnamespace, 'pack'::regnamespace) order by 1`;

export async function dumpRelease(pool: pg.Pool, version: string): Promise<ReleasedStore> {
  const tables: ReleasedStore['tables'][number][] = [];
  for (const { name } of (await pool.query<{ name: string }>(TABLES)).rows) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    tables.push({ name, rows: rows.map(({ row }) => row) });
  }
  const sequences: Record<string, number> = {};
  for (const { name } of (await pool.query<{ name: string }>(SEQUENCES)).rows) {
    const { rows } = await pool.query<{ value: string }>(
      `select case when is_called then last_value else 0 end as value from ${name}`
    );
    sequences[name] = Number(rows[0]?.value);
  }
  return { version, migrations: readMigrations().map(({ name, sha256 }) => ({ name, sha256 })), tables, sequences };
}

/** Migrations of this checkout that the release had; files that were edited since are named. */
function migrationsOf({ version, migrations }: ReleasedStore): { folder: string; edited: string[] } {
  const known = new Map(readMigrations().map((one) => [one.name, one]));
  const edited = migrations.filter(({ name, sha256 }) => known.get(name)?.sha256 !== sha256).map(({ name }) => name);
  const folder = mkdtempSync(path.join(tmpdir(), `throughline-release-${version}-`));
  for (const { name } of migrations) {
    writeFileSync(path.join(folder, `${name}.sql`), known.get(name)?.sql ?? '');
  }
  return { folder, edited };
}

/** Columns that are written; the others the store works out of them. */
async function givenColumns(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table]
  );
  return rows.map(({ name }) => name);
}

/**
 * Makes the released store in an empty database.
 * @throws Error when a migration of the release was edited or removed.
 */
export async function restoreRelease(url: string, release: ReleasedStore): Promise<void> {
  const { folder, edited } = migrationsOf(release);
  const client = new pg.Client({ connectionString: url });
  try {
    if (edited.length > 0) {
      throw new Error(
        `Migrations that ${release.version} was released with are never edited; write a new one: ${edited.join(', ')}`
      );
    }
    await migrate(url, folder);
    await client.connect();
    for (const { name, rows } of release.tables) {
      const table = name.includes('.') ? name : `public.${name}`;
      const columns = await givenColumns(client, table);
      await client.query(`delete from ${name}`);
      await client.query(
        `insert into ${name} (${columns.join(', ')}) overriding system value
         select ${columns.map((column) => `(r.line::${table}).${column}`).join(', ')} from json_array_elements_text($1::json) as r(line)`,
        [JSON.stringify(rows)]
      );
    }
    for (const [name, value] of Object.entries(release.sequences)) {
      await client.query('select setval($1, greatest($2::bigint, 1), $2::bigint > 0)', [name, value]);
    }
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}

/** The migrations of this checkout and further ones, in a folder of their own. */
export function migrationsWith(further: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-next-'));
  for (const { name, sql } of readMigrations(migrationFolder)) writeFileSync(path.join(folder, `${name}.sql`), sql);
  for (const [name, sql] of Object.entries(further)) writeFileSync(path.join(folder, `${name}.sql`), sql);
  return folder;
}
