import { LifetimeError } from '../../git/errors.ts';
import { gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';

/** A file of a merge that equals no parent: what each parent knows of its lines. */
export interface CombinedFile {
  readonly path: string;
  /** Path in each parent (renames followed); null: the parent does not have the file. */
  readonly parentPaths: readonly (string | null)[];
  isBinary: boolean;
  readonly resultId: string;
  /** Parent whose version is the result itself, under another path; -1: none. */
  readonly equalParent: number;
  /**
   * Two numbers per line of the diff. First: how many lines before it are shared by all parents and the result. Second: bit 0 set for a
   * line of the result, clear for a line that the result lost; bit k + 1 set when parent k has the line.
   */
  readonly steps: number[];
}

/** Combined diffs of single merges from one long-lived git process. */
export interface CombinedDiffs {
  /** Files of the merge that differ from all parents; those of a merge that git cannot read are absent. */
  read(sha: string): Promise<ReadonlyMap<string, CombinedFile>>;
  close(): void;
}

// diff-tree repeats a line that is no object id and flushes: the mark after each answer.
const MARK = 'end-of-merge';

interface Waiting {
  readonly sha: string;
  readonly resolve: (files: ReadonlyMap<string, CombinedFile>) => void;
  readonly reject: (cause: unknown) => void;
}

// One line of context: without any, git leaves out unchanged lines inside a hunk and positions become ambiguous.
const ARGS = [
  'diff-tree',
  '--stdin',
  '--always',
  '-r',
  '-c',
  '-p',
  '--raw',
  '-z',
  '-U1',
  '-M',
  '--combined-all-paths',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
];

/** Starts lazily; a merge with missing objects ends the process, is answered with nothing, and a new process takes the rest. */
export function combinedDiffs(repo: Repository, signal?: AbortSignal): CombinedDiffs {
  let waiting: Waiting[] = [];
  let child: GitProcess | null = null;
  let chunks: Buffer[] = [];
  let isClosed = false;

  function received(chunk: Buffer): void {
    chunks.push(chunk);
    if (chunk.indexOf(MARK) < 0 && Buffer.concat(chunks.slice(-2)).indexOf(MARK) < 0) return;
    let buffer = Buffer.concat(chunks);
    for (let end = markAt(buffer); end >= 0; end = markAt(buffer)) {
      const asked = waiting.shift();
      try {
        asked?.resolve(parseCombined(buffer.subarray(0, end), repo.hexLength));
      } catch (cause) {
        asked?.reject(cause);
      }
      buffer = buffer.subarray(end + MARK.length + 1);
    }
    chunks = buffer.length ? [buffer] : [];
  }

  function start(): void {
    chunks = [];
    const started = startGit(repo, ARGS, signal);
    child = started;
    started.stdout.on('data', received);
    void ended(started);
    for (const { sha } of waiting) started.stdin.write(`${sha}\n${MARK}\n`);
  }

  async function ended(process: GitProcess): Promise<void> {
    try {
      await gitExit(process);
      if (isClosed) throw new Error('closed');
      signal?.throwIfAborted();
      child = null;
      // The first merge without an answer is the one that cannot be read.
      waiting.shift()?.resolve(new Map());
      if (waiting.length) start();
    } catch (cause) {
      for (const asked of waiting) asked.reject(cause);
      waiting = [];
    }
  }

  return {
    read(sha) {
      return new Promise((resolve, reject) => {
        waiting.push({ sha, resolve, reject });
        if (child) child.stdin.write(`${sha}\n${MARK}\n`);
        else start();
      });
    },
    close() {
      isClosed = true;
      child?.kill();
    },
  };
}

/** The mark stands at the start of a line; a line of content begins with a space, plus or minus. */
function markAt(buffer: Buffer): number {
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + 1)) {
    const before = buffer[at - 1];
    if ((at === 0 || before === 10 || before === 0) && buffer[at + MARK.length] === 10) return at;
  }
  return -1;
}

/** Parses one answer: header, raw entries, then a patch per file in the same order. */
export function parseCombined(buffer: Buffer, hexLength: number): ReadonlyMap<string, CombinedFile> {
  const files: CombinedFile[] = [];
  let at = hexLength + 1;
  while (buffer[at] === 58) at = readEntry(buffer, at, files);
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
    } else if (byte === 66 && file) file.isBinary = true;
    else if (byte === 64 && file) {
      const hunk = hunkOf(buffer.toString('latin1', at, end));
      at = readHunk(buffer, end + 1, { ...hunk, gap: hunk.first - 1 - line, steps: file.steps });
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

/** `::mode mode mode id id id MM\0parent path\0parent path\0path\0`; returns the position after it. */
function readEntry(buffer: Buffer, from: number, files: CombinedFile[]): number {
  let at = from;
  while (buffer[at] === 58) at++;
  const parents = at - from;
  const field = (): string => {
    const end = buffer.indexOf(0, at);
    const text = buffer.toString('latin1', at, end);
    at = end + 1;
    return text;
  };
  const meta = field().split(' ');
  const letters = meta.at(-1) ?? '';
  const resultId = meta.at(-2) ?? '';
  const parentPaths = Array.from({ length: parents }, (_, parent) => {
    const path = field();
    return letters[parent] === 'A' ? null : path;
  });
  const equalParent = meta.slice(parents + 1, 2 * parents + 1).indexOf(resultId);
  files.push({ path: field(), parentPaths, isBinary: false, resultId, equalParent, steps: [] });
  return at;
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
function readHunk(buffer: Buffer, from: number, hunk: Hunk & { gap: number; steps: number[] }): number {
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
    steps.push(gap, step);
    gap = 0;
  }
  return at;
}
