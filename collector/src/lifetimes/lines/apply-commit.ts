import { buildLines, CARRIED, ENDED, planFile, removedValue, type FilePlan } from './file-plan.ts';
import type { CommitFile, FileFlag, LineRange, LineSource } from '../contract.ts';
import type { CommitDiff, FileDiff } from '../read/diff-parser.ts';
import type { Commit } from '../read/history.ts';
import { DELETED, FILE_DELETED, MODIFIED, REVERTED, type Kind } from '../books/ledger.ts';
import { EFFECTIVE_MIN_LENGTH } from '../read/line-content.ts';
import { isEffective, lineValue, NO_VALUE, spanOf } from '../books/line-value.ts';
import { matchLines } from './match-lines.ts';
import { bookCopies, nameOwners, sharedSources } from './shared-sources.ts';
import { isText } from '../read/merge-reader.ts';
import { displayPath } from '../../git/paths.ts';
import { UNBORN, type Tables } from '../books/spans.ts';
import type { Events } from './events.ts';
import { linesOf, NO_LINES, type Lines, type Version } from '../books/versions.ts';

/** What applying needs to know of the run. */
export interface ApplyContext {
  readonly tables: Tables;
  readonly isFull: boolean;
  readonly ignoredRevisions: ReadonlySet<string>;
  readonly lineSource: LineSource | undefined;
  /** Flags of a path (raw bytes as latin1) and whether its lines can be effective. */
  classify(path: string): { flags: readonly FileFlag[]; isEffective: boolean };
  /** Lines that stand for a content that could not be read, with the last content that could. */
  readonly stale: WeakMap<Lines, string | null>;
}

/** A commit with at most one parent, about to be applied. */
export interface AppliedCommit {
  readonly index: number;
  readonly commit: Commit;
  readonly diff: CommitDiff;
  /** Files of the parent. */
  readonly before: Version;
  readonly events: Events;
}

/** New lines by path, and the numbers of the commit. */
export interface AppliedFiles {
  readonly updates: Map<string, Lines | null>;
  readonly files: CommitFile[];
  readonly moved: number;
}

/** Applies a commit to the lines of its parent. */
export function applyCommit(context: ApplyContext, applied: AppliedCommit): AppliedFiles {
  const { diff, before, events } = applied;
  const plans = planCommit(context, diff, before);
  const present = plans.filter((plan) => plan !== null);
  const shared = sharedSources(present);
  if (context.isFull) {
    const isIgnoredRevision = context.ignoredRevisions.has(applied.commit.sha);
    if (matchLines(present, { isIgnoredRevision, shared })) bookReshaped(present, events);
  } else for (const source of shared) nameOwners(source);
  for (const source of shared) bookCopies(source, events);
  const updates = new Map<string, Lines | null>();
  const files: CommitFile[] = [];
  let moved = 0;
  // Old names first: a file may take the name that another one leaves in the same commit.
  for (const file of diff.files)
    if (file.oldPath !== null && file.oldPath !== file.newPath) updates.set(file.oldPath, null);
  diff.files.forEach((file, position) => {
    const counts = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };
    const plan = plans[position] ?? null;
    const lines = changeFile(context, applied, { file, plan, counts });
    if (file.newPath !== null) updates.set(file.newPath, lines);
    if (plan && context.isFull) moved += plan.fates.reduce((sum, fate) => sum + (fate === CARRIED ? 1 : 0), 0);
    const path = (file.newPath ?? file.oldPath) as string;
    files.push({ path: displayPath(path), ...counts, flags: context.classify(path).flags });
  });
  return { updates, files, moved };
}

/** Lines that were carried over in another number than they were: `a; b;` on one line and then on two. */
function bookReshaped(plans: readonly FilePlan[], events: Events): void {
  const balance = new Map<number, number>();
  const add = (value: number, by: number): void => void balance.set(value, (balance.get(value) ?? 0) + by);
  for (const plan of plans) {
    for (const [removed, fate] of plan.fates.entries()) if (fate === CARRIED) add(removedValue(plan, removed), -1);
    for (const value of plan.inherited) if (value !== NO_VALUE) add(value, 1);
  }
  for (const [value, by] of balance) if (by !== 0) events.reshaped(value, by);
}

