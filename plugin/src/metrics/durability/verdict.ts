import type { Group } from './groups.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { UNMARKED } from '../parts/reference.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, groupVerdict, type GroupVerdict } from '../../statistics/verdict.ts';

/** A comparison with the reference: effect, the interval drawn of it, and the unknown share of the group. */
export interface Comparison {
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly unknownShare: number | null;
}

/** Verdict on a gap of survival: more is better. Null = nothing to compare. */
export function gapVerdict({ effect, interval, unknownShare }: Comparison): GroupVerdict | 'insufficient_data' | null {
  if (effect === null) {
    return null;
  }
  return isMostlyUnknown(unknownShare)
    ? 'insufficient_data'
    : groupVerdict({ effect, interval, good: 1, threshold: RATE_THRESHOLD });
}

/** Verdict on a ratio of revert rates by the interval drawn of it: less is better, and the rates must differ in practice. */
export function ratioVerdict(
  ratio: Interval,
  difference: number,
  unknownShare: number | null
): GroupVerdict | 'insufficient_data' {
  if (isMostlyUnknown(unknownShare)) {
    return 'insufficient_data';
  }
  if (Math.abs(difference) < RATE_THRESHOLD) {
    return 'no_clear_difference';
  }
  return ratio.lo > 1 ? 'worse' : ratio.hi < 1 ? 'better' : 'no_clear_difference';
}

/** Code of unknown source is not a kind of code: it is compared with, never judged. */
export function isUnjudged({ dimensions }: Group, reference: string): boolean {
  return dimensions['code_source'] === UNMARKED && reference !== UNMARKED;
}

function isMostlyUnknown(share: number | null): boolean {
  return share !== null && share > MOST_UNKNOWN;
}
