import { LifetimeError } from '../../git/errors.ts';
import type { GitLimits } from '../../git/limits.ts';
import { commitSize, type CommitSize } from './commit-size.ts';

/** A file of a merge that equals no parent under its own path. */
export interface CombinedFile {
  readonly path: string;
  /** Mode and object id in each parent; null: the parent does not have the file under this path. */
  readonly parents: readonly ({ readonly mode: string; readonly id: string } | null)[];
  readonly mode: string;
  readonly id: string;
  /** Git compared the contents as binary: there are no steps. */
  isBinary: boolean;
  /**
   * Two numbers per line of the diff. First: how many lines before it are shared by all parents and the result. Second: bit 0 set for a
   * line of the result, clear for a line that the result lost; bit k + 1 set when parent k has the line.
   */
  steps: number[];
  /** It has more lines than are read: there are no steps. */
  isTooLong: boolean;
}

/**
 * Arguments of `git diff-tree --stdin` for the files of a merge that differ from all parents. Without looking for renames git walks all
 * trees side by side and passes over what equals any parent, so that the cost is what the merge changes, not how far apart its branches are.
 */
export const COMBINED_LIST_ARGS = ['--always', '-r', '-c', '--raw', '-z', '--no-renames'] as const;

/** With their lines. One line of context: without any, git leaves out unchanged lines inside a hunk and positions become ambiguous. */
export const COMBINED_ARGS = [
  ...COMBINED_LIST_ARGS,
  '-p',
  '-U1',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
] as const;

/** By path. */
export type CombinedFiles = ReadonlyMap<string, CombinedFile>;

/** Parses an answer with patches. @throws OverLimit */
export function parseCombined(buffer: Buffer, hexLength: number, limits: GitLimits): CombinedFiles {
  const size = commitSize(limits);
  const { files, end } = readEntries(buffer, hexLength, size);
  let at = end;
  if (buffer[at] === 0) at++;
  let index = -1;
  let line = 0;
  while (at < buffer.length) {
    const end = buffer.indexOf(10, at);
    if (end < 0) break;
    const byte = buffer[at];
    const file = files[index];
    if (byte === 100 && buffer[at + 1] === 105) {
      index++;
      line = 0;
      size.file();
    } else if (byte === 66 && file) file.isBinary = true;
    else if (byte === 64 && file) {
      const hunk = hunkOf(buffer.toString('latin1', at, end));
      if (size.lines(0, Math.ceil(hunk.total / hunk.parents))) {
        file.isTooLong = true;
        file.steps = [];
      }
      at = readHunk(buffer, end + 1, {
        ...hunk,
        gap: hunk.first - 1 - line,
        steps: file.isTooLong ? null : file.steps,
      });
      line = hunk.first - 1 + hunk.resultCount;
      continue;
    }
    at = end + 1;
  }
  if (index + 1 !== files.length) {
    throw new LifetimeError(
      'internal',
      `git gave ${index + 1} combined patches for ${files.length} files of ${buffer.toString('latin1', 0, hexLength)}`
    );
  }
  return new Map(files.map((file) => [file.path, file]));
}

/** Parses an answer without patches. @throws OverLimit */
export function parseCombinedList(buffer: Buffer, hexLength: number, limits: GitLimits): CombinedFiles {
  return new Map(readEntries(buffer, hexLength, commitSize(limits)).files.map((file) => [file.path, file]));
}

function readEntries(buffer: Buffer, hexLength: number, size: CommitSize): { files: CombinedFile[]; end: number } {
  const files: CombinedFile[] = [];
  let at = hexLength + 1;
  size.begin(buffer.toString('latin1', 0, hexLength));
  for (; buffer[at] === 58; size.paths(1)) at = readEntry(buffer, at, files);
  return { files, end: at };
}

/** `::mode mode mode id id id MM\0path\0`; returns the position after it. */
function readEntry(buffer: Buffer, from: number, files: CombinedFile[]): number {
  let at = from;
  while (buffer[at] === 58) at++;
  const count = at - from;
  const metaEnd = buffer.indexOf(0, at);
  const end = buffer.indexOf(0, metaEnd + 1);
  const meta = buffer.toString('latin1', at, metaEnd).split(' ');
  const letters = meta.at(-1) ?? '';
  const parents = Array.from({ length: count }, (_, parent) =>
    letters[parent] === 'A' ? null : { mode: meta[parent] as string, id: meta[count + 1 + parent] as string }
  );
  files.push({
    path: buffer.toString('latin1', metaEnd + 1, end),
    parents,
    mode: meta[count] as string,
    id: meta[2 * count + 1] as string,
    isBinary: false,
    steps: [],
    isTooLong: false,
  });
  return end + 1;
}

interface Hunk {
  readonly parents: number;
  /** First line of the result. */
  readonly first: number;
  readonly resultCount: number;
  /** Lines of the result and of all parents together. */
  readonly total: number;
}

/** `@@@ -a,b -c,d +e,f @@@` */
function hunkOf(header: string): Hunk {
  const ranges = header
    .slice(0, header.indexOf('@', header.indexOf(' ')))
    .split(' ')
    .filter((part) => part.startsWith('-') || part.startsWith('+'))
    .map((part) => part.slice(1).split(',').map(Number));
  const count = (range: readonly number[]): number => range[1] ?? 1;
  const result = ranges.at(-1) ?? [0, 0];
  // An emptied result is "+0,0".
  const first = Math.max(1, result[0] ?? 1);
  return {
    parents: ranges.length - 1,
    first,
    resultCount: count(result),
    total: ranges.reduce((sum, range) => sum + count(range), 0),
  };
}

/** Reads the lines of a hunk until all its counts are used up; returns the position after them. */
function readHunk(buffer: Buffer, from: number, hunk: Hunk & { gap: number; steps: number[] | null }): number {
  const { parents, steps } = hunk;
  let { gap, total } = hunk;
  let at = from;
  while (total > 0) {
    const end = buffer.indexOf(10, at);
    if (end < 0) break;
    let minus = 0;
    let plus = 0;
    for (let parent = 0; parent < parents; parent++) {
      const byte = buffer[at + parent];
      if (byte === 45) minus |= 2 << parent;
      else if (byte === 43) plus |= 2 << parent;
    }
    at = end + 1;
    const all = (2 << parents) - 2;
    const step = minus ? minus : (all & ~plus) | 1;
    for (let bits = step; bits; bits &= bits - 1) total--;
    steps?.push(gap, step);
    gap = 0;
  }
  return at;
}