/** By file; null where no line is to be looked at: binary and unreadable files, links, deletions that nothing can have come from. */
function planCommit({ isFull }: ApplyContext, { files }: CommitDiff, before: Version): (FilePlan | null)[] {
  const isPlace = isFull && files.some(({ newPath, hunks }) => newPath !== null && hunks.length > 0);
  return files.map((file) => {
    if (file.isBinary || file.isUnreadable) return null;
    const old = file.oldPath === null ? NO_LINES : (linesOf(before, file.oldPath) ?? NO_LINES);
    if (file.newPath === null) return isPlace && file.hunks[1] === old.length ? planFile(file, old) : null;
    return isText(file.newMode) ? planFile(file, old) : null;
  });
}

interface FileChange {
  readonly file: FileDiff;
  readonly plan: FilePlan | null;
  readonly counts: { added: number; deleted: number; effectiveAdded: number; effectiveDeleted: number };
}

function changeFile(context: ApplyContext, applied: AppliedCommit, change: FileChange): Lines {
  const { file, plan } = change;
  if (plan)
    return file.newPath === null
      ? endFile(context, applied, { ...change, plan })
      : changeLines(context, applied, { ...change, plan });
  const old = file.oldPath === null ? null : linesOf(applied.before, file.oldPath);
  if (file.isUnreadable && file.newPath !== null) return staleCopy(context.stale, old, file.oldId);
  // A binary file that moved is compared with nothing and stays what it was.
  if (file.newPath !== null && isText(file.newMode) && !file.isBinary) return old ?? NO_LINES;
  // Of a vanished file that became a binary one and others, the others have the lines.
  if (file.status === 'renamed' && applied.diff.files.some((other) => other !== file && other.oldPath === file.oldPath))
    return NO_LINES;
  const kind = file.newPath === null ? FILE_DELETED : MODIFIED;
  for (const value of old ?? NO_LINES) die(context, applied, { value, kind, counts: change.counts });
  return NO_LINES;
}

/** Lines of a deleted file that nothing in the commit carries on. */
function endFile(context: ApplyContext, applied: AppliedCommit, change: FileChange & { plan: FilePlan }): Lines {
  const { plan, counts } = change;
  for (const [removed, fate] of plan.fates.entries())
    if (fate === ENDED) die(context, applied, { value: removedValue(plan, removed), kind: FILE_DELETED, counts });
  return NO_LINES;
}

/** Lines with an identity of their own, remembered as standing for something else. */
export function staleCopy(stale: WeakMap<Lines, string | null>, old: Lines | null, oldId: string): Lines {
  const copy = Int32Array.from(old ?? NO_LINES);
  const isKnown = old !== null && !stale.has(old) && /[1-9a-f]/.test(oldId);
  stale.set(copy, isKnown ? oldId : old ? (stale.get(old) ?? null) : null);
  return copy;
}

function changeLines(context: ApplyContext, applied: AppliedCommit, change: FileChange & { plan: FilePlan }): Lines {
  const { file, plan } = change;
  if (plan.removedCount > 0) removeLines(context, applied, change);
  if (plan.addedCount === 0 && plan.removedCount === 0) return plan.old;
  const path = file.newPath as string;
  writeLines(context, applied, { ...change, path });
  return buildLines(plan);
}

