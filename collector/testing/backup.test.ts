/** A dump by pg_dump, restored as docs/provisioning.md says, is the same store. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deriveAll } from '../src/derive/derive.ts';
import { hasTimescale, useTimescale } from '../src/store/timescale.ts';
import { requireSchema } from '../src/store/migrate.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';
import { exampleConfig, fillExample } from './example-store.ts';
import { hashStore } from './hash-store.ts';
import { useServer, urlOf, withClient } from './server.ts';

/** The tables of the schema, whatever the order in which they were made. The text of a view that was read again may differ. */
const partsOf = async ({ pool }: TestDatabase): Promise<string[]> =>
  (await dumpSchema(pool))
    .split('\n\n')
    .filter((part) => !part.startsWith('create view'))
    .sort();

/** Folders with the client programs of Postgres, by Debian's layout. */
function clientFolder(major: number): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = ((): string[] => {
    try {
      return readdirSync(root);
    } catch {
      return [];
    }
  })();
  const fitting = versions.map(Number).filter((version) => version >= major);
  return fitting.length === 0 ? undefined : path.join(root, String(Math.max(...fitting)), 'bin');
}

// Known before the tests are named, so that a run says where it could not look; hooks do not run where every test is left out.
const probe: TestDatabase = await testDatabase();
const { rows: versions } = await probe.pool.query<{ major: number }>(
  `select current_setting('server_version_num')::integer / 10000 as major`
);
const major = versions[0]?.major ?? 0;
const bin = clientFolder(major);
const isTimescale = await hasTimescale(probe.pool);
await probe.close();

(bin === undefined ? test.skip : test)(
  `gives back every row, and the next run carries on (needs pg_dump ${String(major)})`,
  async () => {
    const run = (program: string, args: readonly string[]): void => {
      execFileSync(path.join(bin ?? '', program), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    };
    const folder = mkdtempSync(path.join(tmpdir(), 'throughline-backup-'));
    const server = await useServer();
    const [source, target] = [await testDatabase(), await testDatabase({ isEmpty: true })];
    const restoring = async (statement: string): Promise<void> => {
      if (isTimescale) {
        await withClient(urlOf(server.adminUrl, { database: target.name }), (admin) => admin.query(statement));
      }
    };
    try {
      await useTimescale(source.pool);
      await fillExample(source.pool);
      if (isTimescale) {
        await source.pool.query(`select compress_chunk(c, true) from show_chunks('tool_event') c`);
      }
      const before = await hashStore(source.pool);
      const file = path.join(folder, 'throughline.dump');
      run('pg_dump', ['--format=custom', `--file=${file}`, source.url]);
      await restoring('create extension if not exists timescaledb');
      await restoring('select timescaledb_pre_restore()');
      run('pg_restore', [...(isTimescale ? [] : ['--no-owner']), '--exit-on-error', `--dbname=${target.url}`, file]);
      await restoring('select timescaledb_post_restore()');
      await requireSchema(target.pool);
      expect(await hashStore(target.pool)).toEqual(before);
      expect(await partsOf(target)).toEqual(await partsOf(source));
      await useTimescale(target.pool);
      await deriveAll(target.pool, { config: exampleConfig });
      await deriveAll(target.pool, { config: exampleConfig, full: true });
      const derived = await hashStore(target.pool);
      expect(derived['change_fact']).toBe(before['change_fact']);
      expect(derived['usage_week']).toBe(before['usage_week']);
    } finally {
      rmSync(folder, { recursive: true });
      await source.close();
      await target.close();
      await server.client.end();
    }
  },
  120_000
);
