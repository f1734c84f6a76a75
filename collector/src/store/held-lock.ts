/** Locks that all collector processes on one store share, held for as long as some work takes. */
import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import { BEGIN, storeGone, withConnection } from './connection.ts';

/** What `work` gave, or that somebody else holds the lock just now. */
export type Locked<T> = { readonly isBusy: false; readonly result: T } | { readonly isBusy: true };

/** Key of the advisory lock of a name; $1 = the name. */
export const lockKeySql = `hashtextextended('throughline ' || $1, 0)`;

/** A machine that vanished silently must not keep a lock for hours. */
const KEEPALIVE =
  'set local tcp_keepalives_idle = 20; set local tcp_keepalives_interval = 5; set local tcp_keepalives_count = 3';

function throwIfLost(lost: AbortSignal): void {
  if (lost.aborted) {
    throw storeGone();
  }
}

/**
 * Runs `work` unless somebody else holds the lock. The lock is that of a transaction which stays open meanwhile on a connection of its own:
 * it is gone as soon as the process is, however it ended, and a pooler in transaction mode keeps it with the connection too (a lock of the
 * session would stay behind). The transaction reads nothing, so it holds back no vacuum. `work` is told to stop when the connection breaks, because another
 * process may then take over.
 * @throws CollectorError `store_gone` when the lock was lost meanwhile, whatever `work` made of it; or what `work` throws.
 */
export async function withHeldLock<T>(
  pool: pg.Pool,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>
): Promise<Locked<T>> {
  return withConnection(pool, async (client) => {
    const lost = new AbortController();
    const onLost = (): void => {
      lost.abort();
    };
    client.on('error', onLost);
    try {
      await client.query(`${BEGIN}; ${KEEPALIVE}`);
      const { rows } = await client.query<{ is_mine: boolean }>(
        `select pg_try_advisory_xact_lock(${lockKeySql}) as is_mine`,
        [name]
      );
      if (!rows[0]?.is_mine) {
        return { isBusy: true };
      }
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
      await client.query('rollback').catch(() => undefined);
      client.off('error', onLost);
    }
  });
}
