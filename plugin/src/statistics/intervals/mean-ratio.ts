/** Ratio of two means over units of the same people: what a group takes against another, or now against before. */
import { LEAST_CLUSTERS, LEVEL, LOG, estimateOf, type Estimate } from './estimate.ts';
import { degreesOf, jackknifeError, orderlessSum } from './jackknife.ts';

/** Units and the sum of their values of one person (or of all) on both sides. */
export type TwoSums = readonly [units: number, sum: number, otherUnits: number, otherSum: number];

/** Ends of an interval of a ratio further apart than this exclude nothing that anybody would believe. */
const MOST_APART = 10_000;

/** Mean of the other side / mean of the first. */
export const ratioOfMeans = ([units, sum, otherUnits, otherSum]: TwoSums): number =>
  otherSum / otherUnits / (sum / units);

/** Of all people together. */
export const allSums = (people: readonly TwoSums[]): TwoSums => {
  const of = (place: 0 | 1 | 2 | 3): number => orderlessSum(people.map((person) => person[place]));
  return [of(0), of(1), of(2), of(3)];
};

const without = (all: TwoSums, one: TwoSums): TwoSums => [
  all[0] - one[0],
  all[1] - one[1],
  all[2] - one[2],
  all[3] - one[3],
];

/** The ratio with its interval, jackknifed over people: whoever has units on both sides leaves both. Null as `jackknifedRatio`. */
export function meanRatio(people: readonly TwoSums[]): Estimate | null {
  const all = allSums(people);
  return jackknifedRatio({
    value: ratioOfMeans(all),
    without: people.map((own) => ratioOfMeans(without(all, own))),
    people,
  });
}

/** A ratio, what it is without each of the people, and who they are. */
export interface Jackknifed {
  readonly value: number;
  readonly without: readonly number[];
  readonly people: readonly TwoSums[];
}

/** Null = fewer than LEAST_CLUSTERS people, or one of them decides it all. */
export function jackknifedRatio({ value, without: others, people }: Jackknifed): Estimate | null {
  const onScale = Float64Array.from(others, Math.log);
  const centre = Math.log(value);
  if (people.length < LEAST_CLUSTERS || ![centre, ...onScale].every(Number.isFinite)) {
    return null;
  }
  const degrees = degreesOf(
    people.map(([units]) => units),
    people.map(([, , units]) => units)
  );
  const estimate = estimateOf({ scale: LOG, centre, error: jackknifeError(onScale, centre), degrees }, value);
  const { lo, hi } = estimate.intervalAt(LEVEL);
  return hi / lo > MOST_APART ? null : estimate;
}
