/** Waits for a store that is not ready, yet or again: a server beside the collector that starts, restarts or recovers. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CollectorError, messageOf } from '../errors.ts';
import { toStoreError, withStoreErrors } from './connection.ts';

export interface Patience {
  /** How long to wait, in seconds; 0 = not at all. */
  readonly seconds: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What passes when the server is up; a wrong password or a missing database does not. */
const passing = new Set(['store_unreachable', 'store_gone', 'store_busy']);
const EVERY_MS = 1_000;
/** A store that goes away at every try is not mended by one more. */
const TIMES = 10;

/** Whether waiting may mend it, as `toStoreError` words it. */
export const isPassing = (error: unknown): error is CollectorError =>
  error instanceof CollectorError && passing.has(error.code);

/** @returns why the store does not answer; null = it does. @throws what waiting does not mend. */
async function refusal(url: string, timeoutMs: number): Promise<CollectorError | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'throughline wait',
    connectionTimeoutMillis: Math.max(1_000, Math.min(15_000, timeoutMs)),
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return null;
  } catch (cause) {
    const error = toStoreError(cause);
    if (isPassing(error)) {
      return error;
    }
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Returns once the store answers.
 * @throws CollectorError `store_unreachable`, `store_gone` or `store_busy` when the time is over; at once what waiting does not mend; the abort.
 */
export async function waitForStore(url: string, { seconds, say, signal }: Patience): Promise<void> {
  const began = Date.now();
  const left = (): number => began + seconds * 1_000 - Date.now();
  let hasWaited = false;
  for (;;) {
    signal.throwIfAborted();
    const error = await refusal(url, left());
    if (error === null) {
      if (hasWaited) {
        say(`The store answers, after ${String(Math.round((Date.now() - began) / 1_000))} s.`);
      }
      return;
    }
    if (left() <= 0) {
      throw error;
    }
    if (!hasWaited) {
      hasWaited = true;
      say(`The store is not ready; waiting for it, up to ${String(seconds)} s. ${messageOf(error)}`);
    }
    await sleep(EVERY_MS, undefined, { signal });
  }
}

/**
 * Runs `work`, and again each time the store went away meanwhile and came back within the patience: what it stored stays.
 * @param isCutOff Whether work that ended did so for want of the store. Default: never.
 * @throws CollectorError of waitForStore; what `work` throws, worded; the abort.
 */
export async function outlastingStore<T>(
  work: () => Promise<T>,
  given: { readonly url: string; readonly patience: Patience; readonly isCutOff?: (result: T) => boolean }
): Promise<T> {
  const { url, patience, isCutOff = () => false } = given;
  for (let time = 0; ; time++) {
    const isLast = time === TIMES;
    try {
      const result = await withStoreErrors(work);
      if (isLast || patience.signal.aborted || !isCutOff(result)) return result;
    } catch (error) {
      if (isLast || !isPassing(error)) throw error;
    }
    await waitForStore(url, patience);
  }
}
