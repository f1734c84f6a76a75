import { diffParser, type CommitDiff, type FileDiff } from './diff-parser.ts';
import { isOutOfMemory, OverLimit, overMemory } from '../../git/limits.ts';
import { DIFF_ARGS, gitExit, startGit, type Repository } from '../../git/process.ts';

/** Where commits are looked at. */
export interface Within {
  readonly repo: Repository;
  readonly signal?: AbortSignal;
}

/** One commit to compare with its parent. */
export interface Comparison extends Within {
  readonly sha: string;
  readonly withContents: boolean;
}

// Arguments of one command: the system limits their size, and git compares every path with every one of them.
const MOST_PATHS = 400;
const LIST_ARGS = ['--stdin', '-r', '--raw', '-z', '--no-renames', '--root', '--always'];

/** The files of a commit without their lines; a text: why they are not known. */
export type Listed = readonly FileDiff[] | string;

const NO_TREE = 'a tree of the commit or of its parent is missing';

/** The first of the commits: as many as are kept at once, and at least one of those that are asked for. */
export async function listEntries(within: Within, shas: readonly string[]): Promise<Map<string, Listed>> {
  const lists = new Map<string, Listed>();
  const { limits } = within.repo;
  let room = limits.pathsPerCommit;
  for (let left = shas; left.length > 0 && room > 0; left = shas.slice(lists.size)) {
    const found = await diffTree(within, { args: LIST_ARGS, input: left, rawOnly: true, most: room });
    for (const { sha, files } of found.commits) {
      lists.set(sha, files);
      room -= files.length;
    }
    // Trees are read before anything is said of a commit: the first without an answer is the one that git died of.
    const next = shas[lists.size];
    if (next === undefined || room <= 0) continue;
    const isFull = isOutOfMemory(found.stderr);
    if (found.over) lists.set(next, found.over.message);
    // Memory that was full of the commits before says nothing of this one: it is asked for again, as the first.
    else if (isFull && found.commits.length > 0) continue;
    else if (found.code !== 0 || found.commits.length === 0) lists.set(next, isFull ? overMemory(limits) : NO_TREE);
  }
  return lists;
}

/** The whole commit, without renames where git cannot look for them; null when git cannot compare it. */
export async function compareWhole(comparison: Comparison): Promise<FileDiff[] | null> {
  return (await compare(comparison, [])) ?? (await compare(comparison, [], true));
}

/** Of the `entries` of a commit: those to compare. */
export interface Selection {
  readonly entries: readonly FileDiff[];
  readonly wanted: readonly FileDiff[];
}

/** Compares the wanted files, as many together as git can read; those that it cannot read are not among the answer. */
export async function compareSome(comparison: Comparison, { entries, wanted }: Selection): Promise<FileDiff[]> {
  const chosen = new Set(wanted);
  const others = entries.filter((file) => !chosen.has(file));
  const isFew = others.length > 0 && others.length <= MOST_PATHS;
  const rest = isFew
    ? await compare(comparison, [':(top)', ...others.map((file) => pathspec(file, ',exclude'))])
    : null;
  const read = new Set(rest?.flatMap((file) => [file.oldPath, file.newPath]));
  const left = wanted.filter((file) => !read.has(pathOf(file)));
  return [...(rest ?? []), ...(await compareHalves(comparison, left))];
}

/** The path by which a file is known where renames are not looked for. */
export function pathOf(file: FileDiff): string {
  return file.newPath ?? (file.oldPath as string);
}

/** Git dies of the first content that it cannot read: halving finds it, and renames are given up. */
async function compareHalves(comparison: Comparison, files: readonly FileDiff[]): Promise<FileDiff[]> {
  if (files.length === 0) return [];
  if (files.length <= MOST_PATHS) {
    const together = await compare(
      comparison,
      files.map((file) => pathspec(file, '')),
      files.length > 1
    );
    const asked = new Set(files.map(pathOf));
    if (together) return together.filter((file) => asked.has(pathOf(file)));
    if (files.length === 1) return [];
  }
  const half = files.length >> 1;
  const first = await compareHalves(comparison, files.slice(0, half));
  return [...first, ...(await compareHalves(comparison, files.slice(half)))];
}

/** Null when git dies. @throws OverLimit */
async function compare(
  comparison: Comparison,
  paths: readonly string[],
  isWithoutRenames = false
): Promise<FileDiff[] | null> {
  const { sha, withContents } = comparison;
  const args = [...DIFF_ARGS, ...(isWithoutRenames ? ['--no-renames'] : []), sha, ...(paths.length ? ['--'] : [])];
  const { code, commits, over } = await diffTree(comparison, { args: [...args, ...paths], withContents });
  if (over) throw over;
  return code === 0 ? commits.flatMap((diff) => diff.files) : null;
}

/** Arguments are text: bytes of a path that are not UTF-8 become "any byte". */
function pathspec(file: FileDiff, magic: string): string {
  const path = Buffer.from(pathOf(file), 'latin1');
  const text = path.toString('utf8');
  if (Buffer.from(text).equals(path)) return `:(top,literal${magic})${text}`;
  const pattern = path.toString('latin1').replace(/[*?[\\]/g, '\\$&');
  return `:(top,glob${magic})${pattern.replace(/[\x80-\xff]/g, '?')}`;
}

interface DiffTree {
  readonly args: readonly string[];
  readonly input?: readonly string[];
  readonly withContents?: boolean;
  /** No patches follow the entries. */
  readonly rawOnly?: boolean;
  /** Files after which no further commit is read; default: all are. */
  readonly most?: number;
}

interface DiffTreeEnd {
  /** Null: it was stopped. */
  readonly code: number | null;
  readonly stderr: string;
  readonly commits: readonly CommitDiff[];
  /** The commit after these is too large. */
  readonly over: OverLimit | null;
}

async function diffTree(
  { repo, signal }: Within,
  { args, input = [], withContents = false, rawOnly = false, most = Infinity }: DiffTree
): Promise<DiffTreeEnd> {
  const child = startGit(repo, ['diff-tree', ...args], signal);
  const commits: CommitDiff[] = [];
  let over: OverLimit | null = null;
  let files = 0;
  const onCommit = (diff: CommitDiff): void => {
    if (files > most) return;
    commits.push(diff);
    files += diff.files.length;
    if (files > most) child.kill();
  };
  const parser = diffParser({ hexLength: repo.hexLength, limits: repo.limits, withContents, rawOnly, onCommit });
  child.stdout.on('data', (chunk: Buffer) => {
    if (over || files > most) return;
    over = overIn(() => parser.push(chunk));
    if (over) child.kill();
  });
  child.stdin.end(input.map((sha) => `${sha}\n`).join(''));
  const { code, stderr } = await gitExit(child);
  signal?.throwIfAborted();
  if (!over && files <= most && (code === 0 || (code !== null && parser.isComplete()))) parser.end();
  return { code, stderr, commits, over };
}

/** Runs `read`. @returns what was too large, if anything was */
export function overIn(read: () => void): OverLimit | null {
  try {
    read();
    return null;
  } catch (cause) {
    if (cause instanceof OverLimit) return cause;
    throw cause;
  }
}
