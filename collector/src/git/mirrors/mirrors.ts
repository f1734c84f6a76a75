/** Where our own bare mirrors of remotes are, how much room they have, and what their files are called. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { withoutCredentials } from '../url.ts';

/** All mirrors of one folder; any number of processes share it. */
export interface Mirrors {
  readonly folder: string;
  /** Bytes that all of them may take together, half-fetched ones included. */
  readonly maxBytes: number;
  /** Fetches at a time, over all processes. */
  readonly fetches: number;
  /** How long a fetch waits for room that others use. Default: five minutes. */
  readonly patienceMs?: number;
}

/** Mirrors below a folder, as `mirrors` of the configuration bounds them. */
export const mirrorsAt = (
  folder: string,
  { max, fetches }: { readonly max: number; readonly fetches: number }
): Mirrors => ({
  folder,
  maxBytes: max,
  fetches,
});

/** The files of one mirror. */
export interface MirrorPlace {
  /** What its files begin with. */
  readonly base: string;
  readonly folder: string;
  /** Is there once the folder holds all that was fetched. */
  readonly marker: string;
  /** Its time is that of the last use. */
  readonly used: string;
  /** Holds the process id of a git that changes the folder. */
  readonly fetching: string;
  /** What is known of it, also when the folder is gone. */
  readonly card: string;
  /** Held shared while it is read or fetched, exclusively while it is evicted. */
  readonly useLock: string;
  /** Held while it is fetched. */
  readonly fetchLock: string;
}

/** Folder for locks; made at first use. */
export function locksOf({ folder }: Pick<Mirrors, 'folder'>): string {
  const locks = path.join(folder, 'locks');
  if (!existsSync(locks)) mkdirSync(locks, { recursive: true, mode: 0o700 });
  return locks;
}

export function placeOfBase(mirrors: Mirrors, base: string): MirrorPlace {
  const folder = path.join(mirrors.folder, `${base}.git`);
  const locks = path.join(mirrors.folder, 'locks');
  return {
    base,
    folder,
    marker: path.join(folder, 'throughline-fetched'),
    used: path.join(folder, 'throughline-used'),
    fetching: path.join(folder, 'throughline-fetching'),
    card: path.join(mirrors.folder, `${base}.json`),
    useLock: path.join(locks, `${base}.use`),
    fetchLock: path.join(locks, `${base}.fetch`),
  };
}

/** Names of files end at 255 bytes, with `.fetch` and a digest behind; a forge takes longer ones. */
const NAME_LENGTH = 120;

/** The place of a remote. @param name What its files begin with, for people. */
export function placeOf(mirrors: Mirrors, { url, name }: { readonly url: string; readonly name: string }): MirrorPlace {
  const digest = createHash('sha256').update(withoutCredentials(url)).digest('hex').slice(0, 8);
  return placeOfBase(mirrors, `${name.replace(/[^\w.-]+/g, '-').slice(0, NAME_LENGTH)}-${digest}`);
}
