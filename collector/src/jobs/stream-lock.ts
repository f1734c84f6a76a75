import type pg from 'pg';
import { lockKeySql, withHeldLock, type Locked } from '../store/held-lock.ts';

const lockName = (streamId: string): string => `stream ${streamId}`;

/** Whether nobody runs the stream just now, on the whole store. The lock is tried in a transaction of one statement: it is free again at once. */
export async function isStreamFree(pool: pg.Pool, streamId: string): Promise<boolean> {
  const { rows } = await pool.query<{ is_free: boolean }>(
    `select pg_try_advisory_xact_lock(${lockKeySql}) as is_free`,
    [lockName(streamId)]
  );
  return rows[0]?.is_free ?? false;
}

/** Runs `work` unless another process on this store runs the same stream; see `withHeldLock`. */
export async function withStreamLock<T>(
  pool: pg.Pool,
  { streamId, signal }: { streamId: string; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>
): Promise<Locked<T>> {
  return withHeldLock(pool, { name: lockName(streamId), signal }, work);
}
