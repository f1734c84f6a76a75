/** Cycles of the demo's tracker: two weeks each, with what was committed to them, what came later and what was carried over. */
import { HOUR_MS, WEEK_MS, type Timeline } from '../organisation.ts';
import { generator, plantedDecks, seedOf, shuffle } from '../random.ts';
import { TRUTHS } from '../truths.ts';
import type { DemoIssue } from './issues.ts';

/** A span of time in which an issue was in a cycle. */
export interface DemoStay {
  readonly issue: DemoIssue;
  readonly addedAt: Date;
  /** Null = it is still in it. */
  readonly removedAt: Date | null;
}

export interface DemoCycle {
  readonly number: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Null = it is under way. */
  readonly completedAt: Date | null;
  readonly stays: readonly DemoStay[];
}

/** Mondays at nine. */
const BEGINS_MS = 9 * HOUR_MS;
/** Of what is not delivered one in so many was taken out half-way, not carried over. */
const TAKEN_OUT = 4;

const endOf = ({ states }: DemoIssue): Date | undefined => states.findLast(({ state }) => state.stage === 'done')?.at;

/**
 * Every issue is in the cycle in which it is done. Some of those that were there before the cycle before it were committed to in that one already: as
 * many as make the planted share. Draws from a stream of its own.
 */
export function cycles(seed: number, issues: readonly DemoIssue[], time: Timeline): DemoCycle[] {
  const { weeks, delivered, added } = TRUTHS.sprints;
  const random = generator(seedOf(seed, 'sprints'));
  const isAdded = plantedDecks(random, { all: added }, 20);
  const length = weeks * WEEK_MS;
  const first = time.start.getTime() + BEGINS_MS;
  const count = Math.ceil((time.now.getTime() - first) / length);
  const startOf = (place: number): Date => new Date(first + place * length);
  const stays = Array.from({ length: count }, (): DemoStay[] => []);
  const placeOf = (issue: DemoIssue): number => Math.floor(((endOf(issue)?.getTime() ?? Infinity) - first) / length);
  let owed = 0;
  for (let place = 0; place < count; place += 1) {
    const [start, planned] = [startOf(place), new Date(startOf(place).getTime() - HOUR_MS)];
    const own = issues.filter((issue) => placeOf(issue) === place);
    const late = new Set<DemoIssue>();
    const before = startOf(place - 1);
    for (const issue of shuffle(random, own)) {
      if (place === 0 || owed < 1 || issue.createdAt >= new Date(before.getTime() - HOUR_MS)) continue;
      owed -= 1;
      late.add(issue);
      const removedAt = late.size % TAKEN_OUT === 0 ? new Date(start.getTime() - length / 2) : start;
      stays[place - 1]?.push({ issue, addedAt: new Date(before.getTime() - HOUR_MS), removedAt });
    }
    for (const issue of own) {
      const isLater = !late.has(issue) && (issue.createdAt >= planned || isAdded('all'));
      const from = Math.max(start.getTime(), issue.createdAt.getTime());
      const addedAt = late.has(issue) ? start : isLater ? new Date(from + random() * ((endOf(issue) ?? start).getTime() - from)) : planned;
      stays[place]?.push({ issue, addedAt, removedAt: null });
      if (!isLater) owed += 1 / delivered - 1;
    }
  }
  return stays.map((own, place): DemoCycle => {
    const endsAt = startOf(place + 1);
    return { number: place + 1, startsAt: startOf(place), endsAt, completedAt: endsAt <= time.now ? endsAt : null, stays: own };
  });
} // prettier-ignore
