/** The derivation as a job: derived facts. */
import { deriveAll } from '../derive/derive.ts';
import type { Job, JobContext } from './job.ts';
import { trackRun } from './run-stream.ts';

export const DERIVE_ID = 'derive/facts';

/** The derivation of everything that is stale. */
export function deriveJob({ session, config }: JobContext): Job {
  return {
    id: DERIVE_ID,
    title: 'Derived facts',
    every: config.schedules[DERIVE_ID] ?? '*/5 * * * *',
    then: [],
    needs: null,
    run: async (signal, line) => {
      await trackRun(session.pool, DERIVE_ID, async () => {
        await deriveAll(session.pool, {
          config,
          signal,
          onProgress: (step, done, total) => line.update(done, total, `steps, now ${step}`),
        });
      });
      return 'up to date';
    },
  };
}
