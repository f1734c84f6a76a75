/** Intervals so wide that nobody can act on the number: it is then not known, as without an interval. */
import type { Interval } from './proportion.ts';

/** Of a share (0..1): more than 60 points from end to end. */
const WIDEST_SHARE = 0.6;
/** Of a ratio (> 0): its upper end is more than ten times the lower one. */
const WIDEST_RATIO = 10;

export function isShareTooWide({ lo, hi }: Interval): boolean {
  return !(hi - lo <= WIDEST_SHARE);
}

/** @param interval Of the ratio itself, e.g. 0.8 to 1.1; of a change −0.2 to 0.1 add 1 first. */
export function isRatioTooWide({ lo, hi }: Interval): boolean {
  return !(lo > 0 && hi / lo <= WIDEST_RATIO);
}
