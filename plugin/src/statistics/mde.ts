/** Smallest effect that a comparison could have found: two-sided 5 %, power 80 % (metrics.md QT11). */
import type { Spread } from './intervals/estimate.ts';
import { normalQuantile } from './intervals/normal.ts';
import { tHalfWidth } from './intervals/student-t.ts';

const POWER = 0.8;
const FACTOR = normalQuantile(0.975) + normalQuantile(POWER);

/**
 * On the scale of the error, ≥ 0, by quantiles of t as in the test that it belongs to.
 * @param error standard error of the effect. @param degrees of freedom of that error; Infinity = the error is known.
 */
export function smallestEffect({ error, degrees }: Pick<Spread, 'error' | 'degrees'>): number {
  return error === 0 ? 0 : (tHalfWidth(0.95, degrees) + tHalfWidth(2 * POWER - 1, degrees)) * error;
}

/** A log effect as the reduction it stands for: 0.2802 → 0.2444 (24.4 % less). */
export function asReduction(logEffect: number): number {
  return 1 - Math.exp(-Math.abs(logEffect));
}

/** Units per arm that tell two shares apart. Null = they are equal. */
export function unitsForShares(one: number, two: number): number | null {
  return one === two ? null : Math.ceil((FACTOR ** 2 * (one * (1 - one) + two * (1 - two))) / (one - two) ** 2);
}
