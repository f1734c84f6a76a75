/**
 * Delete-one-cluster jackknife of ratios of sums: a cluster is a developer with all of their units, a change with all of its lines, a
 * deployment with all of its changes. Sums run over sorted numbers, so that the order of the rows makes no difference at all.
 */
import { LEAST_CLUSTERS, LEVEL, LINEAR, LOG, LOGIT, estimateOf, type Estimate, type Scale } from './estimate.ts';
import { wilson, type Interval } from './proportion.ts';

/** Clusters of an arm for a ratio of sums: Σ numerator / Σ denominator. A mean over units = (Σ of the unit values, number of units). */
export interface RatioClusters {
  readonly numerators: ArrayLike<number>;
  readonly denominators: ArrayLike<number>;
}

/** A cluster sample that stands for more: its estimate is that of all of them, its spread is scaled. */
export interface Population {
  readonly clusters: number;
  readonly value: number;
}

/** More values are not sorted: their rounding is carried along instead, which leaves the order no say in the first fifteen digits. */
const MOST_SORTED = 256;

/** Σ over sorted values: the same whatever their order. */
export function orderlessSum(values: ArrayLike<number>): number {
  return values.length > MOST_SORTED
    ? compensatedSum(values)
    : Float64Array.from(values)
        .sort()
        .reduce((sum, value) => sum + value, 0);
}

