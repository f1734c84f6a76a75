/** Difference of means of two arms of cluster values (Welch 1947): arms may differ in size and spread. */
import { LEAST_CLUSTERS, LINEAR, estimateOf, spreadDifference, type Estimate, type Spread } from './estimate.ts';
import { orderlessSum } from './jackknife.ts';

/** mean(treated) − mean(control), e.g. of developers' changes of mean ln minutes. Null = an arm has fewer than LEAST_CLUSTERS values. */
export function meanDifference(control: readonly number[], treated: readonly number[]): Estimate | null {
  return Math.min(control.length, treated.length) < LEAST_CLUSTERS
    ? null
    : estimateOf(differenceSpread(control, treated));
}

/** The same difference with its standard error and Welch–Satterthwaite's degrees of freedom. Both arms have two values or more. */
export function differenceSpread(control: readonly number[], treated: readonly number[]): Spread {
  return spreadDifference(meanSpread(treated), meanSpread(control));
}

function meanSpread(values: readonly number[]): Spread {
  const count = values.length;
  const centre = orderlessSum(values) / count;
  const variance = orderlessSum(values.map((value) => (value - centre) ** 2)) / (count - 1);
  return { scale: LINEAR, centre, error: Math.sqrt(variance / count), degrees: count - 1 };
}
