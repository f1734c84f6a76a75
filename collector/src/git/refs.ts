/** Reads the names of a repository from its files, as git does: loose ones win over packed ones. */
import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { LifetimeError } from './errors.ts';
import { irregular, readRegular } from './regular-file.ts';

/** Names as latin1 text: they are bytes. */
export interface Refs {
  /** `ref: refs/heads/main` or an object's name; null = none. */
  readonly head: string | null;
  /** Ref → object. */
  readonly direct: ReadonlyMap<string, string>;
  /** Ref → ref that it stands for. */
  readonly symbolic: ReadonlyMap<string, string>;
}

const MAX_PACKED_BYTES = 256 << 20;
const MAX_LOOSE_BYTES = 8 << 10;
const MAX_DEPTH = 64;
const MAX_LOOSE = 1_000_000;
/** Replacements would change what a commit says; the others belong to one working tree's unfinished work. */
const LEFT_OUT = /^refs\/(replace|bisect|worktree|rewritten)\//;

/** What `git check-ref-format` allows below refs/. */
export function isRefName(name: string): boolean {
  return (
    name.startsWith('refs/') &&
    name.length < 4096 &&
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(name)
  );
}

const isObject = (text: string, hexLength: number): boolean =>
  text.length === hexLength && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text);

function readPacked(commonDir: string, hexLength: number): Map<string, string> {
  const direct = new Map<string, string>();
  const bytes = readRegular(path.join(commonDir, 'packed-refs'), MAX_PACKED_BYTES);
  for (let at = 0; bytes !== null && at < bytes.length;) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.toString('latin1', at, Math.min(end, at + 8192));
    const name = line.slice(hexLength + 1);
    if (isObject(line.slice(0, hexLength), hexLength) && line[hexLength] === ' ' && isRefName(name)) {
      direct.set(name, line.slice(0, hexLength));
    }
    at = end + 1;
  }
  return direct;
}

interface Loose {
  readonly name: string;
  /** `ref: …` or an object's name. */
  readonly content: string;
}

/** Every file below `refs/`; a link that is no ref is left out. @throws LifetimeError `git_irregular` */
async function readLoose(commonDir: string): Promise<Loose[]> {
  const loose: Loose[] = [];
  const open: { name: string; depth: number }[] = [{ name: 'refs', depth: 0 }];
  let count = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const at = Buffer.from(path.join(commonDir, ''), 'utf8');
    const where = Buffer.concat([at, Buffer.from(`/${folder.name}`, 'latin1')]);
    for (const entry of readdirSync(where, { withFileTypes: true, encoding: 'buffer' })) {
      const name = `${folder.name}/${entry.name.toString('latin1')}`;
      const file = Buffer.concat([at, Buffer.from(`/${name}`, 'latin1')]);
      if (++count > MAX_LOOSE) throw tooMany(commonDir);
      if (entry.isDirectory() && folder.depth < MAX_DEPTH) open.push({ name, depth: folder.depth + 1 });
      else if (!isRefName(name)) continue;
      else if (entry.isSymbolicLink()) loose.push({ name, content: `ref: ${readlinkSync(file, 'latin1')}` });
      else if (entry.isFile()) loose.push({ name, content: contentOf(file) });
      if (count % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return loose;
}

const contentOf = (file: Buffer | string): string =>
  (readRegular(file as string, MAX_LOOSE_BYTES) ?? Buffer.alloc(0)).toString('latin1').trim();

const tooMany = (commonDir: string): LifetimeError =>
  irregular(path.join(commonDir, 'refs'), `has more than ${MAX_LOOSE.toLocaleString('en')} files`);

/** @throws LifetimeError `git_irregular` */
export async function readRefs(
  { gitDir, commonDir }: { readonly gitDir: string; readonly commonDir: string },
  hexLength: number
): Promise<Refs> {
  const direct = readPacked(commonDir, hexLength);
  const symbolic = new Map<string, string>();
  for (const { name, content } of await readLoose(commonDir)) {
    const target = /^ref:\s*(\S+)$/.exec(content)?.[1];
    if (target !== undefined && isRefName(target)) {
      symbolic.set(name, target);
      direct.delete(name);
    } else if (isObject(content.slice(0, hexLength), hexLength)) direct.set(name, content.slice(0, hexLength));
  }
  for (const name of [...direct.keys(), ...symbolic.keys()]) {
    if (LEFT_OUT.test(name)) {
      direct.delete(name);
      symbolic.delete(name);
    }
  }
  return { head: headOf(path.join(gitDir, 'HEAD'), hexLength), direct, symbolic };
}

function headOf(file: string, hexLength: number): string | null {
  const content = contentOf(file);
  const target = /^ref:\s*(\S+)$/.exec(content)?.[1];
  if (target !== undefined) return isRefName(target) ? `ref: ${target}` : null;
  return isObject(content.slice(0, hexLength), hexLength) ? content.slice(0, hexLength) : null;
}
