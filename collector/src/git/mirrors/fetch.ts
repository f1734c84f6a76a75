/** Fetches a remote into its mirror while watching how much room that takes. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Told } from '../../terminal/progress.ts';
import { sourceOf } from '../url.ts';
import { readCard, updateCard } from './card.ts';
import { tooLarge } from './faults.ts';
import { digestOf, type Looked, type RemoteRequest } from './look.ts';
import type { MirrorPlace } from './mirrors.ts';
import { runRemote } from './remote.ts';
import { dropPart, isQuiet, makeRoom, tryRoom } from './room.ts';
import { folderBytes, readSpace } from './space.ts';

export interface FetchRequest extends RemoteRequest {
  readonly place: MirrorPlace;
  readonly looked: Looked;
  readonly onProgress: (told: Told) => void;
}

const WATCH_MS = 100;
/** Between two looks at the disk so much may come. */
const MARGIN_BYTES = 64e6;
/** Why a fetch was stopped from here. */
const GROWN = 'throughline: it takes more room than there is';

const waiting = (request: FetchRequest) => (): void =>
  request.onProgress({ done: 0, total: null, unit: 'waiting for room among the mirrors' });

/** Room that a first fetch is given before it begins: as much as its source told, or as others took, on average. */
async function guess({ mirrors, place, told }: FetchRequest): Promise<number> {
  const known = readCard(place).bytes ?? told?.bytes ?? null;
  if (known !== null) return Math.min(known, mirrors.maxBytes);
  const { mirrors: all, bytes } = await readSpace(mirrors);
  const mean = all.length === 0 ? 0 : bytes / all.length;
  return Math.min(Math.max(mean, mirrors.maxBytes / 20), mirrors.maxBytes / 2);
}

/** Looks at the disk until the fetch ends, evicts in time, and stops a fetch for which there is no room. */
async function watch(request: FetchRequest, folder: string, stop: AbortController): Promise<void> {
  const { mirrors, signal, onProgress } = request;
  const before = folder === request.place.folder ? await folderBytes(folder) : 0;
  const margin = Math.min(MARGIN_BYTES, mirrors.maxBytes / 20);
  while (!stop.signal.aborted && !signal.aborted) {
    const began = performance.now();
    const own = await folderBytes(folder);
    if (own > before) onProgress({ done: Math.round((own - before) / 1e5) / 10, total: null, unit: 'MB fetched' });
    if (own > mirrors.maxBytes || (await tryRoom(request, Math.min(margin, mirrors.maxBytes - own))) > 0)
      stop.abort(GROWN);
    // Of a thousand mirrors the look itself takes a while.
    const breath = Math.max(WATCH_MS, 3 * (performance.now() - began));
    await pause(breath, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** Files that a git which was killed leaves; the next one would stop at them, or they would lie there for ever. */
async function clean({ folder, fetching }: MirrorPlace): Promise<void> {
  await isQuiet(fetching, 10_000);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.lock$|(^|[\\/])(\.tmp-|tmp_)[^\\/]*$/.test(name)) rmSync(path.join(folder, name), { force: true });
  }
  rmSync(fetching, { force: true });
}

/** Branches, tags and notes; the thousands of request refs that `clone --mirror` takes along are nobody's history. */
async function fetchInto(request: FetchRequest, folder: string, signal: AbortSignal): Promise<void> {
  const { place, looked, url } = request;
  const remote = { source: await sourceOf(url), signal };
  const head = looked.head === null ? [] : [`--initial-branch=${looked.head}`];
  if (!existsSync(path.join(folder, 'HEAD'))) {
    await runRemote(remote, { folder, args: ['init', '--quiet', '--bare', '--template=', ...head, folder] });
  } else if (
    looked.head !== null &&
    readFileSync(path.join(folder, 'HEAD'), 'utf8').trim() !== `ref: refs/heads/${looked.head}`
  ) {
    await runRemote(remote, { folder, args: ['symbolic-ref', 'HEAD', `refs/heads/${looked.head}`] });
  }
  const notes = looked.notes.map((ref) => `+${ref}:${ref}`);
  const options = ['--prune', '--no-tags', '--no-recurse-submodules', '--progress', '--no-write-fetch-head'];
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...notes];
  const onStart = (pid: number): void => writeFileSync(path.join(folder, path.basename(place.fetching)), String(pid));
  await runRemote(remote, { folder, args: ['fetch', ...options, 'origin', ...refs], onStart });
}

