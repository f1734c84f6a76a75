import { LifetimeError } from '../../git/errors.ts';
import type { FileDiff } from '../read/diff-parser.ts';
import type { Lines } from '../books/versions.ts';

/** One file of a commit with the lines it had before, and which lines survive or are carried over inside the commit. */
export interface FilePlan {
  readonly file: FileDiff;
  /** Lines before; empty when the file is new or was not text. */
  readonly old: Lines;
  readonly removedCount: number;
  readonly addedCount: number;
  /** Position in `old` of each removed line, in hunk order. */
  readonly removedAt: number[];
  /** Removed lines that live on elsewhere (full mode): 1. */
  readonly kept: number[];
  /** Value an added line carries over, or -1 while nothing was carried over to it. */
  readonly inherited: number[];
}

/** @throws LifetimeError `internal` when the hunks do not fit the lines: the state is not that of the parent. */
export function planFile(file: FileDiff, old: Lines): FilePlan {
  const { hunks } = file;
  let removedCount = 0;
  let addedCount = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    removedCount += hunks[at + 1] as number;
    addedCount += hunks[at + 3] as number;
  }
  const removedAt = new Array<number>(removedCount);
  let next = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    const first = (hunks[at] as number) - 1;
    const count = hunks[at + 1] as number;
    if (first + count > old.length)
      throw new LifetimeError(
        'internal',
        `a hunk of ${file.newPath ?? file.oldPath ?? ''} lies beyond its ${old.length} lines`
      );
    for (let line = 0; line < count; line++) removedAt[next++] = first + line;
  }
  return {
    file,
    old,
    removedCount,
    addedCount,
    removedAt,
    kept: new Array<number>(removedCount).fill(0),
    inherited: new Array<number>(addedCount).fill(-1),
  };
}

/** The file's lines after the commit, when every added line has its value in `inherited`. */
export function buildLines(plan: FilePlan): Lines {
  const { old, inherited } = plan;
  const { hunks } = plan.file;
  const lines = new Int32Array(old.length - plan.removedCount + plan.addedCount);
  let from = 0;
  let to = 0;
  let added = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    const oldCount = hunks[at + 1] as number;
    // Without deleted lines git names the line before the insertion.
    const until = oldCount === 0 ? (hunks[at] as number) : (hunks[at] as number) - 1;
    if (until > from) lines.set(old.subarray(from, until), to);
    to += until - from;
    from = until + oldCount;
    for (const end = to + (hunks[at + 3] as number); to < end; to++) lines[to] = inherited[added++] as number;
  }
  if (from < old.length) lines.set(old.subarray(from), to);
  return lines;
}
