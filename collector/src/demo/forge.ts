/** What a forge knows of the demo's changes and git does not: when they were opened, who was asked, who looked, and their checks. */
import { generator, plantedDecks, seedOf } from './random.ts';
import { HOUR_MS, TOOLS, WEEK_MS, teamAt, type Developer, type Timeline } from './organisation.ts';
import type { DemoChange } from './changes.ts';
import { coordinating, type Coordination } from './coordination.ts';
import { saying } from './review.ts';
import { TRUTHS } from './truths.ts';

/** Programs with an account at the forge, by login. */
export const PROGRAMS = {
  'copilot-swe-agent[bot]': { name: 'Copilot', kind: 'ai_agent' },
  'copilot-pull-request-reviewer[bot]': { name: 'Copilot review', kind: 'ai_agent' },
  'github-actions[bot]': { name: 'GitHub Actions', kind: 'automation' },
} as const;

/** Writes some changes on its own. */
export const CODING_AGENT = 'copilot-swe-agent[bot]' satisfies keyof typeof PROGRAMS;

export interface DemoEvent {
  readonly at: Date;
  /** Who did it; of a request who was asked. */
  readonly who: Developer | keyof typeof PROGRAMS;
  readonly kind: 'ready' | 'review_requested' | 'review' | 'comment' | 'review_comment' | 'merged';
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'open' | 'resolved' | 'outdated' | null;
}

/** A run of the pipeline; the tests of its last attempt are a check too. */
export interface DemoRun {
  readonly attempt: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly result: 'success' | 'failure';
}

export interface ForgeChange {
  readonly change: DemoChange;
  readonly openedAt: Date;
  readonly events: readonly DemoEvent[];
  /** As `change.explanation`. */
  readonly explanation: number;
  readonly runs: readonly DemoRun[];
  /** Of a push before it was ready, which a later one mended. */
  readonly broken: readonly DemoRun[];
  /** Attempts of the gate of its team; none before it landed. */
  readonly gate: readonly DemoRun[];
  readonly coordination: Coordination;
}

const MINUTE_MS = HOUR_MS / 60;
const between = (from: Date, to: Date, share: number): Date =>
  new Date(from.getTime() + share * (to.getTime() - from.getTime()));

/** Reviews by people: one that approves, a look before it, or one that sends the change back before it. */
function reviewsOf(change: DemoChange, isSentBack: boolean, random: () => number): DemoEvent[] {
  const { reviewer: who, readyAt, mergedAt, source } = change;
  const share = TRUTHS.pickupShare[source] * (0.7 + 0.6 * random());
  const first = between(readyAt, mergedAt, share);
  const approval: DemoEvent = { at: between(first, mergedAt, 0.8), who, kind: 'review', state: 'approved' };
  if (isSentBack) {
    return [{ at: first, who, kind: 'review', state: 'changes_requested' }, approval];
  }
  return random() < 0.5
    ? [{ ...approval, at: first }]
    : [{ at: first, who, kind: 'review', state: 'commented' }, approval];
}

/** A program that looks minutes after a change is ready, and one that reports on its tests: neither ends a wait. */
function programsOf(change: DemoChange, landing: Date, random: () => number): DemoEvent[] {
  const soon = new Date(change.readyAt.getTime() + (1 + 4 * random()) * MINUTE_MS);
  const reviews = change.mergedAt >= landing && random() < 0.6;
  return [
    ...(reviews
      ? [{ at: soon, who: 'copilot-pull-request-reviewer[bot]', kind: 'review', state: 'commented' } as const]
      : []),
    ...(random() < 0.1 ? [{ at: soon, who: 'github-actions[bot]', kind: 'comment', state: null } as const] : []),
  ];
}

