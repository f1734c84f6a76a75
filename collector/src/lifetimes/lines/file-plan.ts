import { LifetimeError } from '../../git/errors.ts';
import type { FileDiff } from '../read/diff-parser.ts';
import { NO_VALUE } from '../books/line-value.ts';
import type { Lines } from '../books/versions.ts';

/** What becomes of a removed line: it ends here, unless one of the others is said of it. */
export const ENDED = 0;
/** An added line of the commit carries it on (full mode). */
export const CARRIED = 1;
/** Another file that continues the same vanished file has it, or answers for it. */
export const ELSEWHERE = 2;

/** One file of a commit with the lines it had before, and which lines survive or are carried over inside the commit. */
export interface FilePlan {
  readonly file: FileDiff;
  /** Lines before; empty when the file is new or was not text. */
  readonly old: Lines;
  readonly removedCount: number;
  readonly addedCount: number;
  /** Position in `old` of each removed line, in hunk order. */
  readonly removedAt: Int32Array;
  /** For each removed line ENDED, CARRIED or ELSEWHERE. */
  readonly fates: Uint8Array;
  /** Value an added line carries over; NO_VALUE while nothing was carried over to it. */
  readonly inherited: Int32Array;
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
  const removedAt = new Int32Array(removedCount);
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
    fates: new Uint8Array(removedCount),
    inherited: new Int32Array(addedCount).fill(NO_VALUE),
  };
}

/** Value of a removed line. */
export function removedValue(plan: FilePlan, removed: number): number {
  return plan.old[plan.removedAt[removed] as number] as number;
}

/** Carries a removed line over to an added one. */
export function carry(plan: FilePlan, removed: number, to: { plan: FilePlan; added: number }): void {
  plan.fates[removed] = CARRIED;
  to.plan.inherited[to.added] = removedValue(plan, removed);
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

/** Lines `removed` to `removed + removedCount`, likewise added, of one hunk. */
export interface Hunk {
  readonly removed: number;
  readonly removedCount: number;
  readonly added: number;
  readonly addedCount: number;
}

export function hunksOf(plan: FilePlan): Hunk[] {
  const { hunks } = plan.file;
  const list: Hunk[] = [];
  let removed = 0;
  let added = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    const hunk = { removed, removedCount: hunks[at + 1] as number, added, addedCount: hunks[at + 3] as number };
    list.push(hunk);
    removed += hunk.removedCount;
    added += hunk.addedCount;
  }
  return list;
}
