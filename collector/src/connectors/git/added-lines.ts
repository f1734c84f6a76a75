/** Lines that a commit added, by path: what attested ranges are checked against. */
import type { LineRange } from '../../attribution/git-ai-note.ts';
import type { AddedLines } from '../../attribution/validate-note.ts';
import { gitExit, startGit, type Repository } from '../../git/process.ts';

/** Paths have up to 4 kB, quoted four times that. */
const MAX_HEADER_BYTES = 65_536;
const BACKSLASH = 92;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, '"': 34, '\\': 92 };

/** A path as git quotes it, as UTF-8. */
export function unquote(path: string): string {
  if (!path.startsWith('"')) {
    return path;
  }
  const bytes: number[] = [];
  const inner = path.slice(1, -1);
  for (let i = 0; i < inner.length; i++) {
    const char = inner.charAt(i);
    if (char !== '\\') {
      for (const byte of Buffer.from(char)) bytes.push(byte);
      continue;
    }
    const octal = inner.slice(i + 1, i + 4);
    if (octal.length === 3 && [...octal].every((digit) => digit >= '0' && digit <= '7')) {
      bytes.push(parseInt(octal, 8));
      i += 3;
    } else {
      bytes.push(ESCAPES[inner.charAt(i + 1)] ?? 63);
      i += 1;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Diffs have millions of lines: what every line is asked is asked by hand. */
function isSha(line: string): boolean {
  if (line.length !== 40 && line.length !== 64) return false;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

/** `@@ -a,b +c,d @@`: lines removed, first line added and how many. */
function hunkOf(line: string): { removed: number; first: number; count: number } | null {
  if (!line.startsWith('@@ -')) return null;
  const [, before = '', after = '', end] = line.split(' ', 4);
  if (!after.startsWith('+') || end !== '@@') return null;
  const [, removed = '1'] = before.split(',');
  const [first = '', count = '1'] = after.slice(1).split(',');
  return { removed: Number(removed), first: Number(first), count: Number(count) };
}

/**
 * Reads the output of `git diff-tree --stdin` without context as it comes: a sha on a line of its own, then its diff. Only headers are read,
 * contents are skipped by their counts, so that no line of a file is taken for a header and no diff is held whole.
 */
export class AddedParser {
  readonly commits = new Map<string, AddedLines>();
  private added = new Map<string, LineRange[]>();
  private path: string | null = null;
  private skip = 0;
  /** Beginning of a line whose end has not come yet, cut where no header is so long. */
  private begun: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.line(
        this.begun.length > 0 ? Buffer.concat([this.begun, chunk.subarray(start, end)]) : chunk.subarray(start, end)
      );
      this.begun = Buffer.alloc(0);
      start = end + 1;
    }
    const left = Math.max(0, MAX_HEADER_BYTES - this.begun.length);
    this.begun = Buffer.concat([this.begun, chunk.subarray(start, start + left)]);
  }

  private line(bytes: Buffer): void {
    if (this.skip > 0) {
      // "\ No newline at end of file" is no line of either side.
      this.skip -= bytes[0] === BACKSLASH ? 0 : 1;
      return;
    }
    const line = bytes.toString('utf8', 0, MAX_HEADER_BYTES);
    if (isSha(line)) {
      this.added = new Map();
      this.commits.set(line, this.added);
    } else if (line.startsWith('+++ ')) {
      const name = unquote(line.slice(4, line.endsWith('\t') ? -1 : undefined));
      this.path = name === '/dev/null' ? null : name.startsWith('b/') ? name.slice(2) : name;
    } else {
      this.hunk(hunkOf(line));
    }
  }

  private hunk(header: ReturnType<typeof hunkOf>): void {
    if (header === null) {
      return;
    }
    const { removed, first, count } = header;
    this.skip = removed + count;
    if (this.path !== null && count > 0) {
      const known = this.added.get(this.path) ?? [];
      known.push({ first, last: first + count - 1 });
      this.added.set(this.path, known);
    }
  }
}

const ARGS = [
  'diff-tree',
  '--stdin',
  '-r',
  '-p',
  '-U0',
  '-M',
  '--root',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '-m',
  '--first-parent',
  '--always',
];

/** Diffs of commits as far as git comes: an unreadable one ends the call. */
async function diffs(
  repo: Repository,
  shas: readonly string[],
  signal: AbortSignal | undefined
): Promise<{ read: Map<string, AddedLines>; isWhole: boolean }> {
  const child = startGit(repo, ARGS, signal);
  const ended = gitExit(child);
  const parser = new AddedParser();
  child.stdout.on('data', (chunk: Buffer) => parser.push(chunk));
  child.stdin.end(`${shas.join('\n')}\n`);
  const { code } = await ended;
  return { read: parser.commits, isWhole: code === 0 };
}

/** Lines that commits of this clone added against their first parents; a commit that cannot be compared is absent. */
export async function addedLines(
  repo: Repository,
  wanted: readonly string[],
  signal?: AbortSignal
): Promise<Map<string, AddedLines>> {
  const all = new Map<string, AddedLines>();
  for (let left = [...wanted]; left.length > 0;) {
    const { read, isWhole } = await diffs(repo, left, signal);
    // The last one that git began may be cut off; one that it cannot even begin is the first of what is left.
    const failed = isWhole ? null : ([...read.keys()].at(-1) ?? left[0]);
    for (const [sha, added] of read) {
      if (sha !== failed) {
        all.set(sha, added);
      }
    }
    if (isWhole) {
      break;
    }
    const reached = left.findIndex((sha) => sha === failed);
    // A commit without a difference says nothing, so the one that failed may also be the one after it.
    const alone = await diffs(repo, left.slice(reached, reached + 1), signal);
    if (alone.isWhole) {
      all.set(failed ?? '', alone.read.get(failed ?? '') ?? new Map());
    }
    left = left.slice(reached + 1);
  }
  return all;
}
