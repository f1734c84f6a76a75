/** Intervals for shares and rates of independent units (metrics.md 4.5); 95 % unless another level is asked for. */
import { zHalfWidth } from './normal.ts';

/** `count` of `total` units; for a rate, `total` is the exposure. */
export interface Share {
  readonly count: number;
  readonly total: number;
}

/** Ends of an interval. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** A number and its interval. */
export interface Ranged extends Interval {
  readonly value: number;
}

/** A ratio; `isCorrected` = a count was 0, so value and interval come from counts with 0.5 added. */
export interface RatioEstimate extends Ranged {
  readonly isCorrected: boolean;
}

/** Wilson score interval of a share. Null = no units. */
export function wilson({ count, total }: Share, level = 0.95): Interval | null {
  if (total <= 0) {
    return null;
  }
  const share = count / total;
  const z = zHalfWidth(level);
  const square = z * z;
  const scale = 1 + square / total;
  const centre = (share + square / (2 * total)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total))) / scale;
  return { lo: count <= 0 ? 0 : Math.max(0, centre - half), hi: count >= total ? 1 : Math.min(1, centre + half) };
}

/** Difference first − second with Newcombe's hybrid interval. Null = one side has no units. */
export function shareDifference(first: Share, second: Share, level = 0.95): Ranged | null {
  const one = wilson(first, level);
  const two = wilson(second, level);
  if (one === null || two === null) {
    return null;
  }
  const p = first.count / first.total;
  const q = second.count / second.total;
  return {
    value: p - q,
    lo: p - q - Math.hypot(p - one.lo, two.hi - q),
    hi: p - q + Math.hypot(one.hi - p, q - two.lo),
  };
}

/** Ratio of two Poisson rates (count per exposure), first / second, log method; +0.5 to both counts if one is 0. Null = no exposure. */
export function rateRatio(first: Share, second: Share, level = 0.95): RatioEstimate | null {
  if (first.total <= 0 || second.total <= 0) {
    return null;
  }
  const isCorrected = first.count <= 0 || second.count <= 0;
  const a = first.count + (isCorrected ? 0.5 : 0);
  const b = second.count + (isCorrected ? 0.5 : 0);
  return { ...logRatio(a / first.total / (b / second.total), 1 / a + 1 / b, level), isCorrected };
}

function logRatio(value: number, variance: number, level: number): Ranged {
  const half = zHalfWidth(level) * Math.sqrt(Math.max(0, variance));
  return { value, lo: value * Math.exp(-half), hi: value * Math.exp(half) };
}
