/**
 * What the line-lifetime engine takes and gives. Only types: code against this file, not against the engine's inside.
 *
 * Words. *Mainline*: the first-parent chain of the analysed tip. *Origin*: the commit that wrote a line, as `git blame` names it
 * (it may lie on a side branch). *Born*: the mainline commit with which the line reached the default branch (the origin itself, or
 * the merge that brought it). *Seq*: position of a commit on the mainline, 0 = oldest known.
 */

import type { GitLimits } from '../git/limits.ts';

/** How a line left the default branch. `history_rewritten` is censoring (force push), not a death. */
export type DeathKind = 'modified' | 'deleted' | 'reverted' | 'file_deleted' | 'history_rewritten';

/** `plain`: as `git blame` (renames followed, nothing else). `full`: moves, reformatting and ignored revisions are not deaths. */
export type LifetimeMode = 'plain' | 'full';

/**
 * Change of a count of lines that share origin, source, path at birth, birth and death. Rows are additive: sum them by key
 * (originSha, lineSource, path, bornSha, diedSha, deathKind). A death subtracts from the alive row (`diedSha` null) and adds to the
 * row of that death. A row with a death is given whole and once (its commit is processed once); alive rows come again in later
 * batches, with negative counts too. Joining or splitting lines by a reformatting changes the alive count without a death.
 */
export interface SpanDelta {
  /** Commit that wrote the lines (full sha). */
  readonly originSha: string;
  /** Who wrote them by line attestation, e.g. `ai:claude-code`, `human`; null: nothing known at line level. */
  readonly lineSource: string | null;
  /** Path at birth. UTF-8; a path that is not (or starts with a double quote) is given quoted as git quotes it. */
  readonly path: string;
  /** Mainline commit that brought the lines to the default branch. */
  readonly bornSha: string;
  /** Committer time of `bornSha`, epoch seconds. */
  readonly bornAt: number;
  /** Mainline commit that ended the lines; null: alive. */
  readonly diedSha: string | null;
  /** Epoch seconds, never before `bornAt` even where clocks run backwards; null: alive. */
  readonly diedAt: number | null;
  readonly deathKind: DeathKind | null;
  /** Number of lines to add to this row; may be negative on alive rows. */
  readonly lines: number;
  /** The effective ones among `lines` (metrics.md §1). Always 0 in plain mode, which does not look at contents. */
  readonly effectiveLines: number;
}

/** One version of the lines of a file on the mainline, to be kept by (path, seq). */
export interface FileState {
  readonly path: string;
  /** Mainline position from which this version holds, until the next higher seq of the same path. */
  readonly seq: number;
  /** Compact, self-contained encoding (file-state.ts); null: the path does not exist from here on. */
  readonly state: Uint8Array | null;
}

/** What a path is by its name, its attributes or its content; every flag except `test` and `docs` makes its lines ineffective. */
export type FileFlag = 'generated' | 'vendored' | 'lock' | 'minified' | 'lfs' | 'test' | 'docs';

/** One file of one commit, compared with its first parent. */
export interface CommitFile {
  readonly path: string;
  readonly added: number;
  readonly deleted: number;
  readonly effectiveAdded: number;
  readonly effectiveDeleted: number;
  readonly flags: readonly FileFlag[];
}

/**
 * Numbers of one commit. Moved and reformatted lines count in `moved`, not in added or deleted (full mode). A merge is given only
 * when it is on the mainline: what it changed on the default branch, `files` empty.
 */
export interface CommitStat {
  readonly sha: string;
  readonly isMerge: boolean;
  readonly isMainline: boolean;
  readonly committedAt: number;
  readonly added: number;
  readonly deleted: number;
  readonly effectiveAdded: number;
  readonly effectiveDeleted: number;
  readonly moved: number;
  readonly filesChanged: number;
  /** Full shas named by `This reverts commit <sha>` in the message. */
  readonly reverts: readonly string[];
  readonly files: readonly CommitFile[];
}

/** A change that could not be read: the file keeps its last known lines until a readable version comes. */
export interface Skipped {
  readonly sha: string;
  /** Null: the whole commit could not be compared (its tree is missing). */
  readonly path: string | null;
  readonly reason: string;
}

/** Where a later pass can carry on. Store it as it is; give it back as `resume`. */
export interface ResumePoint {
  readonly tipSha: string;
  /** Mainline position of `tipSha`. */
  readonly seq: number;
  /** Every file version that was current at or after this seq is in the store; older, superseded ones may be deleted. */
  readonly versionsFrom: number;
  /** Older mainline positions of which every file is in the store too: open branches start there. Absent: none. */
  readonly forks?: readonly number[];
  /** Version of encoding and rules; another version leads to a full rebuild. */
  readonly format: string;
  /** Commits that the pass under way had read by then; absent = it came to its end. */
  readonly done?: number;
}

