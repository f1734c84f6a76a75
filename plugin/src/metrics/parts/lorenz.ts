/** The steps of a Lorenz curve: what those with the largest parts hold, at no more places than `top_k` may ask for. Pure. */
import type { Row } from '../define.ts';
import { topShare, type Concentration } from '../../statistics/concentration.ts';

/** Numbers of largest savers that may be asked for: from one to the next there are five people or more. */
export const STEPS: readonly number[] = [4, 10, 20, 50];
/** Of the shares of one or two people neither the largest nor the smallest are told (metrics.md 15.3). */
export const LEAST_TOP = 3;

/** Share of the k largest, 0..1; null = it would tell of the few that are left. @param leastLeft People who must be left. */
export function shareOfLargest(spread: Concentration, k: number, leastLeft: number): number | null {
  return spread.people - k < leastLeft ? null : topShare(spread, k);
}

const CLASS = 5;
/** Middle of the five numbers of people among which this one is: the exact number stays untold. */
const aboutPeople = (people: number): number => Math.floor(people / CLASS) * CLASS + (CLASS - 1) / 2;

/** One row for nobody, for each step and for all; without a step between them none is told, for a straight line would say that all saved the same. */
export function lorenzRows(spread: Concentration | null, leastLeft: number): Row[] {
  const shares = STEPS.map((k) => (spread === null ? null : shareOfLargest(spread, k, leastLeft)));
  const isTold = shares.some((share) => share !== null);
  const end = (largest: string, place: number): Row => ({
    largest,
    value: isTold ? place : null,
    people_share: isTold ? place : null,
  });
  const steps = STEPS.map((k, index): Row => {
    const share = shares[index] ?? null;
    // The largest hold more than an equal part, however people are counted.
    const place = share === null || spread === null ? null : Math.min(k / aboutPeople(spread.people), share);
    return { largest: String(k), value: share, people_share: place };
  });
  return [end('none', 0), ...steps, end('all', 1)];
}
