/** How much of one commit and of one file is read: what git's format allows is without end, memory is not. */

/** `limits` of throughline.yaml in the words of the code. */
export interface GitLimits {
  /** Paths that one commit may change; a commit with more is skipped as a whole. */
  readonly pathsPerCommit: number;
  /** Lines that one commit may add and remove; a commit with more is skipped as a whole. */
  readonly linesPerCommit: number;
  /** Lines of one file that one commit may add or remove; a file with more keeps its last known lines. */
  readonly linesPerFile: number;
  /** Bytes of one file; a larger one keeps its last known lines. */
  readonly bytesPerFile: number;
}

export const DEFAULT_LIMITS: GitLimits = {
  pathsPerCommit: 200_000,
  linesPerCommit: 10_000_000,
  linesPerFile: 1_000_000,
  bytesPerFile: 16 << 20,
};

/** Bytes of text that git may give for one commit: many paths may show one large content. */
export const textPerCommit = ({ bytesPerFile }: GitLimits): number => 64 * bytesPerFile;

/** Bytes of an answer that is held whole: what a merge changed. */
export const textPerAnswer = ({ bytesPerFile }: GitLimits): number => 8 * bytesPerFile;

const BASE = 192 << 20;
// As measured: 325 bytes for each path that differs; contents of both sides, and an index of their lines.
const PER_PATH = 400;
const PER_BYTE = 6;

/** Bytes of its own that one git process which compares or reads contents may have; mapped packs do not count. */
export const memoryOfGit = ({ pathsPerCommit, bytesPerFile }: GitLimits): number =>
  BASE + PER_PATH * pathsPerCommit + PER_BYTE * bytesPerFile;

/** A commit that is larger than the limits. */
export class OverLimit extends Error {
  readonly sha: string;

  constructor(sha: string, reason: string) {
    super(reason);
    this.name = 'OverLimit';
    this.sha = sha;
  }
}

const shown = (count: number): string => count.toLocaleString('en');

/** Why something is skipped, with the key that decides it. */
export const overPaths = (most: number): string => `more than ${shown(most)} paths (limits.paths_per_commit)`;
export const overLines = (most: number): string => `more than ${shown(most)} lines (limits.lines_per_commit)`;
export const overText = (most: number): string => `more than ${shown(most)} bytes of changes (limits.bytes_per_file)`;
export const overFileLines = (most: number): string => `more than ${shown(most)} lines (limits.lines_per_file)`;
export const overFileBytes = (size: number, most: number): string =>
  `${shown(size)} bytes, more than ${shown(most)} (limits.bytes_per_file)`;
export const overMemory = (limits: GitLimits): string =>
  `git needs more than ${shown(memoryOfGit(limits) >> 20)} MB to compare it, e.g. for more than ${shown(limits.pathsPerCommit)} paths (limits.paths_per_commit)`;

/** Git died for want of memory, as its last words say. */
export const isOutOfMemory = (stderr: string): boolean => /out of memory|malloc failed|allocat/i.test(stderr);
