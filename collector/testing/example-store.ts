/** A small organisation with a bit of everything, written and derived as the collector does it. */
import type pg from 'pg';
import { configSchema } from '../src/config/schema.ts';
import { deriveAll } from '../src/derive/derive.ts';
import { facts, foundations, REPOS } from '../src/derive/fixtures/organisation.ts';
import { ensureRepos, writeFacts } from '../src/derive/fixtures/write.ts';

export const exampleConfig = configSchema.parse({ time_zone: 'Europe/Berlin' });

export async function fillExample(pool: pg.Pool): Promise<void> {
  const repos = await ensureRepos(pool, REPOS);
  await writeFacts(pool, [...foundations(), ...facts()], repos);
  await deriveAll(pool, { config: exampleConfig, full: true });
}
