import type { Interval } from '../../statistics/proportion.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, verdict, type Verdict } from '../../statistics/verdict.ts';

/** A comparison with the reference: effect, its interval, its p after Holm (null = not tested) and the unknown share of the group. */
export interface Comparison {
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly pHolm: number | null;
  readonly unknownShare: number | null;
}

/** Verdict on a gap of survival: more is better. Null = nothing to compare. */
export function gapVerdict({ effect, interval, pHolm, unknownShare }: Comparison): Verdict | null {
  if (effect === null) {
    return null;
  }
  return isMostlyUnknown(unknownShare)
    ? 'insufficient_data'
    : verdict({ effect, interval, pHolm, good: 1, threshold: RATE_THRESHOLD });
}

/** Verdict on a ratio of revert rates by its interval alone: less is better, and the rates must differ in practice. */
export function ratioVerdict(ratio: Interval, difference: number, unknownShare: number | null): Verdict {
  if (isMostlyUnknown(unknownShare)) {
    return 'insufficient_data';
  }
  if (Math.abs(difference) < RATE_THRESHOLD) {
    return 'no_clear_change';
  }
  return ratio.lo > 1 ? 'regressed' : ratio.hi < 1 ? 'improved' : 'no_clear_change';
}

function isMostlyUnknown(share: number | null): boolean {
  return share !== null && share > MOST_UNKNOWN;
}
