/** Runs the streams of a configuration, as `collect` does, at a time of the test's choice. */
import type pg from 'pg';
import { configSchema } from '../../src/config/schema.ts';
import type { JobContext } from '../../src/jobs/job.ts';
import { readSources } from '../../src/jobs/sources.ts';
import { streamJobs } from '../../src/jobs/streams.ts';
import { newLogger } from '../../src/logger.ts';

/** @param only Ids begin with it. */
export async function pass(
  pool: pg.Pool,
  given: object,
  { now, only = '' }: { readonly now: Date; readonly only?: string }
): Promise<void> {
  const config = configSchema.parse(given);
  const context = { session: { pool, home: '' }, config, log: newLogger('silent'), cacheDir: '', now: () => now } as unknown as JobContext; // prettier-ignore
  for (const job of streamJobs(await readSources(pool, config), context)) {
    if (job.id.startsWith(only)) {
      await job.run(new AbortController().signal, { update: () => undefined, done: () => undefined });
    }
  }
}
