/** Lines that a commit added, by path: what attested ranges are checked against. */
import type { LineRange } from '../../attribution/git-ai-note.ts';
import type { AddedLines } from '../../attribution/validate-note.ts';
import { gitExit, startGit, type Repository } from '../../git/process.ts';

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
      bytes.push(...Buffer.from(char));
      continue;
    }
    const octal = /^[0-7]{3}/.exec(inner.slice(i + 1));
    if (octal) {
      bytes.push(parseInt(octal[0], 8));
      i += 3;
    } else {
      bytes.push(ESCAPES[inner.charAt(i + 1)] ?? 63);
      i += 1;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/**
 * Reads the output of `git diff-tree --stdin` without context: a sha on a line of its own, then its diff. Only headers are read, contents are
 * skipped by their counts, so that no line of a file is taken for a header.
 */
export function parseAdded(diff: string): Map<string, AddedLines> {
  const commits = new Map<string, AddedLines>();
  let added = new Map<string, LineRange[]>();
  let path: string | null = null;
  let skip = 0;
  for (const line of diff.split('\n')) {
    if (skip > 0) {
      // "\ No newline at end of file" is no line of either side.
      skip -= line.startsWith('\\') ? 0 : 1;
    } else if (/^[0-9a-f]{40,64}$/.test(line)) {
      added = new Map();
      commits.set(line, added);
    } else if (line.startsWith('+++ ')) {
      const name = unquote(line.slice(4).replace(/\t$/, ''));
      path = name === '/dev/null' ? null : name.replace(/^b\//, '');
    } else {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      const count = Number(hunk?.[3] ?? 1);
      const first = Number(hunk?.[2]);
      skip = hunk ? Number(hunk[1] ?? 1) + count : 0;
      if (hunk && path !== null && count > 0) {
        const known = added.get(path);
        added.set(path, [...(known ?? []), { first, last: first + count - 1 }]);
      }
    }
  }
  return commits;
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
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(`${shas.join('\n')}\n`);
  const { code } = await ended;
  return { read: parseAdded(Buffer.concat(chunks).toString('utf8')), isWhole: code === 0 };
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
