/**
 * Where the edges of a range would hide groups, a smaller range of the same grain is answered (metrics.md 15.2: an edge grain of 1 to k − 1 people is
 * counted with its neighbour or left out). Whatever is chosen is an answer that anybody may ask for by itself, and the choice looks at nothing but
 * in which grains each group has nobody, fewer than k people, or enough: so it tells no more than those answers. Pure.
 */
import { PERIOD } from './snap-range.ts';

/** In which weeks people of a group have units; weeks are numbers as in snap-range.ts. */
export interface GroupWeeks {
  /** Its grain is four weeks. */
  readonly isSlow: boolean;
  /** People by week, in order, and by four weeks; absent = nobody. */
  readonly weeks: ReadonlyMap<number, number>;
  readonly periods: ReadonlyMap<number, number>;
  /** Weeks in which people of the store's beginning came, one for each of them. */
  readonly early: readonly number[];
}

/** From the start of a week to the start of another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Choosing {
  readonly groups: readonly GroupWeeks[];
  readonly asked: Span;
  /** Weeks between two ranges. */
  readonly step: number;
  readonly k: number;
  /** Week in which the store begins, and the one in which its beginning ends; null = there are no units. */
  readonly begin: Span | null;
  /** Of these weeks all four-week periods are closed. */
  readonly closed: number;
  /** The range is a time bucket that its end cuts: the start stays, and every group must be good at the end, else another row is hidden with it. */
  readonly isBucket: boolean;
  /** Where the bucket ends; null = no answer holds all of it. */
  readonly bucketEnd: number | null;
}

/** Of the range asked for at least this part is answered, else it is left as it is. */
const LEAST_PART = 0.5;
/** By this part of itself a range is extended to the store's beginning. */
const MOST_EXTENDED = 0.25;

/** The range that shows most weeks of all groups together, of such the one that shows most groups, of such the longest; the one asked for where none is better. */
export function findRange(choosing: Choosing): Span {
  const { asked, isBucket, step } = choosing;
  const least = Math.ceil((asked.to - asked.from) * LEAST_PART);
  const living = choosing.groups.filter((group) => group.weeks.size > 0);
  if (isBucket) {
    const ends = [asked.to, ...stepsFrom(asked.from + 1, asked.to, step).reverse()];
    const to = ends.find((end) => living.every((group) => isGoodEnd(group, { from: asked.from, to: end }, choosing)));
    return { from: asked.from, to: to ?? asked.from };
  }
  const starts = startsOf(choosing).filter((from) => asked.to - from >= least);
  const from = best(starts, (start) =>
    scoreOf(living, { good: (group) => isGoodStart(group, start, choosing), span: { from: start, to: asked.to }, asked })
  );
  const ends = stepsFrom(from + Math.max(1, least), asked.to, step).reverse();
  const to = best([asked.to, ...ends], (end) =>
    scoreOf(living, {
      good: (group) => isGoodStart(group, from, choosing) && isGoodEnd(group, { from, to: end }, choosing),
      span: { from, to: end },
      asked,
    })
  );
  return { from, to };
} // prettier-ignore

/** The start asked for comes first: what is no better does not replace it. */
function startsOf({ asked, step, begin }: Choosing): number[] {
  const first = begin === null ? asked.from : begin.from - (begin.from % step);
  const isNear = begin !== null && first < asked.from && asked.from <= begin.to && asked.from - first <= (asked.to - asked.from) * MOST_EXTENDED;
  return [asked.from, ...(isNear ? [first] : []), ...stepsFrom(asked.from + step, asked.to, step)];
} // prettier-ignore

function stepsFrom(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / step)) }, (_, index) => first + index * step);
}

function best(candidates: readonly number[], score: (candidate: number) => Score): number {
  const scored = candidates.map((candidate) => ({ candidate, score: score(candidate) }));
  return scored.reduce((one, other) => (isMore(other.score, one.score) ? other : one)).candidate;
}

interface Score {
  readonly groups: number;
  readonly weeks: number;
}
const isMore = (one: Score, other: Score): boolean => one.weeks > other.weeks || (one.weeks === other.weeks && one.groups > other.groups); // prettier-ignore

/** Groups that a range shows, and their weeks in what is asked for. */
function scoreOf(
  groups: readonly GroupWeeks[],
  { good, span, asked }: { good: (group: GroupWeeks) => boolean; span: Span; asked: Span }
): Score {
  const { from, to } = { from: Math.max(span.from, asked.from), to: span.to };
  const weeksOf = ({ weeks }: GroupWeeks) => [...weeks.keys()].filter((week) => week >= from && week < to).length;
  const met = groups.filter((group) => weeksOf(group) > 0);
  const shown = met.filter(good).map(weeksOf).sort((one, other) => other - one);
  // A single hidden group would follow from the total: another one is hidden with it.
  if (met.length - shown.length === 1) shown.pop();
  return { groups: shown.length, weeks: shown.reduce((sum, weeks) => sum + weeks, 0) };
} // prettier-ignore

type Amount = 'nobody' | 'few' | 'enough';
const amount = (people: number, k: number): Amount => (people === 0 ? 'nobody' : people < k ? 'few' : 'enough');

function isGoodStart(group: GroupWeeks, start: number, { asked, k, begin }: Choosing): boolean {
  const isWhole = begin !== null && start <= begin.from;
  if (isWhole && group.early.length >= k) return true;
  const before = begin !== null && start > begin.from && start < begin.to ? group.early.filter((week) => week < start).length : 0;
  if (amount(before, k) === 'few') return false;
  if (!group.isSlow && amountOver(group, { from: start - (start % PERIOD), to: start }, k) === 'few') return false;
  const grain = grainOf(group, [...group.weeks.keys()].find((week) => week >= start && week < asked.to));
  return grain === undefined || amount(peopleIn(group, grain), k) === 'enough';
} // prettier-ignore

function isGoodEnd(group: GroupWeeks, { from, to }: Span, { k, closed, bucketEnd }: Choosing): boolean {
  const after = Math.ceil(to / PERIOD) * PERIOD;
  if (!group.isSlow && after <= closed && amountOver(group, { from: to, to: after }, k) === 'few') return false;
  if (bucketEnd !== null && amountOver(group, { from: to, to: bucketEnd }, k) === 'few') return false;
  const grain = grainOf(
    group,
    [...group.weeks.keys()].findLast((week) => week >= from && week < to)
  );
  return grain === undefined || amount(peopleIn(group, grain), k) === 'enough';
}

/** The week, or its four weeks. */
const grainOf = ({ isSlow }: GroupWeeks, week: number | undefined): number | undefined =>
  isSlow && week !== undefined ? Math.floor(week / PERIOD) : week;

const peopleIn = ({ isSlow, weeks, periods }: GroupWeeks, grain: number): number =>
  (isSlow ? periods : weeks).get(grain) ?? 0;

/** Of some weeks: enough only where one of them has enough. */
function amountOver({ weeks }: GroupWeeks, { from, to }: Span, k: number): Amount {
  const people = [...weeks].filter(([week]) => week >= from && week < to).map(([, count]) => count);
  return amount(Math.max(0, ...people), k);
}
