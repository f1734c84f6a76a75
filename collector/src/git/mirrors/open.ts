/** Opens the mirror of a remote for reading: made at first use, fetched when the remote has something else, again when it was evicted. */
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import type { Told } from '../../terminal/progress.ts';
import { checkUrl } from '../url.ts';
import { readCard } from './card.ts';
import { tooLarge, unreachable } from './faults.ts';
import { fetchMirror } from './fetch.ts';
import { hold, holdShared, holdSlot, type Release } from './hold.ts';
import { lookAtRemote, type Looked, type RemoteRequest } from './look.ts';
import { locksOf, placeOf, type MirrorPlace } from './mirrors.ts';
import { evict, sweep, sweepOwn } from './room.ts';
import { readSpace } from './space.ts';

export interface MirrorRequest extends RemoteRequest {
  /** Fetch what the remote has by now; a mirror that is not there is fetched anyhow. */
  readonly isFetching: boolean;
  /** What the remote has, where it was asked just now. */
  readonly looked?: Looked | undefined;
  readonly onProgress?: ((told: Told) => void) | undefined;
}

export interface OpenMirror {
  readonly folder: string;
  /** When the remote was last looked at. */
  readonly observedAt: Date;
  /** Until then nobody removes it. */
  readonly close: Release;
}

/** So long a repository that was too large is not tried again under the same limit. */
const TOO_LARGE_MS = 7 * 86_400_000;

/** @throws CollectorError `mirror_too_large` */
function checkSize(request: MirrorRequest, place: MirrorPlace): void {
  const { tooLarge: known } = readCard(place);
  if (known === null || request.mirrors.maxBytes > known.limit) return;
  if (Date.now() - Date.parse(known.at) < TOO_LARGE_MS) throw tooLarge(request, known.bytes);
}

function touch({ folder, used }: MirrorPlace): void {
  const now = new Date();
  try {
    utimesSync(used, now, now);
  } catch {
    if (existsSync(folder)) writeFileSync(used, '');
  }
}

const swept = new Set<string>();

/** What earlier processes left is removed at the first fetch. */
async function sweepOnce(mirrors: MirrorRequest['mirrors']): Promise<void> {
  if (swept.has(mirrors.folder)) return;
  swept.add(mirrors.folder);
  await sweep(await readSpace(mirrors));
}

/** Fetches unless it is as the remote has it. */
async function bringUp(request: MirrorRequest, place: MirrorPlace): Promise<void> {
  const { mirrors, isFetching, signal, onProgress = () => undefined } = request;
  const isCurrent = (looked: Looked | undefined): boolean =>
    existsSync(place.marker) && (!isFetching || readCard(place).fetched === looked?.digest);
  if (isCurrent(undefined)) return;
  checkSize(request, place);
  const looked = request.looked ?? (await lookAtRemote(request));
  if (isCurrent(looked)) return;
  const waiting = (): void => onProgress({ done: 0, total: null, unit: 'waiting for other fetches' });
  const release = await hold(place.fetchLock, signal, waiting);
  try {
    if (isCurrent(looked)) return;
    const slot = await holdSlot(mirrors, signal, waiting);
    try {
      await sweepOnce(mirrors);
      await sweepOwn(mirrors, place);
      await fetchMirror({ ...request, place, looked, onProgress });
    } finally {
      slot();
    }
  } finally {
    release();
  }
}

/**
 * The mirror of a remote, which stays until it is closed.
 * @throws CollectorError `git_url`, `git_unreachable`, `disk_full`, `mirror_too_large`, `mirrors_full`
 */
export async function openMirror(request: MirrorRequest): Promise<OpenMirror> {
  const { mirrors, signal } = request;
  checkUrl(request.url);
  locksOf(mirrors);
  const place = placeOf(mirrors, request);
  const release = await holdShared(place.useLock, signal);
  try {
    await bringUp(request, place);
    touch(place);
    const { lookedAt } = readCard(place);
    const close = (): void => {
      touch(place);
      release();
    };
    return { folder: place.folder, observedAt: new Date(lookedAt ?? Date.now()), close };
  } catch (cause) {
    release();
    if (readCard(place).tooLarge !== null) await evict(place);
    signal.throwIfAborted();
    throw unreachable(request, cause as Error);
  }
}
