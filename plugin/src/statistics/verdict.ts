/** The verdict rule of comparisons (metrics.md 4.9). */
import type { Interval } from './intervals/proportion.ts';

/** Of what became of the same people: before and after. */
export type ChangeVerdict = 'improved' | 'regressed' | 'no_clear_change';
/** Of two groups beside each other: nothing has changed, one is better or worse than its reference. */
export type GroupVerdict = 'better' | 'worse' | 'no_clear_difference';
/** `not_judged`: its source is unknown, so it is no kind of code, however many are behind it. */
export type Verdict = ChangeVerdict | GroupVerdict | 'too_early' | 'insufficient_data' | 'not_judged';

export interface VerdictInput {
  /** Effect on the scale of the threshold, e.g. −0.24. Null = not estimable. */
  readonly effect: number | null;
  /** The interval that is drawn, adjusted where several comparisons are judged together. Null = none, e.g. fewer than five clusters. */
  readonly interval: Interval | null;
  /** +1 = more is better, −1 = less is better. */
  readonly good: 1 | -1;
  /** Least |effect| that matters: 0.05 for times, 0.02 for rates. */
  readonly threshold: number;
}

/** More unknown units than this share leave no verdict (metrics.md 2.1). */
export const MOST_UNKNOWN = 0.3;
/** Practical threshold of times, as a share. */
export const TIME_THRESHOLD = 0.05;
/** Practical threshold of rates, as a difference. */
export const RATE_THRESHOLD = 0.02;

/** Improved or regressed only if the interval that is drawn excludes 0 and the effect matters in practice. */
export function verdict({ effect, interval, good, threshold }: VerdictInput): ChangeVerdict | 'insufficient_data' {
  if (effect === null || interval === null) {
    return 'insufficient_data';
  }
  const excludesZero = effect < 0 ? interval.hi < 0 : interval.lo > 0;
  if (!excludesZero || Math.abs(effect) < threshold) {
    return 'no_clear_change';
  }
  return Math.sign(effect) === good ? 'improved' : 'regressed';
}

const BETWEEN_GROUPS = {
  improved: 'better',
  regressed: 'worse',
  no_clear_change: 'no_clear_difference',
} as const satisfies Readonly<Record<ChangeVerdict, GroupVerdict>>;

/** The same of a group against its reference. */
export function groupVerdict(input: VerdictInput): GroupVerdict | 'insufficient_data' {
  const found = verdict(input);
  return found === 'insufficient_data' ? found : BETWEEN_GROUPS[found];
}
