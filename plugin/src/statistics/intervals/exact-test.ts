/**
 * Shares with few events: where fewer than five are expected on a side (Cochran 1954), intervals made for larger numbers exclude no difference for
 * the sake of a single event. There Fisher's exact test (Fisher 1935) must exclude it too.
 */
import library from 'jstat';
import { pAgainst, type Estimate } from './estimate.ts';
import { shareDifference, type Share } from './proportion.ts';

const LEAST_EXPECTED = 5;
/** Tables as likely as the observed one count as such, whatever rounding did. */
const EQUAL = 1 + 1e-7;

const lnChoose = (n: number, k: number): number =>
  library.jStat.gammaln(n + 1) - library.jStat.gammaln(k + 1) - library.jStat.gammaln(n - k + 1);

/** Events and units as whole numbers: weighted ones are rounded. */
function whole({ count, total }: Share): Share {
  const units = Math.round(total);
  return { count: Math.min(units, Math.round(count)), total: units };
}

/** Two-sided p of Fisher's exact test: as likely tables as the observed one, and less likely ones. 1 = one side has no units. */
export function fisherExact(first: Share, second: Share): number {
  const [one, two] = [whole(first), whole(second)];
  const events = one.count + two.count;
  const all = lnChoose(one.total + two.total, events);
  const chanceOf = (count: number): number =>
    Math.exp(lnChoose(one.total, count) + lnChoose(two.total, events - count) - all);
  const observed = chanceOf(one.count) * EQUAL;
  let p = 0;
  for (let count = Math.max(0, events - two.total); count <= Math.min(one.total, events); count += 1) {
    const chance = chanceOf(count);
    if (chance <= observed) p += chance;
  }
  return Math.min(1, p);
}

/** Events, and units without one, that the smaller side would have if both had the same share. */
function leastExpected(first: Share, second: Share): number {
  const total = first.total + second.total;
  const events = first.count + second.count;
  return total === 0 ? 0 : (Math.min(first.total, second.total) * Math.min(events, total - events)) / total;
}

/** The estimate of a difference or ratio of two shares, whose intervals hold `none` (no difference) where few events prove none. */
export function heedingFew(estimate: Estimate, [first, second]: readonly [Share, Share], none: number): Estimate {
  if (leastExpected(first, second) >= LEAST_EXPECTED) return estimate;
  const exact = fisherExact(first, second);
  return {
    value: estimate.value,
    intervalAt: (level) => {
      const interval = estimate.intervalAt(level);
      return exact > 1 - level ? { lo: Math.min(interval.lo, none), hi: Math.max(interval.hi, none) } : interval;
    },
    pAgainst: (against) =>
      against === none ? Math.max(exact, pAgainst(estimate, against)) : pAgainst(estimate, against),
  };
}

/** first − second by Newcombe's method, heeding few events. Null = one side has no units. */
export function shareGap(first: Share, second: Share): Estimate | null {
  const difference = shareDifference(first, second);
  if (difference === null) return null;
  const intervalAt = (level: number) => shareDifference(first, second, level) ?? difference;
  return heedingFew({ value: difference.value, intervalAt }, [first, second], 0);
}
