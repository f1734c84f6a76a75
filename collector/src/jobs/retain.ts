/** Retention as a job of the scheduler: what is older than `privacy.retain` says is removed once a day. */
import { alone } from '../derive/alone.ts';
import { clearOld } from '../privacy/leavers.ts';
import { DERIVE_ID } from './derive.ts';
import type { Job, JobContext } from './job.ts';
import { markEnded, trackRun } from './run-stream.ts';

export const RETAIN_ID = 'privacy/retain';

/** The job; a single pass (`collect`) does not run it, `throughline privacy --retain` does. */
export function retainJob({ session, config, log, now = () => new Date() }: JobContext): Job {
  return {
    id: RETAIN_ID,
    title: 'Retention',
    every: config.schedules[RETAIN_ID] ?? '40 3 * * *',
    then: [DERIVE_ID],
    needs: null,
    run: async (signal) => {
      const { removed, erased, unclear, failed } = await trackRun(session.pool, RETAIN_ID, () =>
        alone(session.pool, signal, () => clearOld(session, config.privacy.retain, now()))
      );
      const left = failed.map(({ person_id: id, why }) => `${id} left and could not be erased: ${why}`).join('; ');
      if (left !== '') {
        // The others are done, and what follows from them is to be derived: the run ended well, and status says who is left.
        log.warn(left);
        await markEnded(session.pool, RETAIN_ID, new Error(left));
      }
      const rows = [...removed.values()].reduce((sum, one) => sum + one, 0);
      const people =
        erased + unclear.length === 0
          ? ''
          : `, ${String(erased)} people who left erased, ${String(unclear.length)} not: they may be others as well`;
      return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} removed${people}${left === '' ? '' : `; ${left}`}`;
    },
  };
}
