/** Smallest effect that a comparison could have found: two-sided 5 %, power 80 % (metrics.md QT11). */
import { normalQuantile } from './intervals/normal.ts';

const FACTOR = normalQuantile(0.975) + normalQuantile(0.8);

export interface MdeInput {
  /** Standard deviation of a unit, e.g. of ln minutes. */
  readonly sd: number;
  /** Units of each arm. */
  readonly counts: readonly [number, number];
  /** Correlation with the baseline that the analysis uses up; default 0. */
  readonly correlation?: number;
  /** 1 + (units per cluster − 1) × intra-cluster correlation; default 1 = units are independent. */
  readonly designEffect?: number;
}

/** On the scale of `sd`, > 0. Null = an arm has no units. */
export function smallestEffect({ sd, counts, correlation = 0, designEffect = 1 }: MdeInput): number | null {
  const [one, two] = counts;
  return one <= 0 || two <= 0
    ? null
    : FACTOR * sd * Math.sqrt(1 / one + 1 / two) * Math.sqrt(1 - correlation ** 2) * Math.sqrt(designEffect);
}

/** A log effect as the reduction it stands for: 0.2802 → 0.2444 (24.4 % less). */
export function asReduction(logEffect: number): number {
  return 1 - Math.exp(-Math.abs(logEffect));
}

/** Units per arm that tell two shares apart. Null = they are equal. */
export function unitsForShares(one: number, two: number): number | null {
  return one === two ? null : Math.ceil((FACTOR ** 2 * (one * (1 - one) + two * (1 - two))) / (one - two) ** 2);
}
