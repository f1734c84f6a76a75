/** Means of stages, minutes, with what they vary by: people, and of what waits for production deployments too, for changes of one wait together. */
import type { Estimate } from '../../statistics/intervals/estimate.ts';
import {
  crossedDifferenceEstimate,
  crossedMeanEstimate,
  meanDifferenceEstimate,
  meanEstimate,
  type RatioClusters,
} from '../../statistics/intervals/jackknife.ts';
import type { Flow } from '../parts/stage-times.ts';
import { PARTS } from './stages.ts';

const inMinutes = ({ numerators, denominators }: RatioClusters): RatioClusters => ({
  numerators: Float64Array.from(numerators, (seconds) => seconds / 60),
  denominators,
});

const byPeople = (flow: Flow, stage: number): RatioClusters =>
  inMinutes({ numerators: flow.stages[stage]?.sums ?? [], denominators: flow.units });
const isToProduction = (stage: number): boolean => stage >= PARTS - 1;

/** Mean of a stage. */
export function estimateOf(flow: Flow, stage: number): Estimate | null {
  const people = byPeople(flow, stage);
  if (!isToProduction(stage)) return meanEstimate(people);
  const { whole, byPerson } = flow.shipments(stage);
  return crossedMeanEstimate(people, inMinutes(whole), inMinutes(byPerson));
}

/** Of two columns of the same clusters in the same order. */
const less = (one: RatioClusters, other: RatioClusters): RatioClusters => ({
  numerators: Float64Array.from(one.numerators, (value, at) => value - (other.numerators[at] ?? 0)),
  denominators: one.denominators,
});

/** Mean of one stage less that of another, of the same changes. */
export function gapOf(flow: Flow, one: number, other: number): Estimate | null {
  const people = less(byPeople(flow, one), byPeople(flow, other));
  if (!isToProduction(one) && !isToProduction(other)) return meanDifferenceEstimate(people);
  const [first, second] = [flow.shipments(one), flow.shipments(other)];
  const of = (name: 'whole' | 'byPerson'): RatioClusters => inMinutes(less(first[name], second[name]));
  return crossedDifferenceEstimate(people, of('whole'), of('byPerson'));
}
