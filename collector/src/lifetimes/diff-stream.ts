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

// Commits per turn of a process: long enough that a process finds the previous versions of a file in its own cache.
const TURN = 64;
// What all processes together may have read ahead, in changed lines and files.
const AHEAD = 400_000;

interface Lane {
  readonly shas: string[];
  /** Read, not yet taken, from `head` on. */
  ready: (CommitDiff | undefined)[];
  head: number;
  weight: number;
  process: GitProcess | null;
  received: number;
  failure: Error | null;
  wake: (() => void) | null;
}

/** Starts comparing. Commit i belongs to lane (i / TURN) mod processes, so lanes run side by side and are consumed in order. */
export function diffStream(options: DiffStreamOptions): DiffStream {
  const count = Math.max(1, Math.min(options.processes, Math.ceil(options.shas.length / TURN)));
  const lanes = Array.from({ length: count }, (): Lane => ({
    shas: [],
    ready: [],
    head: 0,
    weight: 0,
    process: null,
    received: 0,
    failure: null,
    wake: null,
  }));
  options.shas.forEach((sha, index) => lanes[Math.floor(index / TURN) % count]?.shas.push(sha));
  for (const lane of lanes) if (lane.shas.length) startLane(lane, AHEAD / count, options);
  let taken = 0;
  return {
    next() {
      const lane = lanes[Math.floor(taken++ / TURN) % count] as Lane;
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
  lane.ready.push(diff);
  lane.weight += weightOf(diff);
  lane.received++;
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
    if (lane.weight > budget) child.stdout.pause();
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

/** After the last byte: everything came, or the commit being read is damaged and is read file by file before the lane goes on. */
async function laneEnded({ lane, parser, child, budget, options }: EndedLane): Promise<void> {
  try {
    const { code } = await gitExit(child);
    if (lane.failure) return;
    options.signal?.throwIfAborted();
    if (code === 0) parser.end();
    if (lane.received === lane.shas.length) return;
    const sha = lane.shas[lane.received] as string;
    deliver(lane, await readDamagedCommit({ ...options, sha }));
    if (lane.received < lane.shas.length) startLane(lane, budget, options);
  } catch (cause) {
    fail(lane, cause);
  }
}
