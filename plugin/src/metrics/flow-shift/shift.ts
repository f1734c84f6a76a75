/** What became of the time of a change between two periods, by stage: means add up (metrics.md QT4). Pure. */
import { decompose } from '../../statistics/mix.ts';
import type { Verdict } from '../../statistics/verdict.ts';
import { PARTS, STAGES, TITLES, type Stage } from './stages.ts';

/** Means in the order of the stages. */
type Means = readonly number[];

/** Stage with the largest mean; of equal ones the first. */
export const bottleneckOf = (means: Means): Stage => stageAt(largest(means.slice(0, PARTS)));

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

/** Σ of what stages got slower / Σ of what others got faster; null = no stage is proven to be faster. */
export function absorbedOf({ before, after, verdicts }: Shift): number | null {
  const deltas = deltasOf(before, after);
  const isProven = deltas.some((delta, at) => verdicts[at] === 'improved' && -delta >= LEAST_MINUTES);
  const sum = (sign: 1 | -1): number => deltas.reduce((all, delta) => all + Math.max(0, sign * delta), 0);
  return isProven ? sum(1) / sum(-1) : null;
}

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
  if (minutes < LEAST_MINUTES) return 'under a minute';
  if (minutes < 60) return minutes.toFixed(0) === '1' ? '1 minute' : `${minutes.toFixed(0)} minutes`;
  return minutes < 1440 ? `${(minutes / 60).toFixed(1)} hours` : `${(minutes / 1440).toFixed(1)} days`;
};
const signed = (minutes: number): string =>
  Math.abs(minutes) < LEAST_MINUTES ? 'as before' : `${minutes < 0 ? '−' : '+'}${days(Math.abs(minutes))}`;
const percent = (part: number): string => `${(100 * part).toFixed(0).replace('-', '−')} %`;

/** Verdicts that chance alone does not explain. */
const CLEAR: ReadonlySet<Verdict | undefined> = new Set<Verdict>(['improved', 'regressed']);

/** One sentence on what holds work up and one on where the time went; without a verdict nothing moved. Null = nothing to compare with. */
export function inWords(after: Means, shift: Shift | null): string {
  const bottleneck = bottleneckOf(after);
  const held = after[STAGES.findIndex(({ value }) => value === bottleneck)] ?? 0;
  const [whole = 0] = after.slice(PARTS);
  const first = `Bottleneck: ${TITLES[bottleneck]}, ${days(held)} of ${days(whole)} from requirement to production.`;
  if (shift === null) return `${first} Before that range too few changes are known to compare.`;
  const { before, verdicts } = shift;
  const [moved, absorbed, [was = 0]] = [movedTo(shift), absorbedOf(shift), before.slice(PARTS)];
  const all = `in all ${days(was)} → ${days(whole)}`;
  const isJudged = verdicts.some((one) => CLEAR.has(one));
  if (!isJudged) return `${first} No stage changed clearly against the range before; ${all}.`;
  const deltas = deltasOf(before, after).map((delta, at) => ({ isClear: CLEAR.has(verdicts[at]), text: `${TITLES[stageAt(at)]} ${signed(delta)}` }));
  const those = (isClear: boolean): string => deltas.filter((one) => one.isClear === isClear).map(({ text }) => text).join(', ');
  const where = moved === null ? 'No stage got clearly slower' : `The time moved to ${TITLES[moved]}`;
  const open = those(false) === '' ? '' : `; may be chance: ${those(false)}`;
  const told = those(true) === '' ? open.slice(2) : `clear: ${those(true)}${open}`;
  const gain = absorbed === null ? 'None got clearly faster' : `${percent(absorbed)} of what got faster was absorbed`;
  const verdict = CLEAR.has(verdicts[PARTS]) ? '' : ', may be chance';
  return `${first} ${where} (${told}). ${gain}; ${all} (${percent(whole / was - 1)}${verdict}).`;
} // prettier-ignore
