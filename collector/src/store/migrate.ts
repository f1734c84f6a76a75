/** Applies the numbered SQL files of `migrations/`, each once and in its own transaction. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { CollectorError } from '../errors.ts';
import { BEGIN, placeOf, toStoreError, withStoreErrors } from './connection.ts';

/** The files as they are in this version of the collector. */
export const migrationFolder = path.join(import.meta.dirname, '../..', 'migrations');

/** Any number that only this program uses: two collectors that start at once apply nothing twice. */
const lockKey = 7_340_251;

export interface Migration {
  /** File name without `.sql`, e.g. 000001_organisation. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** State of a store compared with this collector. */
export interface SchemaVersion {
  /** Last applied migration; null = the store is empty. */
  readonly current: string | null;
  /** Last migration of this collector. */
  readonly expected: string;
  /** Migrations that the store lacks. */
  readonly pending: readonly string[];
  /** Migrations that the store has and this collector does not know: a newer collector wrote them. */
  readonly unknown: readonly string[];
  /** Migrations whose file was changed after they were applied. */
  readonly edited: readonly string[];
  /** The store does not begin with the first migration of this collector: a version from before the first release made it. */
  readonly isUnreleased: boolean;
}

interface Applied {
  name: string;
  sha256: string;
}

/** The migrations of a folder in order. */
export function readMigrations(folder = migrationFolder): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{6}_[a-z0-9_-]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const sql = readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n');
      return { name: file.slice(0, -4), sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}

async function readApplied(client: pg.ClientBase | pg.Pool): Promise<Applied[]> {
  // Opening pg_class makes the session hear of tables that others made while it waited for the lock; to_regclass alone does not.
  const { rows } = await client.query<{ there: boolean }>(
    `select exists (select from pg_class where oid = to_regclass('throughline_migration')) as there`
  );
  if (!rows[0]?.there) {
    return [];
  }
  return (await client.query<Applied>('select name, sha256 from throughline_migration order by name')).rows;
}

function compare(applied: readonly Applied[], files: readonly Migration[]): SchemaVersion {
  const known = new Map(files.map((file) => [file.name, file]));
  const done = new Set(applied.map(({ name }) => name));
  return {
    current: applied.at(-1)?.name ?? null,
    expected: files.at(-1)?.name ?? '',
    pending: files.filter(({ name }) => !done.has(name)).map(({ name }) => name),
    unknown: applied.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    edited: applied
      .filter(({ name, sha256 }) => known.has(name) && known.get(name)?.sha256 !== sha256)
      .map(({ name }) => name),
    isUnreleased: applied.length > 0 && files.length > 0 && !done.has(files[0]?.name ?? ''),
  };
}

/** Compares a store with the migrations of this collector; changes nothing. */
export async function schemaVersion(client: pg.ClientBase | pg.Pool, folder = migrationFolder): Promise<SchemaVersion> {
  return compare(await readApplied(client), readMigrations(folder));
}

/** What to do about a store that cannot be brought to this schema. */
export const startAnew =
  'Start anew beside it: set DATABASE_URL to an empty database, or name another folder with --home or THROUGHLINE_HOME; then run: throughline demo, or throughline collect (all data can be collected again).';

function refuse(version: SchemaVersion): void {
  if (version.isUnreleased) {
    throw new CollectorError({
      code: 'schema_unreleased',
      message: `The store was made by a version from before the first release (it has ${version.current ?? ''}, and not ${version.pending[0] ?? ''}), whose data cannot be taken over; it is left as it is. ${startAnew}`,
      fault: 'config',
    });
  }
  if (version.unknown.length > 0) {
    throw new CollectorError({
      code: 'schema_newer',
      message: `The store was migrated by a newer collector (it has ${version.unknown.join(', ')}; this one ends at ${version.expected}). Update this collector; the store is left as it is.`,
      fault: 'config',
    });
  }
  if (version.edited.length > 0) {
    throw new CollectorError({
      code: 'schema_edited',
      message: `Migration ${version.edited.join(', ')} was changed after it was applied to this store. Restore the file, or write a new migration for a change. ${startAnew}`,
      fault: 'config',
    });
  }
}

/**
 * Checks that the store has exactly the schema of this collector.
 * @throws CollectorError `schema_unreleased`, `schema_newer`, `schema_edited`, `schema_older`.
 */
export async function requireSchema(client: pg.ClientBase | pg.Pool, folder = migrationFolder): Promise<void> {
  const version = await schemaVersion(client, folder);
  refuse(version);
  if (version.pending.length > 0) {
    throw new CollectorError({
      code: 'schema_older',
      message: `The store is at schema ${version.current ?? '(empty)'} and this collector needs ${version.expected}. Run: throughline migrate`,
      fault: 'config',
    });
  }
}

/** Postgres' own words are about the statement; people need to know what to run. */
function applyError(file: Migration, cause: unknown): CollectorError {
  const { code, message } = cause as { code?: string; message: string };
  if (code === '42501' && /role/i.test(message)) {
    return new CollectorError({
      code: 'role_missing',
      message: `The store's user may not create the role that panels read with. Have an administrator run: create role throughline_reader nologin; and then run: throughline migrate`,
      fault: 'config',
      cause,
    });
  }
  if (code === '42501') {
    return new CollectorError({
      code: 'store_rights',
      message: `The store's user may not create tables (${message}). Have an administrator make the user of DATABASE_URL the owner of its database, or run: grant create on database NAME, and grant create, usage on schema public, to that user; then run: throughline migrate`,
      fault: 'config',
      cause,
    });
  }
  return new CollectorError({
    code: 'migration_failed',
    message: `Migration ${file.name} failed: ${message}. Nothing of it was kept. The store needs Postgres 15 or newer and a database of its own.`,
    fault: 'collector',
    cause,
  });
}

/**
 * Applies a file in a transaction that no other process applies one in. The lock is the transaction's: one of the session would stay with
 * a pooler's connection, and block the next migration for ever.
 * @returns false when another process has applied it meanwhile.
 */
async function apply(client: pg.Client, file: Migration): Promise<boolean> {
  try {
    await client.query(BEGIN);
    await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
    if ((await readApplied(client)).some(({ name }) => name === file.name)) {
      await client.query('rollback');
      return false;
    }
    await client.query(historyTable);
    await client.query(file.sql);
    await client.query('insert into throughline_migration (name, sha256) values ($1, $2)', [file.name, file.sha256]);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const worded = toStoreError(error, placeOf(client));
    throw worded instanceof CollectorError && worded.code !== 'store_rights' ? worded : applyError(file, error);
  }
}

const historyTable = `
create table if not exists throughline_migration (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
comment on table throughline_migration is 'One row per migration that was applied to this store.';
comment on column throughline_migration.name is 'File name without its ending.';
comment on column throughline_migration.sha256 is 'Digest of the file when it was applied; a file is never edited after release.';
comment on column throughline_migration.applied_at is 'When it was applied.';
`;

/**
 * Brings a store to the schema of this collector. Safe to run by several processes at once.
 * @returns names of the migrations applied now.
 * @throws CollectorError `schema_unreleased`, `schema_newer`, `schema_edited`, `role_missing`, `store_rights`, `migration_failed`, or why the store cannot be reached.
 */
export async function migrate(url: string, folder = migrationFolder): Promise<string[]> {
  return withStoreErrors(async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'throughline migrate',
      connectionTimeoutMillis: 15_000,
    });
    // A connection that breaks between two queries is reported by the next one.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const applied = await applyPending(client, folder);
      await requireTemporary(client);
      return applied;
    } finally {
      await client.end().catch(() => undefined);
    }
  });
}

/** The derivation and the line engine keep what they are at in temporary tables. @throws CollectorError `store_rights`. */
async function requireTemporary(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('grant temporary on database %I to %I', current_database(), current_user) as statement
     where not has_database_privilege(current_database(), 'temporary')`
  );
  if (rows[0]) {
    throw new CollectorError({
      code: 'store_rights',
      message: `The store's user may not make temporary tables. Have an administrator run: ${rows[0].statement}`,
      fault: 'config',
    });
  }
}

async function applyPending(client: pg.Client, folder: string): Promise<string[]> {
  const files = readMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const version = compare(await readApplied(client), files);
    refuse(version);
    const next = files.find(({ name }) => version.pending.includes(name));
    if (!next) {
      return applied;
    }
    if (await apply(client, next)) {
      applied.push(next.name);
    }
  }
}
