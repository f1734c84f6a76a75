import type { Skipped } from '../contract.ts';
import { overIn } from './compare.ts';
import { findDamage, readDamagedCommit } from './damaged.ts';
import { diffParser, type CommitDiff, type DiffParser } from './diff-parser.ts';
import { LifetimeError } from '../../git/errors.ts';
import type { OverLimit } from '../../git/limits.ts';
import { DIFF_ARGS, gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';
import { placesOf, shaAt, type Place, type Turn } from './turns.ts';

/** One git process that compares commits, restarted where it dies of damage. */
export interface Lane {
  start(): void;
  /** Lets the process go on, or holds it. */
  flow(isOpen: boolean): void;
  /** The turn being read. */
  turn(): Turn | null;
  close(): void;
}

/** What a lane works with. */
export interface LaneOptions {
  readonly repo: Repository;
  readonly withContents: boolean;
  readonly onSkipped: (skipped: Skipped) => void;
  readonly signal?: AbortSignal;
  /** The next turn that nobody has yet; null: there is none. */
  takeTurn(): Turn | null;
  deliver(place: Place, diff: CommitDiff): void;
  fail(cause: unknown): void;
  /** Waits until there is room to read ahead. */
  room(): Promise<void> | void;
}

type End = 'whole' | 'died' | 'over' | 'closed';

// The end of a commit is seen at the beginning of the next one, and git must not wait for work: the next turn is asked for before.
const ASK_EARLY = 32;

/** A lane that has not begun. */
export function newLane(options: LaneOptions): Lane {
  // Asked for and not yet read.
  let asked: Place[] = [];
  // Of a turn with damage: read one by one.
  let damaged: Place[] = [];
  let child: GitProcess | null = null;
  let isOpen = true;
  let isClosed = false;

  function received(sha: string, diff: CommitDiff): void {
    const place = asked.shift();
    if (!place || shaAt(place) !== sha)
      throw new LifetimeError('internal', `git gave the diff of ${sha} where another was asked for`);
    options.deliver(place, diff);
  }

  /** Ends when the process has ended. @returns whether all that was asked for came, or what it ended at */
  async function compare(places: readonly Place[], onCommit?: (process: GitProcess) => void): Promise<End> {
    const { repo, withContents, signal } = options;
    const started = startGit(repo, ['diff-tree', '--stdin', ...DIFF_ARGS], signal);
    child = started;
    asked = [...places];
    let over: OverLimit | null = null;
    const parser = diffParser({
      hexLength: repo.hexLength,
      limits: repo.limits,
      withContents,
      onCommit: (diff) => {
        received(diff.sha, diff);
        onCommit?.(started);
      },
    });
    started.stdout.on('data', (chunk: Buffer) => {
      if (over) return;
      over = push(parser, chunk);
      if (over) started.kill();
    });
    if (!isOpen) started.stdout.pause();
    write(started, places);
    if (onCommit) onCommit(started);
    else started.stdin.end();
    const { code } = await gitExit(started);
    child = null;
    if (isClosed) return 'closed';
    signal?.throwIfAborted();
    if (over) return skip(over);
    // Git may die before it names the damaged commit: the one before it is then the last to be heard of, and complete.
    // A process that was killed may have left out anything.
    if (code === 0 || (code !== null && parser.isComplete())) parser.end();
    return asked.length === 0 ? 'whole' : 'died';
  }

  function push(parser: DiffParser, chunk: Buffer): OverLimit | null {
    try {
      return overIn(() => parser.push(chunk));
    } catch (cause) {
      options.fail(cause);
      return null;
    }
  }

  /** The commit being read is too large: it changes nothing, and the next one follows. */
  function skip({ sha, message }: OverLimit): End {
    received(sha, { sha, files: [] });
    options.onSkipped({ sha, path: null, reason: message });
    return asked.length === 0 ? 'whole' : 'over';
  }

  function askAhead(process: GitProcess): void {
    while (asked.length <= ASK_EARLY) {
      const turn = options.takeTurn();
      if (!turn) return void process.stdin.end();
      const places = placesOf(turn);
      for (const place of places) asked.push(place);
      write(process, places);
    }
  }

  async function run(): Promise<void> {
    for (let turn = options.takeTurn(); turn; turn = options.takeTurn()) {
      let end: End = 'over';
      for (let left = placesOf(turn); end === 'over'; left = asked) end = await compare(left, askAhead);
      if (end === 'closed') return;
      // Where one commit is damaged, others are: from here on a turn is looked through before git is asked for it.
      if (end === 'died') return readOn();
    }
  }

  async function readOn(): Promise<void> {
    for (let places: readonly Place[] = asked; !isClosed;) {
      await readCarefully(places);
      await options.room();
      const next = isClosed ? null : options.takeTurn();
      if (!next) return;
      places = placesOf(next);
    }
  }

  async function readCarefully(all: readonly Place[]): Promise<void> {
    for (let left = all; left.length > 0 && !isClosed;) {
      const { seen, damage } = await findDamage(options, left.map(shaAt));
      const places = left.slice(0, seen);
      damaged = places.filter((place) => damage.has(shaAt(place)));
      const whole = compareAll(places.filter((place) => !damage.has(shaAt(place))));
      for (const place of damaged) {
        if (isClosed) break;
        const sha = shaAt(place);
        options.deliver(place, await readDamagedCommit({ ...options, sha }, damage.get(sha)));
      }
      damaged = [];
      await whole;
      left = left.slice(seen);
    }
  }

  /** Looking through finds what is missing; what is corrupt is found by dying of it. */
  async function compareAll(places: readonly Place[]): Promise<void> {
    for (let left = places; left.length > 0 && !isClosed; left = asked) {
      const end = await compare(left);
      if (end === 'whole') return;
      const place = end === 'died' ? asked.shift() : undefined;
      if (place && !isClosed) options.deliver(place, await readDamagedCommit({ ...options, sha: shaAt(place) }));
    }
  }

  return {
    start: () => void run().catch((cause: unknown) => options.fail(cause)),
    flow(open) {
      isOpen = open;
      if (open && child?.stdout.isPaused()) child.stdout.resume();
      else if (!open) child?.stdout.pause();
    },
    turn: () => asked[0]?.turn ?? damaged[0]?.turn ?? null,
    close() {
      isClosed = true;
      child?.kill();
    },
  };
}

function write(process: GitProcess, places: readonly Place[]): void {
  process.stdin.write(places.map((place) => `${shaAt(place)}\n`).join(''));
}
