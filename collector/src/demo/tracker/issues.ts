/** The tracker of one of the demo's teams: issues that its changes belong to, with the states that they went through. */
import type { DemoChange } from '../changes.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, teamAt, type Timeline } from '../organisation.ts';
import { generator, plantedDecks, seedOf, skewedFactors } from '../random.ts';
import { TRUTHS } from '../truths.ts';

export interface DemoState {
  readonly name: string;
  readonly category: 'backlog' | 'unstarted' | 'started' | 'completed';
  /** As `issue_event.stage`; null = it maps to nothing. */
  readonly stage: 'backlog' | 'ready' | 'in_progress' | 'review' | 'done' | null;
}

const STATES = {
  backlog: { name: 'Backlog', category: 'backlog', stage: 'backlog' },
  ready: { name: 'Todo', category: 'unstarted', stage: 'ready' },
  started: { name: 'In Progress', category: 'started', stage: 'in_progress' },
  unmapped: { name: 'Waiting for legal', category: 'started', stage: null },
  review: { name: 'In Review', category: 'started', stage: 'review' },
  done: { name: 'Done', category: 'completed', stage: 'done' },
} as const satisfies Readonly<Record<string, DemoState>>;

export interface DemoIssue {
  readonly number: number;
  readonly type: 'bug' | 'feature' | null;
  readonly createdAt: Date;
  /** In the order in which the tracker tells them. */
  readonly states: ReadonlyArray<{ readonly at: Date; readonly state: DemoState }>;
  /** The last one ends it. */
  readonly changes: readonly DemoChange[];
}

/** One issue in three has two changes of its author, which follow each other. */
const CHANGES = [1, 2, 1] as const;
/** One in so many was opened years before somebody wanted it. */
const OLD = 10;

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

function grouped(changes: readonly DemoChange[]): DemoChange[][] {
  const groups: DemoChange[][] = [];
  const authors = new Set(changes.map(({ author }) => author.key));
  for (const key of authors) {
    const own = changes.filter(({ author }) => author.key === key);
    for (let at = 0, index = 0; at < own.length; index += 1) {
      const size = CHANGES[index % CHANGES.length] ?? 1;
      groups.push(own.slice(at, at + size));
      at += size;
    }
  }
  return groups.sort((one, two) => endOf(one).getTime() - endOf(two).getTime());
}

const endOf = (changes: readonly DemoChange[]): Date => (changes.at(-1) as DemoChange).mergedAt;
const least = (...all: Date[]): Date => new Date(Math.min(...all.map((at) => at.getTime())));
const most = (...all: Date[]): Date => new Date(Math.max(...all.map((at) => at.getTime())));

/** Issues in the order in which they ended; draws from a stream of its own, so that what git and the forge know stays as it is. */
export function issues(seed: number, list: readonly DemoChange[], time: Timeline): DemoIssue[] {
  const { team, waitDays, afterWeeks, ...shares } = TRUTHS.issues;
  const random = generator(seedOf(seed, 'issues'));
  const factors = [skewedFactors(random), skewedFactors(random)] as const;
  const is = {
    unmapped: plantedDecks(random, { all: shares.unmapped }, 40),
    reopened: plantedDecks(random, { all: shares.reopened }, 50),
    disordered: plantedDecks(random, { all: shares.disordered }, 50),
  };
  const since = later(time.start, afterWeeks * WEEK_MS);
  const own = list.filter((change) => change.reverts === null && teamAt(change.author, change.mergedAt, time) === team);
  return grouped(own).map((changes, index): DemoIssue => {
    const startedAt = least(...changes.map(({ firstCommitAt }) => firstCommitAt));
    const [reviewAt, doneAt] = [most(...changes.map(({ readyAt }) => readyAt)), later(endOf(changes), HOUR_MS / 2)];
    const [days, factor] = endOf(changes) < since ? [waitDays.before, factors[0]] : [waitDays.after, factors[1]];
    const readyAt = later(startedAt, -days * factor.next().value * DAY_MS);
    const createdAt = later(readyAt, -DAY_MS * (index % OLD === 0 ? 1000 : 1 + 20 * random()));
    const states = [
      { at: createdAt, state: STATES.backlog },
      { at: readyAt, state: STATES.ready },
      { at: startedAt, state: STATES.started },
      ...(is.unmapped('all') ? [{ at: later(startedAt, HOUR_MS / 4), state: STATES.unmapped }] : []),
      { at: reviewAt, state: STATES.review },
      { at: is.disordered('all') ? later(createdAt, DAY_MS / 2) : doneAt, state: STATES.done },
    ];
    const again = [{ at: later(doneAt, DAY_MS), state: STATES.started }, { at: later(doneAt, 2 * DAY_MS), state: STATES.done }]; // prettier-ignore
    const told = is.reopened('all') ? [...states, ...again] : states;
    const [{ prClass } = { prClass: 'chore' }] = changes;
    return {
      number: index + 1,
      type: prClass === 'bugfix' ? 'bug' : prClass === 'feature' ? 'feature' : null,
      createdAt,
      states: told.filter(({ at }) => at <= time.now),
      changes,
    };
  });
}
