/** Working off the inbox as a job. */
import { receiversOf } from '../receive/receivers.ts';
import { workOff } from '../receive/work-off.ts';
import { DERIVE_ID } from './derive.ts';
import type { Job, JobContext } from './job.ts';
import { trackRun } from './run-stream.ts';

export const INBOX_ID = 'receive/inbox';

const count = (n: number, unit: string, many: string): string => `${n.toLocaleString('en')} ${n === 1 ? unit : many}`;

/** The job for everything that sources sent; none where the configuration receives nothing. */
export async function inboxJobs({ session, config }: JobContext): Promise<Job[]> {
  const receivers = receiversOf(config);
  return receivers.size === 0 ? [] : [inboxJob({ session, config }, receivers)];
}

function inboxJob(
  { session, config }: Pick<JobContext, 'session' | 'config'>,
  receivers: Awaited<ReturnType<typeof receiversOf>>
): Job {
  let then: readonly string[] = [];
  return {
    id: INBOX_ID,
    title: 'Inbox of pushes',
    every: config.schedules[INBOX_ID] ?? '* * * * *',
    // Known when it has ended: most looks find nothing.
    get then() {
      return then;
    },
    needs: null,
    run: async (signal, line) => {
      const { pool } = session;
      const worked = await trackRun(pool, INBOX_ID, () =>
        workOff({ pool, receivers, signal, onProgress: (done) => line.update(done, null, 'deliveries') })
      );
      then = [...worked.due, ...(worked.rows > 0 ? [DERIVE_ID] : [])];
      const left = worked.quarantined > 0 ? `, ${String(worked.quarantined)} quarantined (throughline status)` : '';
      return `${count(worked.deliveries, 'delivery', 'deliveries')}, ${count(worked.rows, 'fact', 'facts')} new or changed${left}`;
    },
  };
}
