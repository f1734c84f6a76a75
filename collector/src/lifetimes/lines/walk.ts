import { applyCommit, staleCopy, type ApplyContext } from './apply-commit.ts';
import type { Events } from './events.ts';
import type { Balance } from '../books/balance.ts';
import type { CommitStat, LiveFileStore, Skipped } from '../contract.ts';
import type { CommitDiff } from '../read/diff-parser.ts';
import type { DiffStream } from '../read/diff-stream.ts';
import { LifetimeError } from '../../git/errors.ts';
import { followVanished, type FollowContext } from './follow.ts';
import { decodeState, type StateContext } from '../books/file-state.ts';
import type { Repository } from '../../git/process.ts';
import type { Commit, History } from '../read/history.ts';
import type { Ledger } from '../books/ledger.ts';
import { mergeFiles, pathsOfMerge } from './merge-files.ts';
import { settleMerge, type MergeNumbers } from './settle-merge.ts';
import type { Note, SideNotes } from '../books/side-notes.ts';
import { pairMerge } from './pair-merge.ts';
import type { MergeDiff, MergeReader } from '../read/merge-reader.ts';
import type { ObjectReader } from '../../git/objects.ts';
import { displayPath, rawPath } from '../../git/paths.ts';
import { pathsOfCommit, repairDiff } from './repair.ts';
import { setAside, type SetAside } from './set-aside.ts';
import { lineValue } from '../books/line-value.ts';
import { UNBORN } from '../books/spans.ts';
import {
  childVersion,
  linesOf,
  missingPaths,
  newVersion,
  settle,
  type Lines,
  type Version,
} from '../books/versions.ts';

/** All that a walk over commits works with. */
export interface Walk {
  readonly repo: Repository;
  readonly objects: ObjectReader;
  readonly history: History;
  readonly apply: ApplyContext;
  readonly ledger: Ledger;
  readonly diffs: DiffStream;
  readonly follow: FollowContext;
  readonly merges: MergeReader;
  readonly state: StateContext;
  readonly balance: Balance;
  readonly notes: SideNotes;
  readonly store: LiveFileStore | undefined;
  readonly onSkipped: (skipped: Skipped) => void;
  /** Versions of commits that have children to come, by commit index. */
  readonly versions: Map<number, Version>;
  /** How many children of each commit are still to come. */
  readonly pending: Int32Array;
}

/** What a commit did. */
export interface Visited {
  readonly stat: CommitStat;
  /** Files of the commit; on the mainline with births written in. */
  readonly updates: Map<string, Lines | null>;
  readonly version: Version;
}

/** Applies the next commit of the order: reads its diff, finds its lines, books births and deaths when it is on the mainline. */
export async function visitCommit(walk: Walk, index: number): Promise<Visited> {
  const commit = walk.history.commits[index] as Commit;
  const parents = commit.parents.map((parent) => versionOf(walk, parent));
  const visit = { index, commit, parents: parents.length ? parents : [newVersion(0)] };
  const done = commit.parents.length > 1 ? await visitMerge(walk, visit) : await visitChange(walk, visit);
  const version = makeVersion(walk, visit, done);
  return { stat: done.stat, updates: done.updates, version };
}

interface Visit {
  readonly index: number;
  readonly commit: Commit;
  readonly parents: readonly Version[];
}

interface Done {
  readonly stat: CommitStat;
  readonly updates: Map<string, Lines | null>;
  readonly notes: readonly Note[];
}

function versionOf(walk: Walk, index: number): Version {
  const version = walk.versions.get(index);
  if (!version)
    throw new LifetimeError(
      'internal',
      `the files of ${walk.history.commits[index]?.sha ?? ''} are gone although a child is to come`
    );
  return version;
}

/** Lowers what the parents are waited for, and puts the new version in their place. */
function makeVersion(walk: Walk, visit: Visit, done: Done): Version {
  const { commit, index } = visit;
  commit.parents.forEach((parent) => {
    const version = versionOf(walk, parent);
    if (--version.pending === 0) walk.versions.delete(parent);
  });
  const first = visit.parents[0] as Version;
  const version = childVersion(first, done.updates, commit.seq !== null);
  if (commit.seq === null) walk.notes.keep(index, done.notes);
  else walk.notes.reached(index);
  version.pending = walk.pending[index] as number;
  if (version.pending > 0) walk.versions.set(index, version);
  for (const parent of visit.parents.slice(1)) if (parent !== version) settle(parent);
  return version;
}