/** Reads back what `sink.files` was given. */
export interface LiveFileStore {
  /**
   * For each path the state with the highest seq not above `seq`.
   * Paths without such a version, or whose state is null, are absent from the answer.
   */
  load(paths: readonly string[], seq: number): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** A force push took mainline commits away. Apply `closeRewritten` (rewrite.ts) or its SQL equivalent, then forget file versions above `baseSeq`. */
export interface Rewritten {
  /** Newest mainline commit that old and new history share; null: they share none. */
  readonly baseSha: string | null;
  /** Its position; -1 when there is none. */
  readonly baseSeq: number;
  /** Mainline commits that are no longer part of the history, newest first. */
  readonly removed: readonly string[];
  /** Epoch seconds at which the spans born in `removed` are closed as `history_rewritten`: committer time of the new tip. */
  readonly at: number;
}

/**
 * Receives results in batches; each call is awaited before the engine goes on. Everything between two checkpoints belongs
 * together: write it in one transaction or be able to drop it.
 */
export interface LifetimeSink {
  spans(batch: readonly SpanDelta[]): Promise<void> | void;
  files?(batch: readonly FileState[]): Promise<void> | void;
  commits?(batch: readonly CommitStat[]): Promise<void> | void;
  /** History was rewritten; called before anything else of this pass. */
  rewritten?(event: Rewritten): Promise<void> | void;
  /** The stored state cannot be continued from (too old, other format): forget all spans not closed as `history_rewritten`, and all file versions; everything is given again. */
  reset?(reason: string): Promise<void> | void;
  /**
   * All given so far is exactly the state at this point. Always called at the end of a pass that changed anything. `skipped`: what could
   * not be read up to it.
   */
  checkpoint?(point: ResumePoint, skipped: readonly Skipped[]): Promise<void> | void;
}

/** Lines `from`..`to` (1-based, both included, numbered as in the commit's version of the file) were written by `source`. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
  readonly source: string;
}

/** Line attestations of one commit and file (git-ai notes); null: none. Asked only for lines the commit added. */
export type LineSource = (sha: string, path: string) => readonly LineRange[] | null;

export interface LifetimeOptions {
  /** A working tree or a bare repository. */
  readonly repoPath: string;
  /** Any revision; default `HEAD`. */
  readonly tip?: string;
  readonly mode: LifetimeMode;
  readonly sink?: LifetimeSink;
  /** Carry on from here; without it everything is read. */
  readonly resume?: ResumePoint & { readonly store: LiveFileStore };
  readonly lineSource?: LineSource;
  /** Shas whose changes are never deaths (full mode). Default: those of `.git-blame-ignore-revs` at the tip. */
  readonly ignoreRevs?: readonly string[];
  /** Number of git processes that compare commits side by side; default: number of processors, at most 4. */
  readonly processes?: number;
  /** Mainline commits whose superseded file versions are kept for late side branches; default 1000. */
  readonly keepVersions?: number;
  /** Commits between two checkpoints, at the next mainline commit; default: only at the end. */
  readonly checkpointEvery?: number;
  /** How much of a commit and of a file is read. */
  readonly limits?: GitLimits;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface LifetimeResult extends ResumePoint {
  /** Commits compared in this pass. */
  readonly commits: number;
  readonly merges: number;
  /** Lines alive at the tip. With `resume`: null when the pass did not load every file. */
  readonly liveLines: number | null;
  readonly liveFiles: number | null;
  /** Epoch seconds before which births are unknown (shallow clone: the oldest commit looks as if it wrote everything); null: complete. */
  readonly knownFrom: number | null;
  readonly skipped: readonly Skipped[];
  /** `full`: read from the beginning; `continued`: from `resume`; `unchanged`: nothing new. */
  readonly pass: 'full' | 'continued' | 'unchanged';
  readonly rewritten: boolean;
  readonly seconds: number;
}

/** Answer of `lines --repo R [--at REV] --json`: live lines of text files, by the commit that wrote them (plain mode). */
export interface LineCount {
  readonly total: number;
  readonly by_commit: Readonly<Record<string, number>>;
}

/** `runLifetimes(options)` in run-lifetimes.ts. @throws LifetimeError with a stable `code`. */
export type RunLifetimes = (options: LifetimeOptions) => Promise<LifetimeResult>;

/** `countLines({ repoPath, rev })` in count-lines.ts. */
export type CountLines = (options: { repoPath: string; rev?: string; signal?: AbortSignal }) => Promise<LineCount>;
