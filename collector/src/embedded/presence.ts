/** Who has the embedded store open, by a lock that the system takes back from a process however it ends, and what waits for a crashed server. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollectorError } from '../errors.ts';
import { holdFileLock, holdFileLockShared } from '../file-lock.ts';

/** A server that replays its log after a crash takes no connection; with our settings (max_wal_size) that is seconds, on a slow disk a minute. */
const RECOVERY_LIMIT_MS = 120_000;

/** Whether the server ended this connection, or takes none just now, because a backend crashed or it is starting or stopping. */
function isRecovering(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code) ||
    /connection terminated|connection error|not queryable/i.test(message)
  );
}

/** Tries again while the server recovers from a crash. @throws what `work` throws for any other reason, or after the limit. */
export async function whenRecovered<T>(work: () => Promise<T>, limitMs = RECOVERY_LIMIT_MS): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRecovering(error) || Date.now() > until) {
        throw error;
      }
      await sleep(50);
    }
  }
}

/**
 * Says that this process has the store of `folder` open; readers (Grafana) do not. Call it, and what it returns, under the folder's lock.
 * A connection to the server would say so too, but each crash of a backend ends all of them, and who is slow to come back is not seen.
 * @returns Ends that, and says whether no other process has the store open.
 * @throws CollectorError `lock_timeout` when a process leaves without the folder's lock at the same moment.
 */
export function holdPresence(folder: string): () => boolean {
  const file = path.join(folder, 'users.lock');
  const release = holdFileLockShared(file);
  if (release === null) {
    throw new CollectorError({
      code: 'lock_timeout',
      message: `Another process is just leaving the store in ${folder}. Try again.`,
      fault: 'config',
      retryable: true,
    });
  }
  return () => {
    release();
    // Where somebody has removed the folder there is nobody left to ask.
    const releaseAll = existsSync(folder) ? holdFileLock(file) : () => undefined;
    releaseAll?.();
    return releaseAll !== null;
  };
}
