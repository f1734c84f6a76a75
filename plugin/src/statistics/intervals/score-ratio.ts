/**
 * Ratio of two shares of independent units by the score method (Miettinen and Nurminen 1985): all ratios that the counts do not contradict,
 * each tried with the shares that are likeliest under it. The log method that it replaced holds the truth in 98–99 % of few events.
 */
import type { Estimate } from './estimate.ts';
import { normalCdf, zHalfWidth } from './normal.ts';
import type { Interval, Share } from './proportion.ts';

/** `isCorrected` = a side has no event: the value is that of all four cells with 0.5 added, the interval is not. */
export interface ShareRatio extends Estimate {
  readonly isCorrected: boolean;
}

/** ln of ratios that are looked at: further out no counts of people tell anything. */
const FURTHEST = 50;
const STEPS = 80;

/** first / second. An interval has no upper end (∞) where the second side has no event. Null = one side has no units. */
export function shareRatio(first: Share, second: Share): ShareRatio | null {
  if (first.total <= 0 || second.total <= 0) {
    return null;
  }
  const isCorrected = first.count <= 0 || second.count <= 0;
  const [top, bottom] = isCorrected ? [withHalf(first), withHalf(second)] : [first, second];
  const value = top.count / top.total / (bottom.count / bottom.total);
  const scoreAt = (logRatio: number): number => score(first, second, Math.exp(logRatio));
  const intervalAt = (level: number): Interval => {
    const width = zHalfWidth(level);
    const lo = first.count <= 0 ? 0 : Math.exp(firstBelow((at) => scoreAt(at) <= width));
    const hi = second.count <= 0 ? Infinity : Math.exp(firstBelow((at) => scoreAt(at) < -width));
    return { lo: Math.min(value, lo), hi: Math.max(value, hi) };
  };
  const pAgainst = (against: number): number => 2 * normalCdf(-Math.abs(score(first, second, against)));
  return { value, isCorrected, intervalAt, pAgainst };
}

const withHalf = ({ count, total }: Share): Share => ({ count: count + 0.5, total: total + 1 });

/** Where a condition that fails on the left begins to hold. */
function firstBelow(holds: (logRatio: number) => boolean): number {
  let [low, high] = [-FURTHEST, FURTHEST];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return (low + high) / 2;
}

/** How many standard errors the shares are from having this ratio; falls as the ratio rises. */
function score(first: Share, second: Share, ratio: number): number {
  const [m, n] = [first.total, second.total];
  const distance = first.count / m - (ratio * second.count) / n;
  const likeliest = likeliestShare(first, second, ratio);
  const own = Math.min(1, ratio * likeliest);
  const variance = (own * (1 - own)) / m + (ratio * ratio * likeliest * (1 - likeliest)) / n;
  const error = Math.sqrt((variance * (m + n)) / Math.max(1, m + n - 1));
  return distance === 0 ? 0 : error <= 1e-12 * (1 + ratio) ? Math.sign(distance) * Infinity : distance / error;
}

/** The likeliest share of the second side where that of the first is `ratio` times as much: a root of a square equation. */
function likeliestShare(first: Share, second: Share, ratio: number): number {
  const [m, n] = [first.total, second.total];
  const a = (m + n) * ratio;
  const b = -(m * ratio + first.count + n + second.count * ratio);
  const c = first.count + second.count;
  // The form that does not subtract what is nearly equal.
  return (2 * c) / (-b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
}
