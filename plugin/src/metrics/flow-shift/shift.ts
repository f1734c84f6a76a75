/** What became of the time of a change between two periods, by stage: means add up (metrics.md QT4). Pure. */
import { decompose } from '../../statistics/mix.ts';
import type { Verdict } from '../../statistics/verdict.ts';
import { PARTS, STAGES, type Stage } from './stages.ts';

/** Means in the order of the stages. */
export type Means = readonly number[];

/** Place of the stage with the largest mean; of equal ones the first. */
export const bottleneckAt = (means: Means): number => largest(means.slice(0, PARTS));

/** Means before and after, minutes, and the verdict of each stage. */
export interface Shift {
  readonly before: Means;
  readonly after: Means;
  readonly verdicts: readonly Verdict[];
}

/** Minutes: less than this is no change, whatever it is relative to. */
export const LEAST_MINUTES = 1;

/** Of the stages that are proven to be slower the one that got slower by the most; null = none is. */
export function movedTo({ before, after, verdicts }: Shift): Stage | null {
  const proven = deltasOf(before, after).map((delta, at) => (verdicts[at] === 'regressed' ? delta : 0));
  const at = largest(proven);
  return (proven[at] ?? 0) >= LEAST_MINUTES ? stageAt(at) : null;
}

/** Place of the stage whose mean changed by the most, whichever way; null = none did by a minute. */
export function changedMost({ before, after }: Shift): number | null {
  const sizes = deltasOf(before, after).map((delta) => Math.abs(delta));
  const at = largest(sizes);
  return (sizes[at] ?? 0) >= LEAST_MINUTES ? at : null;
}

/** Σ of what stages got slower / Σ of what others got faster; null = no stage is proven to be faster. */
export function absorbedOf({ before, after, verdicts }: Shift): number | null {
  const deltas = deltasOf(before, after);
  const isProven = deltas.some((delta, at) => verdicts[at] === 'improved' && -delta >= LEAST_MINUTES);
  const sum = (sign: 1 | -1): number => deltas.reduce((all, delta) => all + Math.max(0, sign * delta), 0);
  return isProven ? sum(1) / sum(-1) : null;
}

/** Mean minutes less those before, of each stage. */
export const deltasOf = (before: Means, after: Means): number[] =>
  before.slice(0, PARTS).map((mean, at) => (after[at] ?? NaN) - mean);
const stageAt = (at: number): Stage => STAGES[at]?.value ?? 'all';
const largest = (values: readonly number[]): number =>
  values.reduce((best, value, at) => (value > (values[best] ?? -Infinity) ? at : best), 0);

/** Changes of a class and the sum of their time in a stage, before and after. */
export interface ClassSums {
  readonly key: string;
  readonly before: { readonly n: number; readonly sum: number };
  readonly after: { readonly n: number; readonly sum: number };
}

/** Change of the mean if the mix of classes were as before; null as `MixResult.adjustedPct`. */
export function adjustedChange(classes: readonly ClassSums[]): number | null {
  const groups = classes.map(({ key, before, after }) => ({
    key,
    countBefore: before.n,
    meanBefore: before.sum / before.n,
    countAfter: after.n,
    meanAfter: after.sum / after.n,
  }));
  return decompose(groups)?.adjustedPct ?? null;
}
