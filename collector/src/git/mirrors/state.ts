/** What `throughline status` says of mirrors. */
import { existsSync, readdirSync } from 'node:fs';
import { holdFileLock } from '../../file-lock.ts';
import { readCard } from './card.ts';
import { placeOfBase, type Mirrors } from './mirrors.ts';
import { readSpace } from './space.ts';

export interface MirrorsState {
  readonly used_bytes: number;
  readonly max_bytes: number;
  /** Mirrors that are there. */
  readonly mirrors: number;
  /** Fetches under way, and their bytes so far. */
  readonly fetching: number;
  readonly fetching_bytes: number;
  /** Folders that killed processes left; the next fetch removes them. */
  readonly interrupted: number;
  readonly fetches: number;
  readonly evictions: number;
  /** Mirrors that are not there any more, the latest first; they are fetched when they are needed. */
  readonly evicted: readonly { readonly name: string; readonly bytes: number | null; readonly at: string }[];
  readonly too_large: readonly { readonly name: string; readonly bytes: number; readonly at: string }[];
}

function isFree(file: string): boolean {
  if (!existsSync(file)) return true;
  const release = holdFileLock(file);
  release?.();
  return release !== null;
}

/** Null = there never was a mirror here. */
export async function mirrorsState(mirrors: Mirrors): Promise<MirrorsState | null> {
  if (!existsSync(mirrors.folder)) return null;
  const bases = readdirSync(mirrors.folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
  const places = bases.map((base) => placeOfBase(mirrors, base));
  const cards = places.map((place) => ({ ...readCard(place), isThere: existsSync(place.folder), base: place.base }));
  const space = await readSpace(mirrors);
  if (cards.length === 0 && space.bytes === 0) return null;
  const live = space.parts.filter(({ place }) => !isFree(place.fetchLock));
  const evicted = cards
    .filter(({ isThere, evictedAt, tooLarge }) => !isThere && evictedAt !== null && tooLarge === null)
    .map(({ name, base, bytes, evictedAt }) => ({ name: name || base, bytes, at: evictedAt ?? '' }))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    used_bytes: space.bytes,
    max_bytes: mirrors.maxBytes,
    mirrors: space.mirrors.length,
    fetching: live.length,
    fetching_bytes: live.reduce((sum, { bytes }) => sum + bytes, 0),
    interrupted: space.parts.length - live.length + space.trash.length,
    fetches: cards.reduce((sum, { fetches }) => sum + fetches, 0),
    evictions: cards.reduce((sum, { evictions }) => sum + evictions, 0),
    evicted,
    too_large: cards.flatMap(({ name, base, tooLarge }) =>
      tooLarge === null ? [] : [{ name: name || base, bytes: tooLarge.bytes, at: tooLarge.at }]
    ),
  };
}
