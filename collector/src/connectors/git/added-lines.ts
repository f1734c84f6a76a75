/** Lines that a commit added, by path: what attested ranges are checked against. */
import type { LineRange } from '../../attribution/git-ai-note.ts';
import type { AddedLines } from '../../attribution/validate-note.ts';
import { runGit, type Repository } from '../../lifetimes/git.ts';

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

/** Reads the hunks of a diff without context: headers only, contents are skipped by their counts. */
export function parseAdded(diff: string): AddedLines {
  const added = new Map<string, LineRange[]>();
  let path: string | null = null;
  let skip = 0;
  for (const line of diff.split('\n')) {
    if (skip > 0) {
      // "\ No newline at end of file" is no line of either side.
      skip -= line.startsWith('\\') ? 0 : 1;
      continue;
    }
    if (line.startsWith('+++ ')) {
      const name = unquote(line.slice(4).replace(/\t$/, ''));
      path = name === '/dev/null' ? null : name.replace(/^b\//, '');
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      const count = Number(hunk[3] ?? 1);
      const first = Number(hunk[2]);
      skip = Number(hunk[1] ?? 1) + count;
      if (path !== null && count > 0) {
        added.set(path, [...(added.get(path) ?? []), { first, last: first + count - 1 }]);
      }
    }
  }
  return added;
}

/** Lines that a commit added against its first parent. */
export async function addedLines(repo: Repository, sha: string): Promise<AddedLines> {
  const out = await runGit(repo, ['diff-tree', '-r', '-p', '-U0', '-M', '--root', '--no-commit-id', '--no-ext-diff', '--no-textconv', '--no-color', '-m', '--first-parent', sha]);
  return parseAdded(out.toString('utf8'));
}