/** One attempt. @returns bytes that had come when there was no room for more; null = it is complete. */
async function attempt(request: FetchRequest, folder: string): Promise<number | null> {
  const stop = new AbortController();
  const watching = watch(request, folder, stop).catch((error: unknown) => stop.abort(error));
  try {
    await fetchInto(request, folder, AbortSignal.any([request.signal, stop.signal]));
    return null;
  } catch (error) {
    const { aborted } = stop.signal;
    const reason: unknown = stop.signal.reason;
    if (aborted && reason !== GROWN) throw reason;
    if (!aborted) throw error;
    return await folderBytes(folder);
  } finally {
    stop.abort();
    await watching;
  }
}

/** @throws CollectorError `mirror_too_large` */
function refuse(request: FetchRequest, bytes: number): never {
  const { place, mirrors } = request;
  updateCard(place, () => ({ tooLarge: { limit: mirrors.maxBytes, bytes, at: new Date().toISOString() } }));
  throw tooLarge(request, bytes);
}

/** Fetches until it is complete: a fetch that found no room begins again when there is more. */
async function fetchWhole(request: FetchRequest, folder: string): Promise<void> {
  const { mirrors, place } = request;
  const isNew = folder !== place.folder;
  for (let needed = isNew ? await guess(request) : 0; ;) {
    await makeRoom(request, { needed, onWait: waiting(request) });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!isNew) await clean(place);
    const came = await attempt(request, folder);
    if (came === null) return;
    if (isNew) await dropPart(folder, place);
    else await clean(place);
    // With all room to itself it did not fit.
    if (came > mirrors.maxBytes || needed >= mirrors.maxBytes) refuse(request, came);
    needed = Math.min(mirrors.maxBytes, Math.max(2 * came, needed));
  }
}

/**
 * Brings a mirror up to date, or makes it. The caller holds its fetch lock, a slot and its use lock (shared).
 * @throws CollectorError `mirror_too_large`, `mirrors_full`; Error with git's reason
 */
export async function fetchMirror(request: FetchRequest): Promise<void> {
  const { mirrors, place, looked, notesRef, signal } = request;
  const isThere = existsSync(path.join(place.folder, 'HEAD'));
  const folder = isThere ? place.folder : path.join(mirrors.folder, `${place.base}.part-${randomUUID()}`);
  try {
    await fetchWhole(request, folder);
    const args = ['for-each-ref', '--format=%(objectname)%09%(refname)'];
    const refs = await runRemote({ source: folder, signal }, { folder, args });
    const ofNothing = digestOf('', { notesRef, head: looked.head });
    if (refs === '' && looked.digest !== ofNothing) throw new Error('git took none of its branches: is it shallow?');
    rmSync(path.join(folder, path.basename(place.fetching)), { force: true });
    await writeFile(path.join(folder, path.basename(place.marker)), '');
    const bytes = await folderBytes(folder);
    if (bytes > mirrors.maxBytes) refuse(request, bytes);
    if (!isThere) renameSync(folder, place.folder);
    const digest = digestOf(refs, { notesRef, head: looked.head });
    updateCard(place, ({ fetches }) => ({ fetched: digest, fetchedAt: new Date().toISOString(), bytes, fetches: fetches + 1, tooLarge: null })); // prettier-ignore
  } finally {
    if (!isThere) await dropPart(folder, place);
  }
  await tryRoom(request, 0);
}