/** Gives every added line that carries nothing over a value of this commit. */
function writeLines(
  context: ApplyContext,
  applied: AppliedCommit,
  change: FileChange & { plan: FilePlan; path: string }
): void {
  const { file, plan, counts, path } = change;
  const { inherited } = plan;
  const canCount = context.isFull && context.classify(path).isEffective;
  const lengths = file.added?.lengths;
  const spanAt = spansOf(context, applied, { file, path });
  // Neighbours mostly share a value: they are booked together.
  let last = -1;
  let run = 0;
  const book = (): void => {
    if (run === 0) return;
    counts.added += run;
    counts.effectiveAdded += isEffective(last) ? run : 0;
    applied.events.born(last, run);
  };
  for (let line = 0; line < inherited.length; line++) {
    if (inherited[line] !== NO_VALUE) continue;
    const value = lineValue(spanAt(line), canCount && (lengths?.[line] as number) >= EFFECTIVE_MIN_LENGTH);
    inherited[line] = value;
    if (value !== last) {
      book();
      last = value;
      run = 0;
    }
    run++;
  }
  book();
}

/** The span of each added line: one for the file, or one per line source where lines are attested. */
function spansOf(
  context: ApplyContext,
  applied: AppliedCommit,
  of: { file: FileDiff; path: string }
): (added: number) => number {
  const { tables } = context;
  const { commit, index } = applied;
  const born = commit.seq === null ? UNBORN : index;
  const spans = new Map<string | null, number>();
  const spanFrom = (source: string | null): number => {
    let span = spans.get(source);
    if (span === undefined) spans.set(source, (span = tables.newSpan(tables.originOf(index, source), of.path, born)));
    return span;
  };
  const ranges = context.lineSource?.(commit.sha, displayPath(of.path)) ?? null;
  if (!ranges) return () => spans.get(null) ?? spanFrom(null);
  const numbers = lineNumbers(of.file.hunks);
  return (added) => spanFrom(sourceAt(ranges, numbers[added] as number));
}

/** Line numbers of the added lines in the new file. */
function lineNumbers(hunks: readonly number[]): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < hunks.length; at += 4) {
    for (let line = 0; line < (hunks[at + 3] as number); line++) numbers.push((hunks[at + 2] as number) + line);
  }
  return numbers;
}

function sourceAt(ranges: readonly LineRange[], line: number): string | null {
  return ranges.find((range) => line >= range.from && line <= range.to)?.source ?? null;
}

function removeLines(context: ApplyContext, applied: AppliedCommit, change: FileChange & { plan: FilePlan }): void {
  const { plan, counts } = change;
  const { hunks } = plan.file;
  let removed = 0;
  let added = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    const removedEnd = removed + (hunks[at + 1] as number);
    const addedEnd = added + (hunks[at + 3] as number);
    let isRewritten = false;
    for (; added < addedEnd; added++) isRewritten ||= plan.inherited[added] === NO_VALUE;
    for (; removed < removedEnd; removed++) {
      if (plan.fates[removed] !== ENDED) continue;
      die(context, applied, { value: removedValue(plan, removed), kind: isRewritten ? MODIFIED : DELETED, counts });
    }
  }
}

function die(
  context: ApplyContext,
  applied: AppliedCommit,
  death: { value: number; kind: Kind; counts: FileChange['counts'] }
): void {
  const { value, counts } = death;
  counts.deleted++;
  if (isEffective(value)) counts.effectiveDeleted++;
  const isUndone =
    applied.commit.reverts.length > 0 && isReverted(context.tables, applied.commit.reverts, spanOf(value));
  applied.events.died({ value, kind: isUndone ? REVERTED : death.kind, count: 1 });
}

/** Is the line's origin, or the merge that brought it, among the reverted commits? One this history does not know may be any. */
function isReverted(tables: Tables, reverts: readonly string[], span: number): boolean {
  const { commits, indexOf } = tables.history;
  const origin = commits[tables.originCommit[tables.spanOrigin[span] as number] as number]?.sha ?? '';
  const born = commits[tables.spanBorn[span] as number]?.sha ?? '';
  return reverts.some(
    (sha) => origin.startsWith(sha) || born.startsWith(sha) || (sha.length >= 40 && !indexOf.has(sha))
  );
}
