import { overFileBytes, overFileLines, type GitLimits } from '../../git/limits.ts';
import type { Contents } from '../read/contents.ts';
import type { CommitDiff, FileDiff } from '../read/diff-parser.ts';
import { isText } from '../read/merge-reader.ts';

/** What setting aside needs to know of the run. */
export interface SetAsideContext {
  readonly limits: GitLimits;
  readonly contents: Pick<Contents, 'sizes'>;
}

/** A commit whose large files are marked as unreadable. */
export interface SetAside {
  readonly diff: CommitDiff;
  /** Why, by path. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Files that are too large to be read are unreadable, not binary: they keep their last known lines. Null: there are none. */
export function setAside(context: SetAsideContext, diff: CommitDiff): Promise<SetAside> | null {
  const isDoubtful = (file: FileDiff): boolean =>
    file.isTooLong || (file.isBinary && file.newPath !== null && isText(file.newMode));
  return diff.files.some(isDoubtful) ? setAsideLarge(context, diff) : null;
}

async function setAsideLarge({ limits, contents }: SetAsideContext, diff: CommitDiff): Promise<SetAside> {
  const binary = diff.files.filter(({ isBinary, newMode }) => isBinary && isText(newMode));
  const sizes = binary.length > 0 ? await contents.sizes(binary.map(({ newId }) => newId)) : new Map<string, number>();
  const reasonOf = ({ isTooLong, isBinary, newId }: FileDiff): string | null => {
    if (isTooLong) return overFileLines(limits.linesPerFile);
    const size = isBinary ? (sizes.get(newId) ?? 0) : 0;
    return size > limits.bytesPerFile ? overFileBytes(size, limits.bytesPerFile) : null;
  };
  const reasons = new Map<string, string>();
  const files = diff.files.map((file): FileDiff => {
    const reason = file.newPath === null ? null : reasonOf(file);
    if (reason === null) return file;
    reasons.set(file.newPath as string, reason);
    return { ...file, isUnreadable: true, isBinary: false, hunks: [] };
  });
  return { diff: { ...diff, files }, reasons };
}
