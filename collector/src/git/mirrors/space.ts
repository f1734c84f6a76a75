/** How much room mirrors take, as it is on the disk: complete ones, half-fetched ones and what is being removed. */
import { existsSync, type Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { placeOfBase, type MirrorPlace, type Mirrors } from './mirrors.ts';

const nothing = (error: unknown): null => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
};

/** Bytes that a folder and all below it take on the disk; what vanishes meanwhile takes none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries: Dirent[] = (await readdir(folder, { withFileTypes: true }).catch(nothing)) ?? [];
  let bytes = 0;
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    const found = await lstat(at).catch(nothing);
    bytes += found === null ? 0 : found.blocks === undefined ? found.size : found.blocks * 512;
    if (entry.isDirectory()) bytes += await folderBytes(at);
  }
  return bytes;
}

export interface Taken {
  readonly place: MirrorPlace;
  readonly bytes: number;
  readonly usedAt: Date;
}

/** What lies in the folder of the mirrors. */
export interface Space {
  /** Bytes of all of it. */
  readonly bytes: number;
  /** Mirrors, the least recently used first. */
  readonly mirrors: readonly Taken[];
  /** Folders of fetches that are under way or were interrupted. */
  readonly parts: readonly { readonly folder: string; readonly place: MirrorPlace; readonly bytes: number }[];
  /** Folders that are on their way out. */
  readonly trash: readonly string[];
}

/** Sizes of mirrors that nobody has fetched into since, by folder. */
const measured = new Map<string, { readonly stamp: string; readonly bytes: number }>();

async function mirrorBytes({ folder, marker, fetching }: MirrorPlace): Promise<number> {
  const fetched = await stat(marker).catch(nothing);
  const stamp = fetched === null || existsSync(fetching) ? '' : `${String(fetched.ino)} ${String(fetched.mtimeMs)}`;
  const known = measured.get(folder);
  if (stamp !== '' && known?.stamp === stamp) return known.bytes;
  const bytes = await folderBytes(folder);
  measured.set(folder, { stamp, bytes });
  return bytes;
}

export async function readSpace(mirrors: Mirrors): Promise<Space> {
  const names: string[] = (await readdir(mirrors.folder).catch(nothing)) ?? [];
  const taken: Taken[] = [];
  const parts: Space['parts'][number][] = [];
  const trash: string[] = [];
  let bytes = 0;
  for (const name of names) {
    const folder = path.join(mirrors.folder, name);
    const [, base = '', kind = ''] = /^(.*)\.(git|part-[\w-]+|trash-[\w-]+)$/.exec(name) ?? [];
    if (kind === '') continue;
    const place = placeOfBase(mirrors, base);
    const size = kind === 'git' ? await mirrorBytes(place) : await folderBytes(folder);
    bytes += size;
    if (kind === 'git') {
      const used = (await stat(place.used).catch(nothing)) ?? (await stat(place.marker).catch(nothing));
      taken.push({ place, bytes: size, usedAt: used?.mtime ?? new Date(0) });
    } else if (kind.startsWith('part')) parts.push({ folder, place, bytes: size });
    else trash.push(folder);
  }
  taken.sort((a, b) => a.usedAt.getTime() - b.usedAt.getTime());
  return { bytes, mirrors: taken, parts, trash };
}
