/** Makes room: what was interrupted goes first, then the mirrors that were not used for longest. What is in use stays. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { holdFileLock } from '../../file-lock.ts';
import { updateCard } from './card.ts';
import { noRoom } from './faults.ts';
import { hold } from './hold.ts';
import { locksOf, type MirrorPlace, type Mirrors } from './mirrors.ts';
import { isGroupGone } from './remote.ts';
import { readSpace, type Space } from './space.ts';

/** Gives a folder a name that nobody reads, in one step: a process that is killed now leaves no half mirror. */
function setAside(folder: string, base: string): string {
  const trash = path.join(path.dirname(folder), `${base}.trash-${randomUUID()}`);
  renameSync(folder, trash);
  return trash;
}

/** Removes a folder of a fetch that did not come to its end. */
export async function dropPart(folder: string, { base }: MirrorPlace): Promise<void> {
  if (existsSync(folder)) await rm(setAside(folder, base), { recursive: true, force: true });
}

/** Removes a mirror unless somebody uses it. @returns whether it did. */
export async function evict(place: MirrorPlace): Promise<boolean> {
  const release = holdFileLock(place.useLock);
  if (release === null) return false;
  let trash: string;
  try {
    if (!existsSync(place.folder)) return false;
    trash = setAside(place.folder, place.base);
    updateCard(place, ({ evictions }) => ({ evictions: evictions + 1, evictedAt: new Date().toISOString() }));
  } finally {
    release();
  }
  await rm(trash, { recursive: true, force: true });
  return true;
}

/** A number is given to another process some day. */
const HOUR_MS = 3_600_000;

/** Waits for a git whose collector was killed: it may have a moment to live, and would write on. @returns whether it has ended */
export async function isQuiet(fetching: string, patienceMs: number): Promise<boolean> {
  const stat = statSync(fetching, { throwIfNoEntry: false });
  const pid = stat === undefined ? 0 : Number(readFileSync(fetching, 'utf8'));
  if (stat === undefined || !(pid > 1) || Date.now() - stat.mtimeMs > HOUR_MS) return true;
  for (const until = Date.now() + patienceMs; !isGroupGone(pid); await pause(50)) {
    if (Date.now() > until) return false;
  }
  return true;
}

/** Removes what processes left that were killed: nobody holds the fetch that a part belongs to, and nobody needs what is on its way out. */
export async function sweep({ parts, trash }: Pick<Space, 'parts' | 'trash'>): Promise<void> {
  for (const folder of trash) await rm(folder, { recursive: true, force: true });
  for (const part of parts) {
    const release = holdFileLock(part.place.fetchLock);
    if (release === null) continue;
    try {
      await dropQuiet(part);
    } finally {
      release();
    }
  }
}

async function dropQuiet({ folder, place }: Space['parts'][number]): Promise<void> {
  if (await isQuiet(path.join(folder, path.basename(place.fetching)), 3_000)) await dropPart(folder, place);
}

/** The same for one mirror, by whoever holds its fetch lock. */
export async function sweepOwn(mirrors: Mirrors, { base }: MirrorPlace): Promise<void> {
  const { parts } = await readSpace(mirrors);
  for (const part of parts.filter(({ place }) => place.base === base)) await dropQuiet(part);
}

export interface RoomRequest {
  readonly mirrors: Mirrors;
  readonly url: string;
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * Evicts until `needed` bytes are free within the limit.
 * @returns bytes that lack all the same, because what is there is in use; 0 = there is room.
 */
export async function tryRoom({ mirrors, signal }: RoomRequest, needed: number): Promise<number> {
  const most = mirrors.maxBytes - needed;
  if ((await readSpace(mirrors)).bytes <= most) return 0;
  const release = await hold(path.join(locksOf(mirrors), 'space'), signal);
  try {
    await sweep(await readSpace(mirrors));
    const space = await readSpace(mirrors);
    let { bytes } = space;
    for (const one of space.mirrors) {
      if (bytes <= most) break;
      if (await evict(one.place)) bytes -= one.bytes;
    }
    return Math.max(0, bytes - most);
  } finally {
    release();
  }
}

const LOOK_MS = 250;

/** Waits for room. @throws CollectorError `mirrors_full` when what is there stays in use. */
export async function makeRoom(
  request: RoomRequest,
  { needed, onWait }: { readonly needed: number; readonly onWait: () => void }
): Promise<void> {
  const { mirrors, signal } = request;
  const until = Date.now() + (mirrors.patienceMs ?? 300_000);
  for (;;) {
    const lacking = await tryRoom(request, needed);
    if (lacking === 0) return;
    if (Date.now() >= until) throw noRoom(request, { needed, used: mirrors.maxBytes - needed + lacking });
    onWait();
    await pause(LOOK_MS, undefined, { signal });
  }
}
