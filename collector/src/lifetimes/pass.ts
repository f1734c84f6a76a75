import { availableParallelism } from 'node:os';
import type { ApplyContext } from './lines/apply-commit.ts';
import { newBalance } from './books/balance.ts';
import type { LifetimeOptions, ResumePoint, Skipped } from './contract.ts';
import { diffStream } from './read/diff-stream.ts';
import { LifetimeError } from '../git/errors.ts';
import { lackOf, type Repository } from '../git/process.ts';
import type { Commit, History } from './read/history.ts';
import { newLedger } from './books/ledger.ts';
import { contentsIn } from './read/contents.ts';
import { mergeReader } from './read/merge-reader.ts';
import type { ObjectReader } from '../git/objects.ts';
import { pairDiffs } from './read/pair-diffs.ts';
import { measuredContents } from './lines/measured-contents.ts';
import { newSideNotes } from './books/side-notes.ts';
import { newOutput, type Output } from './books/output.ts';
import { forkFiles, planCheckpoints, release, type Checkpoint } from './checkpoints.ts';
import type { Plan } from './resume-plan.ts';
import type { Rules } from './lines/rules.ts';
import { newTables } from './books/spans.ts';
import { newVersion, type Version } from './books/versions.ts';
import { visitCommit, type Walk } from './lines/walk.ts';

const KEEP_VERSIONS = 1000;
// At this many commits the caller hears of progress.
const PROGRESS_STEP = 50;

/** A pass that is decided on. */
export interface Pass {
  readonly repo: Repository;
  readonly objects: ObjectReader;
  readonly history: History;
  readonly rules: Rules;
  readonly plan: Plan;
  readonly options: LifetimeOptions;
}

/** What a pass leaves: the files of the tip (all of them only after a full pass) and what it could not read. */
export interface PassEnd {
  readonly tip: Version;
  readonly apply: ApplyContext;
  readonly point: ResumePoint;
  readonly skipped: readonly Skipped[];
}

/** Visits the commits of the plan in order and gives everything to the sink; `onVersion` sees the files of each commit. */
export async function runPass(pass: Pass, onVersion?: (index: number, version: Version) => void): Promise<PassEnd> {
  const { history, plan, options } = pass;
  const skipped: Skipped[] = [];
  const checkpoints = checkpointsOf(pass);
  const walk = newWalk(pass, { checkpoints, onSkipped: (entry) => skipped.push(explained(pass.repo, entry)) });
  const output = newOutput({
    sink: options.sink,
    state: walk.state,
    windowStart: history.mainline.length - 1 - keepOf(options),
    isFirstPass: plan.baseSeq < 0,
  });
  try {
    if (plan.rewritten) await options.sink?.rewritten?.(plan.rewritten);
    if (plan.resetReason) await options.sink?.reset?.(plan.resetReason);
    let tip = walk.versions.get(history.mainline[plan.baseSeq] ?? -1) ?? newVersion(0);
    const before = doneBefore(pass);
    const total = before + plan.order.length;
    for (const [at, index] of plan.order.entries()) {
      const done = before + at;
      options.signal?.throwIfAborted();
      const version = await visit(pass, { walk, output, index });
      onVersion?.(index, version);
      if (at % PROGRESS_STEP === 0) options.onProgress?.(done, total);
      const { seq } = history.commits[index] as Commit;
      if (seq === null) continue;
      tip = version;
      if (seq === checkpoints[0]?.seq)
        await keepCheckpoint(pass, {
          walk,
          output,
          skipped,
          done: done + 1,
          checkpoint: checkpoints.shift() as Checkpoint,
        });
    }
    options.onProgress?.(total, total);
    const point = pointAt(pass, history.mainline.length - 1);
    output.spans(walk.ledger.takeAlive());
    await output.checkpoint(point, { skipped, forks: [] });
    // Processes read ahead of each other; the answer follows the history.
    skipped.sort((a, b) => (history.indexOf.get(a.sha) ?? 0) - (history.indexOf.get(b.sha) ?? 0));
    return { tip, apply: walk.apply, point, skipped };
  } finally {
    walk.diffs.close();
    walk.merges.close();
    walk.follow.contents.close();
    await walk.follow.pairs.close();
  }
}

/**
 * Says what helps where objects are missing on purpose. @throws LifetimeError `history_unreadable` when trees are missing there: without
 * them not a single line is known
 */
function explained(repo: Repository, { sha, path, reason }: Skipped): Skipped {
  if (repo.lack === null) return { sha, path, reason };
  if (path === null) throw new LifetimeError('history_unreadable', `${reason} (commit ${sha}).${lackOf(repo)}`);
  return { sha, path, reason: `${reason}.${lackOf(repo)}` };
}

async function visit(pass: Pass, at: { walk: Walk; output: Output; index: number }): Promise<Version> {
  const { walk, output, index } = at;
  const { plan, history } = pass;
  const { stat, updates, version } = await visitCommit(walk, index);
  const commit = history.commits[index] as Commit;
  if ((commit.seq !== null || !stat.isMerge) && !plan.known.has(index)) output.commit(stat);
  if (commit.seq !== null) {
    output.spans(walk.ledger.takeDeaths(commit));
    output.files(commit.seq, updates);
  }
  if (output.isFull()) await output.flush();
  return version;
}