function runsOf({ readyAt, mergedAt }: DemoChange, isFlaky: boolean, random: () => number): DemoRun[] {
  const takes = Math.min((4 + 8 * random()) * MINUTE_MS, (mergedAt.getTime() - readyAt.getTime()) / 3);
  const run = (attempt: number, result: DemoRun['result']): DemoRun => {
    const startedAt = new Date(readyAt.getTime() + (attempt - 1) * 1.5 * takes);
    return { attempt, result, startedAt, finishedAt: new Date(startedAt.getTime() + takes) };
  };
  return isFlaky ? [run(1, 'failure'), run(2, 'success')] : [run(1, 'success')];
}

/** Beside the way to ready: nothing that is measured of the change begins or ends with it. */
function brokenOf({ firstCommitAt, readyAt }: DemoChange, isBroken: boolean): DemoRun[] {
  const [startedAt, finishedAt] = [between(firstCommitAt, readyAt, 0.5), between(firstCommitAt, readyAt, 0.6)];
  return isBroken ? [{ attempt: 1, startedAt, finishedAt, result: 'failure' }] : [];
}

/** From the approval on, with a second attempt where the first one failed. */
function gateOf({ mergedAt }: DemoChange, approvedAt: Date, isFailing: boolean): DemoRun[] {
  const ends = isFailing ? [0.4, 0.9] : [0.9];
  return ends.map((end, index) => ({
    attempt: index + 1,
    startedAt: between(approvedAt, mergedAt, ends[index - 1] ?? 0),
    finishedAt: between(approvedAt, mergedAt, end),
    result: isFailing && index === 0 ? 'failure' : 'success',
  }));
}

/** All changes as their forge has them; draws from a stream of its own, so that what git knows stays as it is. */
export function forgeChanges(seed: number, list: readonly DemoChange[], time: Timeline): ForgeChange[] {
  const random = generator(seedOf(seed, 'forge'));
  const isDraft = plantedDecks(random, TRUTHS.draft.share, 20);
  const isSentBack = plantedDecks(random, TRUTHS.sentBack, 20);
  const isUnreviewed = plantedDecks(random, { all: TRUTHS.unreviewed }, 40);
  const isFlaky = plantedDecks(random, { all: TRUTHS.flaky }, 50);
  const isBroken = plantedDecks(generator(seedOf(seed, 'broken')), { all: TRUTHS.broken }, 50);
  const ofGate = generator(seedOf(seed, 'gate'));
  const isGateFailing = plantedDecks(ofGate, TRUTHS.gate.failed, 20);
  const gateSince = new Date(time.start.getTime() + TRUTHS.gate.afterWeeks * WEEK_MS);
  const saidOf = saying(seed);
  const coordinationOf = coordinating(seed, time);
  const landing = new Date(time.start.getTime() + TOOLS[2].landsInWeek * WEEK_MS);
  return list.map((change) => {
    const { firstCommitAt, readyAt, mergedAt, author, reviewer, source } = change;
    const wasDraft = isDraft(source);
    const events: DemoEvent[] = [
      ...(wasDraft ? [{ at: readyAt, who: author, kind: 'ready', state: null } as const] : []),
      { at: readyAt, who: reviewer, kind: 'review_requested', state: null },
      ...programsOf(change, landing, random),
      ...(isUnreviewed('all') ? [] : reviewsOf(change, isSentBack(source), random)),
    ];
    const isGated = mergedAt >= gateSince && teamAt(author, mergedAt, time) === TRUTHS.gate.team;
    const approvedAt = events.find(({ state }) => state === 'approved')?.at ?? readyAt;
    const said = saidOf(change, events);
    const openedAt = wasDraft ? between(readyAt, firstCommitAt, TRUTHS.draft.ofTime) : readyAt;
    return {
      change,
      coordination: coordinationOf(change, openedAt),
      gate: isGated ? gateOf(change, approvedAt, isGateFailing(source)) : [],
      openedAt,
      events: [...events, ...said.events],
      explanation: said.explanation,
      runs: runsOf(change, isFlaky('all'), random),
      broken: brokenOf(change, isBroken('all')),
    };
  });
}
