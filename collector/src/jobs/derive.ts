/** The derivation as a job: facts that follow from facts. */
import { slugOf } from '../git/source.ts';
import { deriveAll } from '../derive/derive.ts';
import { writeConfigured } from '../derive/organisation/step.ts';
import { deriveSettings } from '../derive/settings.ts';
import type { Job, JobContext } from './job.ts';
import { trackRun } from './run-stream.ts';

export const DERIVE_ID = 'derive/facts';

/** The derivation of everything that is stale. */
export function deriveJob({ session, config }: JobContext): Job {
  return {
    id: DERIVE_ID,
    title: 'Facts that follow',
    every: config.schedules[DERIVE_ID] ?? '*/5 * * * *',
    then: [],
    needs: null,
    run: async (signal, line) => {
      await trackRun(session.pool, DERIVE_ID, async () => {
        await writeConfigured(session.pool, config);
        await deriveAll(session.pool, {
          settings: deriveSettings(config, slugOf),
          signal,
          onProgress: (step, done, total) => line.update(done, total, step),
        });
      });
      return 'up to date';
    },
  };
}
