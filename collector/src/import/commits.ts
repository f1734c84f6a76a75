/** Commits that cells name: short shas become whole ones, or the row is refused. */
import { CellError, type ImportContext, type KnownCommit } from './file-kind.ts';

const isWhole = (sha: string): boolean => sha.length === 40 || sha.length === 64;

/**
 * The commit of a cell. Null = a whole sha that no collected repository has (yet).
 * @throws CellError when a short sha names none or several.
 */
export function commitOf(
  sha: string,
  { column, repoId, context }: { column: string; repoId: number | null; context: ImportContext }
): KnownCommit | null {
  const found = context.commits(sha, repoId);
  const [only] = found;
  if (only !== undefined && new Set(found.map((one) => one.sha)).size === 1) {
    if (found.length === 1 || repoId !== null) return only;
    throw new CellError(column, 'is in several collected repositories: name the repository');
  }
  if (found.length > 1) throw new CellError(column, 'begins the names of several commits: give more digits');
  if (isWhole(sha)) return null;
  const where = repoId === null ? 'of no collected repository' : 'not of this repository';
  throw new CellError(column, `is short, and the beginning of a commit ${where}: collect it first, or give all digits`);
}

/** Words of hexadecimal digits that may be commits, in lower case. One pass: files have millions of cells. */
export function commitWords(text: string): Set<string> {
  const words = new Set<string>();
  let start = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) | 32 : 0;
    const isHex = (code >= 97 && code <= 102) || (code >= 48 && code <= 57 && text.charCodeAt(at) >= 48);
    if (isHex && start < 0) start = at;
    if (!isHex && start >= 0) {
      const length = at - start;
      if (length >= 7 && (length <= 40 || length === 64)) words.add(text.slice(start, at).toLowerCase());
      start = -1;
    }
  }
  return words;
}
