import type { Skipped } from '../contract.ts';
import { newLane, type Lane } from './diff-lane.ts';
import type { CommitDiff } from './diff-parser.ts';
import { asError } from '../../git/errors.ts';
import type { Repository } from '../../git/process.ts';
import { cutTurns, type Place, type Turn } from './turns.ts';

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

// What all processes together may have read ahead, in numbers kept (8 bytes each).
const AHEAD = 2_000_000;
const PER_FILE = 60;

/** Starts comparing. Turns are given out in order, each to the process that is free first, and consumed in order. */
export function diffStream(options: DiffStreamOptions): DiffStream {
  const turns = cutTurns(options.shas, options.processes);
  let given = 0;
  let current = 0;
  let taken = 0;
  let ahead = 0;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  let hasRoom: (() => void)[] = [];

  const lanes = Array.from({ length: Math.min(options.processes, turns.length) }, (): Lane =>
    newLane({ ...options, takeTurn: () => turns[given++] ?? null, deliver, fail, room })
  );
  for (const lane of lanes) lane.start();

  function deliver({ turn, at }: Place, diff: CommitDiff): void {
    turn.diffs[at] = diff;
    turn.left--;
    ahead += weightOf(diff);
    if (ahead >= AHEAD) balance();
    if (turn.left === 0 && turn === turns[current]) wake?.();
  }

  function fail(cause: unknown): void {
    failure ??= asError(cause);
    for (const lane of lanes) lane.close();
    wake?.();
  }

  /** Whoever reads what is wanted next always reads on; the others while there is room. */
  function balance(): void {
    const isRoom = ahead < AHEAD;
    for (const lane of lanes) lane.flow(isRoom || lane.turn() === turns[current]);
    if (!isRoom) return;
    for (const go of hasRoom) go();
    hasRoom = [];
  }

  function room(): Promise<void> | void {
    if (ahead >= AHEAD) return new Promise((resolve) => void hasRoom.push(resolve));
  }

  function take(): CommitDiff | undefined {
    const turn = turns[current] as Turn;
    if (turn.left > 0) {
      if (failure) throw failure;
      return undefined;
    }
    const diff = turn.diffs[taken] as CommitDiff;
    turn.diffs[taken++] = undefined;
    if (taken === turn.shas.length) {
      current++;
      taken = 0;
    }
    const wasFull = ahead >= AHEAD;
    ahead -= weightOf(diff);
    if (wasFull) balance();
    return diff;
  }

  async function wait(): Promise<CommitDiff> {
    for (;;) {
      const diff = take();
      if (diff) return diff;
      // The turn that is waited for may be larger than the room.
      balance();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    next: () => take() ?? wait(),
    close: () => {
      fail(new Error('closed'));
    },
  };
}

function weightOf(diff: CommitDiff): number {
  let weight = 1;
  for (const file of diff.files)
    weight += PER_FILE + file.hunks.length + (file.removed?.hashes.length ?? 0) + (file.added?.hashes.length ?? 0);
  return weight;
}
