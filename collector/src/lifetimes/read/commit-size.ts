import { OverLimit, overLines, overPaths, overText, textPerCommit, type GitLimits } from '../../git/limits.ts';

/** Counts what is read of one commit. @throws OverLimit from each method that counts */
export interface CommitSize {
  begin(sha: string): void;
  paths(count: number): void;
  /** The next file begins. */
  file(): void;
  /** A hunk of the file. @returns true when the file has too many lines */
  lines(removed: number, added: number): boolean;
  text(bytes: number): void;
}

export function commitSize(limits: GitLimits): CommitSize {
  let commit = '';
  let paths = 0;
  let lines = 0;
  let text = 0;
  let removed = 0;
  let added = 0;
  const most = textPerCommit(limits);
  return {
    begin(sha) {
      commit = sha;
      paths = lines = text = removed = added = 0;
    },
    paths(count) {
      paths += count;
      if (paths > limits.pathsPerCommit) throw new OverLimit(commit, overPaths(limits.pathsPerCommit));
    },
    file: () => void (removed = added = 0),
    lines(before, after) {
      removed += before;
      added += after;
      if (Math.max(removed, added) > limits.linesPerFile) return true;
      lines += before + after;
      if (lines > limits.linesPerCommit) throw new OverLimit(commit, overLines(limits.linesPerCommit));
      return false;
    },
    text(bytes) {
      text += bytes;
      if (text > most) throw new OverLimit(commit, overText(most));
    },
  };
}
