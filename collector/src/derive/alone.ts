/** Two processes never derive at once, nor does one derive while another takes away what it reads. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withHeldLock } from '../store/held-lock.ts';

/** How often a second one looks whether the first has ended, in milliseconds. */
const LOOK_MS = 100;

/**
 * Runs `work` while nobody derives. Who waits holds no connection: the pool is there for the one that works.
 * @throws what `work` throws, `store_gone`, or the abort reason of `signal`.
 */
export async function alone<T>(
  pool: pg.Pool,
  signal: AbortSignal,
  work: (lost: AbortSignal) => Promise<T>
): Promise<T> {
  for (;;) {
    const done = await withHeldLock(pool, { name: 'derivation', signal }, work);
    if (!done.isBusy) return done.result;
    await sleep(LOOK_MS, undefined, { signal });
  }
}
