import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import { storeGone, withConnection } from '../store/connection.ts';

/** What `work` gave, or that another process runs the stream just now. */
export type Locked<T> = { readonly isBusy: false; readonly result: T } | { readonly isBusy: true };

/** Key of a stream's advisory lock; also used by the scheduler to see whether a stream is running anywhere. */
export const streamLockSql = `hashtextextended('throughline stream ' || $1, 0)`;

function throwIfLost(lost: AbortSignal): void {
  if (lost.aborted) {
    throw storeGone();
  }
}

/**
 * Runs `work` unless another process on this store runs the same stream. The lock belongs to a connection: it is gone as soon as the
 * process is, however it ended. `work` is told to stop when the connection breaks, because another process may then take over.
 * @throws CollectorError `store_gone` when the lock was lost meanwhile, whatever `work` made of it; or what `work` throws.
 */
export async function withStreamLock<T>(
  pool: pg.Pool,
  { streamId, signal }: { streamId: string; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>
): Promise<Locked<T>> {
  return withConnection(pool, async (client) => {
    const lost = new AbortController();
    const onLost = (): void => {
      lost.abort();
    };
    client.on('error', onLost);
    try {
      // A machine that vanished silently must not keep the stream for hours.
      await client.query('set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3');
      const { rows } = await client.query<{ is_mine: boolean }>(
        `select pg_try_advisory_lock(${streamLockSql}) as is_mine`,
        [streamId]
      );
      if (!rows[0]?.is_mine) {
        return { isBusy: true };
      }
      try {
        const result = await work(AbortSignal.any([signal, lost.signal]));
        // Work that was told to stop ends without an error; it is not done for all that.
        throwIfLost(lost.signal);
        return { isBusy: false, result };
      } catch (error) {
        if (!(error instanceof CollectorError)) {
          throwIfLost(lost.signal);
        }
        throw error;
      } finally {
        await client.query(`select pg_advisory_unlock(${streamLockSql})`, [streamId]).catch(() => undefined);
      }
    } finally {
      client.off('error', onLost);
    }
  });
}
