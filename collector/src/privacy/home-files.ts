/** Files of the home that may name somebody: ours, written in the open. The database's own files and git's objects are not among them. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cleanBody } from './texts.ts';
import type { IsErased } from './tombstones.ts';

/** Larger ones are no book of ours. */
const MOST_BYTES = 16 << 20;
/** Of a mirror what git itself keeps; of the embedded server its data. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'objects',
  'refs',
  'logs',
  'hooks',
  'info',
  'data',
  'postgres',
  'pgdata',
  'packed-refs',
  'FETCH_HEAD',
  'HEAD',
]);

function* filesOf(folder: string): Generator<string> {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names.filter((one) => !NOT_OURS.has(one))) {
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) yield* filesOf(file);
    else if (stat?.isFile() === true && stat.size <= MOST_BYTES) yield file;
  }
}

/** Takes somebody out of the files below a home. Doing it again changes nothing. @returns the files that were changed. */
export function cleanFiles(home: string, isErased: IsErased): string[] {
  return [...filesOf(home)].filter((file) => {
    const text = readFileSync(file, 'utf8');
    // What is no text is not written anew.
    if (text.includes('\0') || text.includes('\ufffd')) return false;
    const clean = cleanBody(text, isErased);
    if (clean === text) return false;
    writeFileSync(file, clean);
    return true;
  });
}
