import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollectorError } from './errors.ts';

/** A transaction that has read something keeps others from writing for as long as it is open. */
const SHARED = 'begin; select count(*) from sqlite_master';

interface LockOptions {
  /** Give up after this many milliseconds. Default 60,000: a first start on a slow disk takes a few seconds. */
  readonly timeoutMs?: number;
}

function lockError(file: string, message: string, cause: unknown): unknown {
  if (/disk is full/i.test(message)) {
    return new CollectorError({
      code: 'disk_full',
      message: `The disk of ${file} is full. Free some space.`,
      fault: 'config',
      cause,
    });
  }
  if (/not a database|malformed/i.test(message)) {
    return new CollectorError({
      code: 'lock_damaged',
      message: `${file} is damaged: it is no lock file of Throughline. Remove it (it holds nothing) and start again.`,
      fault: 'config',
      cause,
    });
  }
  return cause;
}

/**
 * SQLite locks files by the operating system: a killed process loses its lock at once, so there is never a stale one.
 * @throws CollectorError `disk_full`, `lock_damaged`.
 */
function tryLock(file: string, begin: 'begin exclusive' | typeof SHARED = 'begin exclusive'): DatabaseSync | null {
  const database = new DatabaseSync(file);
  try {
    database.exec('pragma busy_timeout = 0; pragma journal_mode = off');
    // An empty file would be written to by each lock; one with a header is not, and can be locked on a full disk to stop the server.
    if (database.prepare('pragma user_version').get()?.user_version === 0) {
      database.exec('pragma user_version = 1');
    }
    database.exec(begin);
    return database;
  } catch (cause) {
    database.close();
    const { message } = cause as Error;
    if (/locked|busy/i.test(message)) {
      return null;
    }
    throw lockError(file, message, cause);
  }
}

/**
 * Holds an exclusive lock on `file` among all processes of this machine until it is released or the process ends.
 * @returns how to release it; null = another process holds it.
 */
export function holdFileLock(file: string): (() => void) | null {
  const lock = tryLock(file);
  return lock === null ? null : () => lock.close();
}

/**
 * As `holdFileLock`, but any number of processes may hold it so together; nobody can hold it exclusively meanwhile.
 * @returns how to release it; null = another process holds it exclusively.
 */
export function holdFileLockShared(file: string): (() => void) | null {
  const lock = tryLock(file, SHARED);
  return lock === null ? null : () => lock.close();
}

/**
 * Runs `work` while holding an exclusive lock on `file` among all processes of this machine.
 * @throws CollectorError `lock_timeout` when another process holds it too long.
 */
export async function withFileLock<T>(
  file: string,
  work: () => Promise<T>,
  { timeoutMs = 60_000 }: LockOptions = {}
): Promise<T> {
  const until = Date.now() + timeoutMs;
  let lock = tryLock(file);
  while (!lock) {
    if (Date.now() > until) {
      throw new CollectorError({
        code: 'lock_timeout',
        message: `Another process has held ${file} for more than ${String(timeoutMs / 1000)} s. End the other Throughline process and try again.`,
        fault: 'config',
        retryable: true,
      });
    }
    await sleep(25);
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}
