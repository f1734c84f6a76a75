/** Locks of mirrors: files that the operating system locks, so that a process that was killed holds none. */
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { holdFileLock, holdFileLockShared } from '../../file-lock.ts';
import { locksOf, type Mirrors } from './mirrors.ts';

/** Lets a lock go; a second time does nothing. */
export type Release = () => void;

const AGAIN_MS = 50;

/** Waits until `take` gives something. @param onWait Called at every look after the first. */
async function until<T>(take: () => T | null, signal: AbortSignal, onWait?: () => void): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const taken = take();
    if (taken !== null) return taken;
    onWait?.();
    await pause(AGAIN_MS, undefined, { signal });
  }
}

function once(release: Release): Release {
  let isHeld = true;
  return () => {
    if (isHeld) release();
    isHeld = false;
  };
}

export const holdShared = async (file: string, signal: AbortSignal): Promise<Release> =>
  once(await until(() => holdFileLockShared(file), signal));

export const hold = async (file: string, signal: AbortSignal, onWait?: () => void): Promise<Release> =>
  once(await until(() => holdFileLock(file), signal, onWait));

/** One of the fetches that may run at a time. */
export async function holdSlot(mirrors: Mirrors, signal: AbortSignal, onWait: () => void): Promise<Release> {
  const files = Array.from({ length: mirrors.fetches }, (_, at) =>
    path.join(locksOf(mirrors), `fetch-${String(at + 1)}`)
  );
  const first = (): Release | null => {
    for (const file of files) {
      const release = holdFileLock(file);
      if (release !== null) return release;
    }
    return null;
  };
  return once(await until(first, signal, onWait));
}
