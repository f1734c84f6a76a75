/** What became of the time of a change between two periods, by stage: means add up (metrics.md QT4). Pure. */
import { decompose } from '../../statistics/mix.ts';
import { PARTS, STAGES, TITLES, type Stage } from './stages.ts';

/** Means in the order of the stages. */
type Means = readonly number[];

/** Stage with the largest mean; of equal ones the first. */
export const bottleneckOf = (means: Means): Stage => stageAt(largest(means.slice(0, PARTS)));

/** Stage that got slower by the most; null = none did. */
export function movedTo(before: Means, after: Means): Stage | null {
  const deltas = deltasOf(before, after);
  const at = largest(deltas);
  return (deltas[at] ?? 0) > LEAST ? stageAt(at) : null;
}

/** Σ of what stages got slower / Σ of what others got faster; null = no stage got faster. */
export function absorbedOf(before: Means, after: Means): number | null {
  const deltas = deltasOf(before, after);
  const sum = (sign: 1 | -1): number => deltas.reduce((all, delta) => all + Math.max(0, sign * delta), 0);
  return sum(-1) > LEAST ? sum(1) / sum(-1) : null;
}

/** Less than this is nothing: the rest of a float sum. */
const LEAST = 1e-9;

const deltasOf = (before: Means, after: Means): number[] =>
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

const days = (minutes: number): string => {
  const [amount, unit] = Math.abs(minutes) < 1440 ? [minutes / 60, 'hours'] : [minutes / 1440, 'days'];
  return `${amount.toFixed(1)} ${unit}`;
};
const signed = (minutes: number): string => `${minutes < 0 ? '−' : '+'}${days(Math.abs(minutes))}`;
const percent = (part: number): string => `${(100 * part).toFixed(0).replace('-', '−')} %`;

/** One sentence on what holds work up and one on where the time went; minutes. */
export function inWords(before: Means | null, after: Means): string {
  const bottleneck = bottleneckOf(after);
  const held = after[STAGES.findIndex(({ value }) => value === bottleneck)] ?? 0;
  const [whole = 0] = after.slice(PARTS);
  const first = `Bottleneck: ${TITLES[bottleneck]}, ${days(held)} of ${days(whole)} from requirement to production.`;
  if (before === null) return `${first} Before that range too few changes are known to compare.`;
  const [moved, absorbed, [was = 0]] = [movedTo(before, after), absorbedOf(before, after), before.slice(PARTS)];
  const deltas = deltasOf(before, after).map((delta, at) => `${TITLES[stageAt(at)]} ${signed(delta)}`);
  const where = moved === null ? 'No stage got slower' : `The time moved to ${TITLES[moved]}`;
  const gain = absorbed === null ? 'no stage got faster' : `${percent(absorbed)} of what got faster was absorbed`;
  return `${first} ${where} (${deltas.join(', ')}): ${gain}; in all ${days(was)} → ${days(whole)} (${percent(whole / was - 1)}).`;
}
