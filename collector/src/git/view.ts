/**
 * A git directory of our own over the objects of a repository. git reads this one: no configuration, attribute, hook, graft, replacement,
 * alternate or cached graph of the repository itself is ever looked at, and nothing of it can be written.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Place } from './locate.ts';
import { readRefs, type Refs } from './refs.ts';
import { irregular, readRegular } from './regular-file.ts';
import type { RepositorySettings } from './settings.ts';

export interface View {
  readonly gitDir: string;
  /** Boundary commits of a shallow clone, sorted. */
  readonly boundary: readonly string[];
}

const PREFIX = 'throughline-view-';
const HOUR_MS = 3_600_000;
const MAX_SHALLOW_BYTES = 64 << 20;
const MAX_REFTABLE_BYTES = 256 << 20;
const NO_BRANCH = 'ref: refs/heads/throughline-none';

let base: string | null = null;

/** Whether no process has this number. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Removes folders of processes that were killed: an hour old, since a process that begins has its folder before others know it. */
export function sweepViews(isOver = (pid: number, ageMs: number): boolean => ageMs >= HOUR_MS && isGone(pid)): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    const folder = path.join(tmpdir(), name);
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined || stat.uid !== process.getuid?.()) continue;
    const pid = Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0] ?? 1);
    if (isOver(pid, Date.now() - stat.mtimeMs)) rmSync(folder, { recursive: true, force: true });
  }
}

/** Folder of this process (mode 0700), removed when it ends. */
function baseFolder(): string {
  if (base !== null && existsSync(base)) return base;
  sweepViews();
  const made = mkdtempSync(path.join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  return (base = made);
}

/** @throws LifetimeError `git_irregular` for a pipe, device or link where git keeps a file */
function checkFiles(folder: string): void {
  if (!existsSync(folder)) return;
  const odd = readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd) throw irregular(path.join(folder, odd.name), 'is no regular file');
}

const FAN_OUT = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Packs and loose objects by link, so that what is packed anew meanwhile is found; `info/` is ours and stays empty. */
function linkObjects(view: string, objects: string): void {
  mkdirSync(path.join(view, 'objects', 'info'), { recursive: true });
  for (const part of ['pack', ...FAN_OUT]) {
    symlinkSync(path.join(objects, part), path.join(view, 'objects', part), 'junction');
  }
}

function checkObjects(objects: string): void {
  for (const entry of readdirSync(objects, { withFileTypes: true })) {
    if (!/^(pack|[0-9a-f]{2})$/.test(entry.name)) continue;
    const folder = path.join(objects, entry.name);
    if (!entry.isDirectory()) throw irregular(folder, 'is no folder');
    checkFiles(folder);
  }
}

function replaceFile(file: string, content: string): void {
  if (existsSync(file) && readFileSync(file, 'latin1') === content) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, content, 'latin1');
  renameSync(draft, file);
}

function configOf({ hexLength, refStorage }: RepositorySettings): string {
  const extensions = [
    ...(hexLength === 64 ? ['\tobjectFormat = sha256'] : []),
    ...(refStorage === 'reftable' ? ['\trefStorage = reftable'] : []),
  ];
  return [
    '[core]',
    `\trepositoryFormatVersion = ${extensions.length > 0 ? '1' : '0'}`,
    '\tbare = true',
    ...(extensions.length > 0 ? ['[extensions]', ...extensions] : []),
    '',
  ].join('\n');
}

function writeRefs(view: string, { head, direct, symbolic }: Refs): void {
  const packed = [...direct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => `${id} ${name}\n`);
  replaceFile(path.join(view, 'packed-refs'), `# pack-refs with: sorted \n${packed.join('')}`);
  for (const old of readdirSync(path.join(view, 'refs'), {
    recursive: true,
    withFileTypes: true,
    encoding: 'latin1',
  })) {
    const file = path.join(old.parentPath, old.name);
    if (old.isFile() && !symbolic.has(path.relative(view, file).replaceAll(path.sep, '/'))) rmSync(file);
  }
  for (const [name, target] of symbolic) {
    // Two names of which one is a folder of the other cannot both be files.
    try {
      replaceFile(path.join(view, name), `ref: ${target}\n`);
    } catch {
      continue;
    }
  }
  replaceFile(path.join(view, 'HEAD'), `${head ?? NO_BRANCH}\n`);
}

/** Names in a table are binary: git reads a copy. */
function copyReftable(view: string, { commonDir }: Place): void {
  const from = path.join(commonDir, 'reftable');
  const to = path.join(view, 'reftable');
  checkFiles(from);
  mkdirSync(to, { recursive: true });
  const list = readRegular(path.join(from, 'tables.list'), MAX_REFTABLE_BYTES) ?? Buffer.alloc(0);
  for (const name of list.toString('latin1').split('\n').filter(Boolean)) {
    if (!/^[\w.-]+$/.test(name)) throw irregular(path.join(from, 'tables.list'), `names ${name}`);
    writeFileSync(path.join(to, name), readRegular(path.join(from, name), MAX_REFTABLE_BYTES) ?? '');
  }
  writeFileSync(path.join(to, 'tables.list'), list);
  writeFileSync(path.join(view, 'HEAD'), 'ref: refs/heads/.invalid\n');
}

function boundaryOf({ commonDir }: Place, hexLength: number): string[] {
  const text = readRegular(path.join(commonDir, 'shallow'), MAX_SHALLOW_BYTES)?.toString('latin1') ?? '';
  const shas = text.split('\n').map((line) => line.trim());
  return [...new Set(shas.filter((sha) => sha.length === hexLength && /^[0-9a-f]+$/.test(sha)))].sort();
}

async function build(place: Place, settings: RepositorySettings): Promise<View> {
  const objects = path.join(place.commonDir, 'objects');
  const key = createHash('sha256')
    .update(`${place.gitDir}\0${place.commonDir}\0${configOf(settings)}`)
    .digest('hex');
  const view = path.join(baseFolder(), key.slice(0, 24));
  checkObjects(objects);
  const refs = settings.refStorage === 'files' ? await readRefs(place, settings.hexLength) : null;
  const boundary = boundaryOf(place, settings.hexLength);
  if (!existsSync(path.join(view, 'config'))) {
    mkdirSync(path.join(view, 'refs'), { recursive: true });
    linkObjects(view, objects);
    replaceFile(path.join(view, 'config'), configOf(settings));
  }
  if (refs === null) copyReftable(view, place);
  else writeRefs(view, refs);
  if (boundary.length > 0) replaceFile(path.join(view, 'shallow'), boundary.map((sha) => `${sha}\n`).join(''));
  else rmSync(path.join(view, 'shallow'), { force: true });
  return { gitDir: view, boundary };
}

let last: Promise<unknown> = Promise.resolve();

/**
 * The view of a repository as it is now: made at first use, brought up to date after that. One at a time.
 * @throws LifetimeError `git_irregular`
 */
export function viewOf(place: Place, settings: RepositorySettings): Promise<View> {
  const built = last.then(() => build(place, settings));
  last = built.catch(() => undefined);
  return built;
}