async function visitChange(walk: Walk, visit: Visit): Promise<Done> {
  const { commit, index } = visit;
  const before = visit.parents[0] as Version;
  const next = walk.diffs.next();
  let diff: CommitDiff = next instanceof Promise ? await next : next;
  if (diff.sha !== commit.sha)
    throw new LifetimeError('internal', `git gave the diff of ${diff.sha} where ${commit.sha} was asked for`);
  if (walk.store) await load(walk, before, pathsOfCommit(diff));
  const asked = setAside({ ...walk.follow, limits: walk.repo.limits }, diff);
  const large = asked && (await asked);
  if (large) ({ diff } = large);
  const followed = followVanished(walk.follow, diff);
  if (followed) diff = await followed;
  const repaired = repairDiff(walk, diff, before);
  if (repaired) diff = await repaired;
  if (large) nameLarge(walk, diff, large);
  const notes: Note[] = [];
  const { ledger } = walk;
  const events: Events = commit.seq === null ? branchEvents(notes) : mainlineEvents(ledger);
  const { updates, files, moved } = applyCommit(walk.apply, { index, commit, diff, before, events });
  const sums = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };
  for (const file of files) {
    sums.added += file.added;
    sums.deleted += file.deleted;
    sums.effectiveAdded += file.effectiveAdded;
    sums.effectiveDeleted += file.effectiveDeleted;
  }
  return { stat: { ...statOf(commit, sums), moved, filesChanged: files.length, files }, updates, notes };
}

/** Those that are still unreadable: a content may be small enough although its diff is not. */
function nameLarge(walk: Walk, { sha, files }: CommitDiff, { reasons }: SetAside): void {
  for (const { newPath, isUnreadable } of files) {
    const reason = newPath === null || !isUnreadable ? undefined : reasons.get(newPath);
    if (reason !== undefined) walk.onSkipped({ sha, path: displayPath(newPath ?? ''), reason });
  }
}

function branchEvents(notes: Note[]): Events {
  return {
    born: () => undefined,
    died: (death) => void notes.push(death),
    reshaped: (value, count) =>
      void notes.push({ value, kind: count < 0 ? 'joined' : 'split', count: Math.abs(count) }),
  };
}

function mainlineEvents(ledger: Ledger): Events {
  return {
    born: (value, count) => ledger.born(value, count),
    died: (death) => ledger.died(death),
    reshaped: (value, count) => ledger.born(value, count),
  };
}

function statOf(commit: Commit, numbers: MergeNumbers): CommitStat {
  return {
    sha: commit.sha,
    isMerge: commit.parents.length > 1,
    isMainline: commit.seq !== null,
    committedAt: commit.time,
    ...numbers,
    moved: 0,
    filesChanged: 0,
    reverts: commit.reverts,
    files: [],
  };
}

/** Lines of a merge itself are unborn until the merge is booked, like those of a branch. */
function mergeSpans({ apply: { tables } }: Walk, index: number): (path: string) => number {
  const spans = new Map<string, number>();
  return (path) => {
    let span = spans.get(path);
    if (span === undefined) spans.set(path, (span = tables.newSpan(tables.originOf(index, null), path, UNBORN)));
    return lineValue(span, false);
  };
}

async function visitMerge(walk: Walk, visit: Visit): Promise<Done> {
  const { commit, index, parents } = visit;
  const diff = await walk.merges.next();
  if (diff.sha !== commit.sha)
    throw new LifetimeError('internal', `git gave the merge ${diff.sha} where ${commit.sha} was asked for`);
  if (diff.lack !== null) walk.onSkipped({ sha: diff.sha, path: null, reason: diff.lack });
  const shaOf = (parent: number): string => walk.history.commits[parent]?.sha ?? '';
  const context = { ...walk.follow, merges: walk.merges, mostLines: walk.repo.limits.linesPerFile };
  const merge = { diff, paired: await pairMerge(context, diff, commit.parents.map(shaOf)) };
  if (walk.store)
    for (const [position, parent] of parents.entries()) await load(walk, parent, pathsOfMerge(merge, position));
  const { tables } = walk.apply;
  const { updates, unreadable } = mergeFiles(merge, parents, mergeSpans(walk, index));
  const before = parents[0] as Version;
  for (const path of unreadable) keepUnreadable(walk, { diff, before, path, updates });
  if (commit.seq === null)
    return { stat: { ...statOf(commit, NO_NUMBERS), filesChanged: updates.size }, updates, notes: [] };
  const branches = walk.notes.bring(commit.parents.slice(1));
  const numbers = settleMerge(tables, walk.ledger, { index, before, branches, updates, balance: walk.balance });
  return { stat: { ...statOf(commit, numbers), filesChanged: updates.size }, updates, notes: [] };
}

const NO_NUMBERS: MergeNumbers = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };

function keepUnreadable(
  walk: Walk,
  kept: { diff: MergeDiff; before: Version; path: string; updates: Map<string, Lines | null> }
): void {
  const { diff, before, path, updates } = kept;
  const file = diff.changed?.get(path);
  updates.set(path, staleCopy(walk.apply.stale, linesOf(before, path), file?.oldId ?? ''));
  walk.onSkipped({
    sha: diff.sha,
    path: displayPath(path),
    reason: 'a content that the merge combines is missing or too large',
  });
}

/** Reads from the store what the version does not know of these paths. */
async function load(walk: Walk, version: Version, paths: readonly string[]): Promise<void> {
  const { holder, paths: missing } = missingPaths(version, paths);
  if (missing.length === 0 || holder.storedSeq === null || !walk.store) return;
  const loaded = await walk.store.load(missing.map(displayPath), holder.storedSeq);
  const found = new Map(Array.from(loaded, ([path, state]) => [rawPath(path), decodeState(state, walk.state)]));
  for (const path of missing) holder.changes.set(path, found.get(path) ?? null);
}