/** Below this distance from the tip all versions of a file are kept for late side branches. */
const keepOf = (options: LifetimeOptions): number => options.keepVersions ?? KEEP_VERSIONS;

function checkpointsOf({ history, plan, options }: Pass): Checkpoint[] {
  const { sink, checkpointEvery: every } = options;
  return sink && every ? planCheckpoints(history, plan, { every, keep: keepOf(options) }) : [];
}

interface Reached {
  readonly walk: Walk;
  readonly output: Output;
  readonly skipped: readonly Skipped[];
  /** Commits read by then. */
  readonly done: number;
  readonly checkpoint: Checkpoint;
}

/** Commits that an interrupted pass had read, where this one goes on from its last checkpoint. */
function doneBefore({ plan, options: { resume } }: Pass): number {
  const isContinued = resume !== undefined && plan.baseSeq === resume.seq && plan.rewritten === null;
  return isContinued ? (resume.done ?? 0) : 0;
}

/** Gives everything up to a commit in the middle of the pass. */
async function keepCheckpoint(pass: Pass, { walk, output, skipped, done, checkpoint }: Reached): Promise<void> {
  const { history, rules } = pass;
  const { seq, forks } = checkpoint;
  const index = history.mainline[seq] as number;
  const tipSha = (history.commits[index] as Commit).sha;
  output.spans(walk.ledger.takeAlive());
  await output.checkpoint(
    {
      tipSha,
      seq,
      versionsFrom: seq,
      forks: forks.map((fork) => (history.commits[fork] as Commit).seq as number),
      format: rules.format,
      done,
    },
    {
      // Processes read ahead: what comes later is found again by whoever carries on.
      skipped: skipped.filter(({ sha }) => (history.indexOf.get(sha) ?? 0) <= index),
      forks: forkFiles(forks, history, walk.versions),
    }
  );
  release(forks, walk.versions);
}

interface WalkOptions {
  readonly checkpoints: readonly Checkpoint[];
  readonly onSkipped: (skipped: Skipped) => void;
}

function newWalk(pass: Pass, { checkpoints, onSkipped }: WalkOptions): Walk {
  const { repo, objects, history, plan, options, rules } = pass;
  const tables = newTables(history);
  const commitOf = (index: number): Commit => history.commits[index] as Commit;
  const changes = plan.order.filter((index) => commitOf(index).parents.length < 2);
  const merges = plan.order.filter((index) => commitOf(index).parents.length > 1);
  const requests = merges.map((index) => ({
    sha: commitOf(index).sha,
    parents: commitOf(index).parents.map((parent) => commitOf(parent).sha),
  }));
  const pending = new Int32Array(history.commits.length);
  for (const index of plan.order) for (const parent of commitOf(index).parents) (pending[parent] as number)++;
  for (const { forks } of checkpoints) for (const fork of forks) (pending[fork] as number)++;
  const isFull = options.mode === 'full';
  const stale: ApplyContext['stale'] = new WeakMap();
  return {
    repo,
    objects,
    history,
    apply: {
      tables,
      isFull,
      ignoredRevisions: rules.ignoredRevisions,
      lineSource: options.lineSource,
      classify: (path) => rules.classify(path),
      stale,
    },
    state: { tables, stale, decoded: new Map() },
    balance: newBalance(),
    notes: newSideNotes(tables, plan.processed.slice()),
    ledger: newLedger(tables),
    diffs: diffStream({
      repo,
      shas: changes.map((index) => commitOf(index).sha),
      withContents: isFull,
      processes: options.processes ?? Math.min(4, availableParallelism()),
      onSkipped,
      ...(options.signal ? { signal: options.signal } : {}),
    }),
    follow: {
      isFull,
      contents: measuredContents(contentsIn(repo, objects, options.signal)),
      pairs: pairDiffs(repo, { withContents: isFull, signal: options.signal }),
    },
    merges: mergeReader(repo, requests, options.signal),
    store: plan.baseSeq < 0 ? undefined : options.resume?.store,
    onSkipped,
    versions: startVersions(pass, pending),
    pending,
  };
}

/** Versions that come from the store: the base, and older mainline commits from which new branches start. */
function startVersions(pass: Pass, pending: Int32Array): Map<number, Version> {
  const { plan, history } = pass;
  const versions = new Map<number, Version>();
  for (const index of plan.forks)
    versions.set(index, newVersion(pending[index] as number, (history.commits[index] as Commit).seq));
  return versions;
}

function pointAt(pass: Pass, seq: number): ResumePoint {
  const { history, rules, plan, options } = pass;
  const kept = Math.max(0, seq - keepOf(options));
  const versionsFrom = plan.baseSeq < 0 ? kept : Math.max(kept, options.resume?.versionsFrom ?? 0);
  return { tipSha: history.commits[history.mainline[seq] ?? -1]?.sha ?? '', seq, versionsFrom, format: rules.format };
}
