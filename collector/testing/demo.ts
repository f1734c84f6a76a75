/** The demo organisation for tests of the plugin: a database with it, loaded and derived once for all, and what is planted in it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { prepareDemo } from '../src/demo/demo.ts';
import { migrationFolder } from '../src/store/migrate.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { digest } from './server.ts';

export { timeline } from '../src/demo/organisation.ts';
export { TRUTHS } from '../src/demo/truths.ts';

/** A fixed instant: the same organisation on every run. */
export const DEMO_NOW = new Date('2026-11-20T12:00:00Z');

/** Text of all files of a folder. */
const textOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .sort();

/** What the collector is now, for the name of a database that it filled: another collector fills another one. */
export const sourcesDigest = (): string =>
  digest([...textOf(path.join(import.meta.dirname, '../src')), ...textOf(migrationFolder)]);

/** A database with the demo organisation as of `DEMO_NOW`. Another collector makes another one: runs side by side share a server. */
export function demoDatabase(): Promise<TestDatabase> {
  return testDatabase({ filled: { name: `throughline_demo_${sourcesDigest()}`, fill } });
}

async function fill(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  try {
    await prepareDemo(pool, { now: DEMO_NOW });
  } finally {
    await pool.end();
  }
}
