/** Named SQL fragments: what several query files say alike stands once, and a line `-- @include name` stands for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Fragments that files may include. */
export interface Shelf {
  /** Texts by name: file name without `.sql`. */
  readonly fragments: ReadonlyMap<string, string>;
  /** Names that some file included. */
  readonly used: Set<string>;
}

const INCLUDE = /^([ \t]*)-- @include (.*?)[ \t]*$/gm;

/** A SQL file, the same on every machine. */
export const readSql = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');

/** The fragments of a folder, none of them used; there are none where there is no such folder. */
export function readShelf(folder: string): Shelf {
  const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.sql')) : [];
  const texts = names.map((name) => [path.basename(name, '.sql'), readSql(path.join(folder, name))] as const);
  return { fragments: new Map(texts), used: new Set() };
}

/**
 * The text of a file with fragments in place, each indented as the line that names it. A fragment may include others.
 * @throws Error naming the file and a fragment that is on none of the shelves, on two, or within itself.
 */
export function fillIn(file: string, text: string, shelves: readonly Shelf[]): string {
  const fill = (part: string, within: readonly string[]): string =>
    part.replace(INCLUDE, (_, indent: string, name: string) => {
      const [shelf, another] = shelves.filter(({ fragments }) => fragments.has(name));
      if (shelf === undefined) throw new Error(`${file}: there is no fragment "${name}"`);
      if (another !== undefined) throw new Error(`${file}: there are two fragments "${name}"`);
      if (within.includes(name)) throw new Error(`${file}: fragment "${name}" includes itself`);
      shelf.used.add(name);
      const lines = fill((shelf.fragments.get(name) ?? '').trimEnd(), [...within, name]);
      return lines.replace(/^(?=.)/gm, indent);
    });
  return fill(text, []);
}

/** @throws Error naming the folder and a fragment that no file includes. */
export function refuseUnused(folder: string, { fragments, used }: Shelf): void {
  const unused = [...fragments.keys()].find((name) => !used.has(name));
  if (unused !== undefined) throw new Error(`${folder}: no query includes the fragment "${unused}"; delete it`);
}
