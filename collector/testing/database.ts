/** A database of its own for each test file: a clone of the migrated template. `pg` is never mocked. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ensureDatabase, oneAtATime, readerPassword, urlOf, useServer, withClient, type Template } from './server.ts';

export interface TestDatabase {
  /** As the collector's writer (owner of every table, no superuser). */
  readonly url: string;
  /** As throughline_reader, the role that panels read with. */
  readonly readerUrl: string;
  readonly name: string;
  readonly pool: pg.Pool;
  /** Drops the database, whoever is still connected to it. */
  close(): Promise<void>;
}

/** What a database begins as. */
interface Beginning {
  /** Without any table. Default: migrated. */
  readonly isEmpty?: boolean;
  /** A migrated database with something in it, made by the first test that asks for it and copied for all. Its name tells what is in it. */
  readonly filled?: Pick<Template, 'name' | 'fill'>;
}

/** Dropping a database cuts connections that tests left idle, or that are just ending; that is no error of the test. */
export function testPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Clones the migrated template, or what is named instead. Call `close()` in `afterAll`.
 * The server starts with the first call of a run and ends with the run (globalTeardown of the jest configuration).
 */
export async function testDatabase({ isEmpty = false, filled }: Beginning = {}): Promise<TestDatabase> {
  const server = await useServer();
  if (filled !== undefined) {
    await oneAtATime(filled.name, () => ensureDatabase(server, { ...filled, from: server.template }));
  }
  const template = filled?.name ?? (isEmpty ? 'template0' : server.template);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await server.client.query(`create database ${name} template ${template} strategy file_copy`);
  // A clone takes over what is in the template, not who may do what with it as a whole.
  await server.client.query(`revoke temporary, create on database ${name} from public`);
  const url = urlOf(server.url, { database: name });
  const pool = testPool({ connectionString: url, max: 8, idleTimeoutMillis: 0, allowExitOnIdle: true });
  return {
    url,
    readerUrl: urlOf(url, { user: 'throughline_reader', password: readerPassword }),
    name,
    pool,
    close: async () => {
      try {
        await pool.end();
        await withClient(server.adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
      } finally {
        await server.client.end();
      }
    },
  };
}
