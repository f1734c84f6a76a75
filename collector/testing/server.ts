/**
 * The Postgres server of the tests: one per checkout, started by the first test that needs it, shared by all jest workers of both
 * workspaces (and by runs side by side), ended by the run that leaves last.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { serverAccount } from '../src/embedded/account.ts';
import { findBinaries } from '../src/embedded/binaries.ts';
import { initialiseServer, type ServerOptions } from '../src/embedded/initdb.ts';
import { withFileLock } from '../src/file-lock.ts';
import { findServer, startServer, stopServer } from '../src/embedded/server.ts';
import { buildReaderWalls, READER_WALLS } from '../src/store/reader-walls.ts';
import { migrate, readMigrations } from '../src/store/migrate.ts';

/** Tests write as a user without superuser rights, as the collector does. */
const writer = 'throughline_test';
export const readerPassword = 'reader';

/** Twelve hexadecimal digits that differ where a part does. */
export const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);

const checkout = digest([import.meta.dirname]);
const folder = path.join(tmpdir(), `throughline-test-${checkout}`);

/** Nothing of it has to survive a crash; and a run is planned as the one before, not as the minute has it: what fills much analyzes it. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '4GB',
  autovacuum: 'off',
  jit: 'off',
};

function serverOptions(): ServerOptions {
  const account = serverAccount();
  return {
    account,
    binaries: findBinaries(account),
    dataDir: path.join(folder, 'data'),
    logFile: path.join(folder, 'postgres.log'),
    port: 54_900,
    settings,
    auth: 'trust',
  };
}

/** Runs `work` with a connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database or user. */
export function urlOf(url: string, parts: { database?: string; user?: string; password?: string }): string {
  const changed = new URL(url);
  changed.pathname = parts.database ?? changed.pathname;
  changed.username = parts.user ?? changed.username;
  changed.password = parts.password ?? changed.password;
  return changed.href;
}

async function startEmbedded(): Promise<string> {
  const options = serverOptions();
  if (!(await findServer(options.dataDir))) {
    // What a killed run left behind is not worth a repair.
    rmSync(options.dataDir, { recursive: true, force: true });
    await initialiseServer(options, 'unused');
  }
  const { port } = await startServer(options);
  const url = `postgres://${writer}@127.0.0.1:${String(port)}/postgres`;
  await withClient(urlOf(url, { user: 'postgres' }), async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [writer]);
    if (rowCount === 0) {
      await client.query(`create role ${writer} login createdb createrole`);
    }
  });
  return url;
}

async function ensureTemplate(url: string, adminUrl: string): Promise<string> {
  const name = `throughline_template_${digest([...readMigrations().map(({ sha256 }) => sha256), READER_WALLS])}`;
  await ensureDatabase(
    { url, adminUrl },
    {
      name,
      fill: async (database) => {
        await migrate(database);
        await withClient(database, (client) =>
          client.query(`alter role throughline_reader login password '${readerPassword}'`)
        );
        await withClient(urlOf(adminUrl, { database: name }), buildReaderWalls);
      },
    }
  );
  return name;
}

/** A database that is made once and only copied from then on. */
export interface Template {
  readonly name: string;
  /** Database that it begins as. Default: an empty one. */
  readonly from?: string;
  readonly fill: (url: string) => Promise<void>;
}

/** Makes the template unless it is there. One whose making was interrupted has no flag. */
export async function ensureDatabase(
  { url, adminUrl }: Pick<TestServer, 'url' | 'adminUrl'>,
  template: Template
): Promise<void> {
  const { name, from = 'template0', fill } = template;
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [name]);
    if (rowCount !== 0) return;
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name} template ${from} strategy file_copy`);
    await fill(urlOf(url, { database: name }));
    await withClient(adminUrl, (admin) =>
      admin.query(`alter database ${name} with is_template true allow_connections false`)
    );
  });
}

export interface TestServer {
  /** Maintenance database, as the writer. */
  readonly url: string;
  /** The same, as a superuser where the server is ours: only one may end the connections of others (autovacuum is one of them). */
  readonly adminUrl: string;
  /** Name of the migrated template database. */
  readonly template: string;
}

/**
 * Starts what is missing and hands over a connected client, which counts as a user of the server until it is closed.
 * THROUGHLINE_TEST_DATABASE_URL names another server to test against (its user is a superuser).
 */
export async function useServer(): Promise<TestServer & { client: pg.Client }> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return withFileLock(path.join(folder, 'lock'), async () => {
    const given = process.env.THROUGHLINE_TEST_DATABASE_URL;
    const url = given ?? (await startEmbedded());
    const adminUrl = given ?? urlOf(url, { user: 'postgres' });
    const template = await ensureTemplate(url, adminUrl);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return { url, adminUrl, template, client };
  });
}

/** Among all workers and runs of the checkout one at a time. */
export const oneAtATime = <T>(what: string, work: () => Promise<T>): Promise<T> =>
  withFileLock(path.join(folder, `lock-${what}`), work, { timeoutMs: 240_000 });

/** Ends the server unless somebody is connected to it. */
export async function stopUnusedServer(): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await withFileLock(path.join(folder, 'lock'), async () => {
    const options = serverOptions();
    const running = await findServer(options.dataDir);
    if (!running) {
      return;
    }
    const isUsed = await withClient(
      `postgres://postgres@127.0.0.1:${String(running.port)}/postgres`,
      async (client) => {
        const { rowCount } = await client.query(
          `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`
        );
        return rowCount !== 0;
      }
    );
    if (!isUsed) {
      await stopServer(options);
      // All but the lock that is held: whoever waits for it has it open.
      for (const name of readdirSync(folder).filter((entry) => entry !== 'lock')) {
        rmSync(path.join(folder, name), { recursive: true, force: true });
      }
    }
  });
}
