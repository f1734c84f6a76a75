import { diffParser, type CommitDiff, type DiffParser } from './diff-parser.ts';
import { asError } from './errors.ts';
import { DIFF_ARGS, gitExit, startGit, type GitProcess, type Repository } from './git.ts';
import { readDamagedCommit } from './damaged.ts';
import type { Skipped } from './contract.ts';

/** What to compare and how. */
export interface DiffStreamOptions {
  readonly repo: Repository;
  /** Commits with at most one parent, in the order in which they are wanted. */
  readonly shas: readonly string[];
  readonly withContents: boolean;
  readonly processes: number;
  readonly onSkipped: (skipped: Skipped) => void;
  readonly signal?: AbortSignal;
}

/** Diffs of many commits, read ahead by several git processes. */
export interface DiffStream {
  /** Diff of the next commit in order; must be asked once per sha. */
  next(): Promise<CommitDiff> | CommitDiff;
  close(): void;
}

// Commits per turn of a process, newest first: packs hold the newest version of a file whole and older ones as differences to it, so
// git unpacks a turn in the order in which it finds things. The longer, the better for git and the later for the consumer.
const LONGEST_TURN = 512;
const TURNS = 6;
// What all processes together may have read ahead, in changed lines and files.
const AHEAD = 1_500_000;

interface Lane {
  /** Commits of each turn, newest first; `shas` is all of them. */
  readonly turns: string[][];
  shas: string[];
  /** The turn being read. */
  open: CommitDiff[];
  /** Read, not yet taken, from `head` on. */
  ready: (CommitDiff | undefined)[];
  head: number;
  weight: number;
  process: GitProcess | null;
  received: number;
  failure: Error | null;
  wake: (() => void) | null;
}

/** Starts comparing. Commit i belongs to lane (i / turn) mod processes, so lanes run side by side and are consumed in order. */
export function diffStream(options: DiffStreamOptions): DiffStream {
  const { shas, processes } = options;
  const turn = Math.max(1, Math.min(LONGEST_TURN, Math.ceil(shas.length / (TURNS * processes))));
  const count = Math.max(1, Math.min(processes, Math.ceil(shas.length / turn)));
  const lanes = Array.from({ length: count }, (): Lane => ({
    turns: [],
    shas: [],
    open: [],
    ready: [],
    head: 0,
    weight: 0,
    process: null,
    received: 0,
    failure: null,
    wake: null,
  }));
  for (let from = 0; from < shas.length; from += turn)
    lanes[(from / turn) % count]?.turns.push(shas.slice(from, from + turn).reverse());
  for (const lane of lanes) lane.shas = lane.turns.flat();
  for (const lane of lanes) if (lane.shas.length) startLane(lane, AHEAD / count, options);
  let taken = 0;
  return {
    next() {
      const lane = lanes[Math.floor(taken++ / turn) % count] as Lane;
      return takeFrom(lane, AHEAD / count) ?? wait(lane, AHEAD / count);
    },
    close() {
      for (const lane of lanes) {
        lane.failure ??= new Error('closed');
        lane.process?.kill();
      }
    },
  };
}

function takeFrom(lane: Lane, budget: number): CommitDiff | undefined {
  const diff = lane.ready[lane.head];
  if (!diff) {
    if (lane.failure) throw lane.failure;
    return undefined;
  }
  lane.ready[lane.head++] = undefined;
  if (lane.head === 1024) {
    lane.ready = lane.ready.slice(lane.head);
    lane.head = 0;
  }
  lane.weight -= weightOf(diff);
  if (lane.weight < budget / 2 && lane.process?.stdout.isPaused()) lane.process.stdout.resume();
  return diff;
}

async function wait(lane: Lane, budget: number): Promise<CommitDiff> {
  for (;;) {
    // The turn that is waited for may be larger than the budget.
    if (lane.process?.stdout.isPaused()) lane.process.stdout.resume();
    await new Promise<void>((resolve) => {
      lane.wake = resolve;
    });
    const diff = takeFrom(lane, budget);
    if (diff) return diff;
  }
}

function weightOf(diff: CommitDiff): number {
  let weight = 1;
  for (const file of diff.files)
    weight += 8 + file.hunks.length + (file.removed?.hashes.length ?? 0) + (file.added?.hashes.length ?? 0);
  return weight;
}

function deliver(lane: Lane, diff: CommitDiff): void {
  lane.open.push(diff);
  lane.weight += weightOf(diff);
  lane.received++;
  if (lane.open.length < (lane.turns[0]?.length ?? 0)) return;
  lane.ready.push(...lane.open.reverse());
  lane.open = [];
  lane.turns.shift();
  lane.wake?.();
}

function startLane(lane: Lane, budget: number, options: DiffStreamOptions): void {
  const { repo, withContents, signal } = options;
  const child = startGit(repo, ['diff-tree', '--stdin', ...DIFF_ARGS], signal);
  lane.process = child;
  const parser = diffParser({
    hexLength: repo.hexLength,
    withContents,
    onCommit: (diff) => {
      deliver(lane, diff);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    try {
      parser.push(chunk);
    } catch (cause) {
      fail(lane, cause);
    }
    if (lane.weight > budget && lane.head < lane.ready.length) child.stdout.pause();
  });
  child.stdin.end(lane.shas.slice(lane.received).join('\n') + '\n');
  void laneEnded({ lane, parser, child, budget, options });
}

function fail(lane: Lane, cause: unknown): void {
  lane.failure ??= asError(cause);
  lane.process?.kill();
  lane.wake?.();
}

interface EndedLane {
  readonly lane: Lane;
  readonly parser: DiffParser;
  readonly child: GitProcess;
  readonly budget: number;
  readonly options: DiffStreamOptions;
}

/**
 * After the last byte: everything came, or a commit is damaged and is read file by file before the lane goes on. Git may die before it
 * names that commit: the one before it is then the last to be heard of, and complete.
 */
async function laneEnded({ lane, parser, child, budget, options }: EndedLane): Promise<void> {
  try {
    const { code } = await gitExit(child);
    if (lane.failure) return;
    options.signal?.throwIfAborted();
    // A process that was killed may have left out anything.
    if (code === 0 || (code !== null && parser.isComplete())) parser.end();
    if (lane.received === lane.shas.length) return;
    const sha = lane.shas[lane.received] as string;
    deliver(lane, await readDamagedCommit({ ...options, sha }));
    if (lane.received < lane.shas.length) startLane(lane, budget, options);
  } catch (cause) {
    fail(lane, cause);
  }
}