/** Neumaier's (1974) sum. */
function compensatedSum(values: ArrayLike<number>): number {
  let [sum, lost] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/**
 * How many equal clusters tell as much as these: 1 / Σ share². A few clusters with most of the units say less than their number.
 */
export function effectiveClusters(weights: ArrayLike<number>): number {
  const positive = Float64Array.from(weights, (weight) => Math.max(0, weight));
  const total = orderlessSum(positive);
  return total === 0 ? 0 : total ** 2 / orderlessSum(positive.map((weight) => weight ** 2));
}

/** Jackknife error from the estimates without each cluster, on the scale: √((G−1)/G · Σ (without − all)²). */
export function jackknifeError(without: Float64Array, all: number): number {
  const { length } = without;
  return Math.sqrt(((length - 1) / length) * orderlessSum(without.map((value) => (value - all) ** 2)));
}

/** Degrees of freedom from clusters as unequal as these, at least 1. */
export function degreesOf(...weights: ReadonlyArray<ArrayLike<number>>): number {
  return Math.max(1, Math.min(...weights.map((each) => effectiveClusters(each))) - 1);
}

/**
 * Degrees of freedom of an error whose squared parts are as unequal as these deviations of single clusters: of a variance estimate by its
 * own kurtosis, 2G·E / (G − E) of E effective parts (G where they are normal). A few clusters that carry the spread say less than all.
 */
export function degreesOfSpread(deviations: Float64Array): number {
  const effective = effectiveClusters(deviations.map((value) => value * value));
  return Math.max(1, (2 * deviations.length * effective) / Math.max(Number.EPSILON, deviations.length - effective));
}

/** Skewness of a sum of independent deviations. */
export function skewnessOf(deviations: Float64Array): number {
  const squares = orderlessSum(deviations.map((value) => value * value));
  return squares === 0 ? 0 : orderlessSum(deviations.map((value) => value * value * value)) / squares ** 1.5;
}

/** A mean of which fewer effective clusters than three hold nearly all has no upper end that would tell anything. */
const LEAST_DEGREES = 2;

/** A mean of positive values over units (Σ / n), e.g. of minutes. Null = fewer than LEAST_CLUSTERS clusters or three effective ones, or no unit. */
export function meanEstimate(clusters: RatioClusters): Estimate | null {
  return ratioEstimate(clusters, { scale: LOG });
}

/** Clusters of one kind, of another, and of both at once, e.g. by person, by deployment, by person in a deployment. */
export type Crossed = readonly [first: RatioClusters, second: RatioClusters, both: RatioClusters];

/**
 * A mean of positive values whose units share two things, e.g. a person and a deployment: variance of the first clusters plus that of the
 * second minus that of those who share both (Cameron, Gelbach, Miller 2011), at least the larger of the two; degrees of freedom of the fewer.
 * Null as for any mean, of either.
 */
export function crossedMeanEstimate(...clusters: Crossed): Estimate | null {
  return crossedEstimate(clusters, meanEstimate);
}

/** Mean of the difference of two values of each unit, of either sign. Null = fewer than LEAST_CLUSTERS clusters, or no unit. */
export function meanDifferenceEstimate(clusters: RatioClusters): Estimate | null {
  return ratioEstimate(clusters, { scale: LINEAR });
}

/** The same of units that share two things, as of a mean. */
export function crossedDifferenceEstimate(...clusters: Crossed): Estimate | null {
  return crossedEstimate(clusters, meanDifferenceEstimate);
}

function crossedEstimate([first, second, both]: Crossed, of: typeof meanEstimate): Estimate | null {
  const [one, two] = [of(first), of(second)];
  if (one?.spread === undefined || two?.spread === undefined) return null;
  const shared = of(both)?.spread?.error ?? 0;
  const [wide, narrow] = one.spread.error >= two.spread.error ? [one.spread, two.spread] : [two.spread, one.spread];
  const error = Math.sqrt(Math.max(wide.error ** 2, wide.error ** 2 + narrow.error ** 2 - shared ** 2));
  return estimateOf({ ...wide, error, degrees: Math.min(wide.degrees, narrow.degrees) }, one.value);
}

/**
 * A share of units, 0..1. Its interval is never wider than if the units of each cluster were all alike: a share of as many independent units
 * as there are effective clusters (Wilson). Where few clusters hold the events, the jackknife has next to no degrees of freedom and would
 * leave everything open, however many clusters there are without any. Null = fewer than LEAST_CLUSTERS clusters, or no unit.
 */
export function shareEstimate(clusters: RatioClusters, population?: Population): Estimate | null {
  const jackknifed = ratioEstimate(clusters, { scale: LOGIT, population });
  if (jackknifed === null || population !== undefined) return jackknifed;
  const atMost = shareOfAlike(jackknifed.value, withUnits(clusters).denominators);
  const intervalAt = (level = LEVEL): Interval => {
    const [own, most] = [jackknifed.intervalAt(level), atMost.intervalAt(level)];
    return own.hi - own.lo > most.hi - most.lo ? most : own;
  };
  return { ...jackknifed, intervalAt };
}

/**
 * A share of units that go as whole clusters now and then, as lines do where a change is rewritten: a few clusters carry the spread. Its
 * degrees of freedom are theirs, and its long side reaches further. Null as for any share.
 */
export function lossEstimate(clusters: RatioClusters, population?: Population): Estimate | null {
  return ratioEstimate(clusters, { scale: LOGIT, population, isOfWholes: true });
}

interface RatioOptions {
  readonly scale: Scale;
  readonly population?: Population | undefined;
  readonly isOfWholes?: boolean;
}

function ratioEstimate(
  clusters: RatioClusters,
  { scale, population, isOfWholes = false }: RatioOptions
): Estimate | null {
  const used = withUnits(clusters);
  const [top, bottom] = [orderlessSum(used.numerators), orderlessSum(used.denominators)];
  const count = used.denominators.length;
  if (count < LEAST_CLUSTERS || bottom <= 0) {
    return null;
  }
  const without = used.numerators.map((own, index) => (top - own) / (bottom - (used.denominators[index] as number)));
  const value = population?.value ?? top / bottom;
  const [all, onScale] = [scale.to(top / bottom), without.map(scale.to)];
  const centre = scale.to(value);
  if (!Number.isFinite(centre + all) || !onScale.every(Number.isFinite)) {
    return atBound({ value, without, ...used }, scale);
  }
  const shrink = Math.sqrt(count / Math.max(count, population?.clusters ?? count));
  const error = jackknifeError(onScale, all) * shrink;
  const influences = used.numerators.map((own, index) => own - (top / bottom) * (used.denominators[index] as number));
  const carriers = isOfWholes ? [influences.map((value) => value * value)] : [];
  const degrees = degreesOf(used.denominators, used.numerators, ...carriers);
  if (scale === LOG && degrees < LEAST_DEGREES) {
    return null;
  }
  const skewness = scale === LOG || isOfWholes ? skewnessOf(influences) * shrink : 0;
  return estimateOf({ scale, centre, error, degrees, skewness }, value);
}

/** Clusters without units tell nothing. */
function withUnits({ numerators, denominators }: RatioClusters): {
  numerators: Float64Array;
  denominators: Float64Array;
} {
  const [tops, bottoms] = [new Float64Array(denominators.length), new Float64Array(denominators.length)];
  let kept = 0;
  for (let index = 0; index < denominators.length; index += 1) {
    const bottom = denominators[index] as number;
    if (bottom > 0) {
      tops[kept] = numerators[index] as number;
      bottoms[kept] = bottom;
      kept += 1;
    }
  }
  return { numerators: tops.subarray(0, kept), denominators: bottoms.subarray(0, kept) };
}

interface Bounded {
  readonly value: number;
  readonly without: Float64Array;
  readonly denominators: Float64Array;
}

/** At 0, at 1, or there without one cluster: a share as of as many independent units as there are effective clusters; a mean is linear. */
function atBound({ value, without, denominators }: Bounded, scale: Scale): Estimate {
  return scale === LOGIT
    ? shareOfAlike(value, denominators)
    : estimateOf({
        scale: LINEAR,
        centre: value,
        error: jackknifeError(without, value),
        degrees: degreesOf(denominators),
      });
}

/** A share whose clusters are each a unit: the units of one are all alike. */
function shareOfAlike(value: number, denominators: Float64Array): Estimate {
  const total = effectiveClusters(denominators);
  return { value, intervalAt: (level = LEVEL) => wilson({ count: value * total, total }, level) ?? { lo: 0, hi: 1 } };
}
