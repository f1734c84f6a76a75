/**
 * Cluster bootstrap (metrics.md 4.2): whole clusters (a developer with all of their changes, a change with all of its lines) are drawn
 * with replacement within each arm, arms in the given order (control first), one stream through all replicates; percentile interval.
 * A caller passes a fresh stream per comparison.
 *
 * Arms of more than CLUSTER_LIMIT clusters are represented by a fixed random subset of m of M clusters: the spread of a statistic of
 * m clusters is √(M/m) times that of M, so deviations shrink by √(m/M) around the estimate of the whole arm. The interval keeps its
 * width up to sampling noise of about 1/√(2m) (2 % at 1,000) and costs the same at any size.
 */
import { Z95 } from './normal.ts';
import { drawPlaces, seededRandom, type Random } from './prng.ts';
import { mean, quantileOfSorted } from './quantile.ts';
import type { Interval } from './proportion.ts';

/** Draws per interval. */
export const REPLICATES = 2000;
/** Fewer clusters in an arm give no interval. */
export const LEAST_CLUSTERS = 5;
/** Clusters of an arm that are drawn from; more are represented by a subset. */
export const CLUSTER_LIMIT = 1000;

/**
 * Percentile interval (2.5 %, 97.5 %, type 7) of replicates; those that are NaN (statistic undefined in that draw) are left out.
 * Null = more than a tenth is undefined.
 */
export function percentileInterval(replicates: Float64Array): Interval | null {
  const defined = replicates.filter((value) => !Number.isNaN(value)).sort();
  if (defined.length === 0 || defined.length < replicates.length * 0.9) {
    return null;
  }
  const lo = quantileOfSorted(defined, 0.025);
  const hi = quantileOfSorted(defined, 0.975);
  return lo === null || hi === null ? null : { lo, hi };
}

/** What one replicate looks at: for each arm the indices of the clusters drawn (one buffer, overwritten by the next replicate). */
export type Statistic = (draws: readonly Int32Array[]) => number;

/** Values of any statistic over resampled clusters. @param sizes Number of clusters of each arm, control first. */
export function bootstrapReplicates(sizes: readonly number[], statistic: Statistic, random: Random): Float64Array {
  const draws = sizes.map((size) => new Int32Array(size));
  const replicates = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    for (const draw of draws) {
      drawPlaces(random, draw, draw.length);
    }
    replicates[replicate] = statistic(draws);
  }
  return replicates;
}

/** 95 % interval of any statistic. Null = an arm has fewer than LEAST_CLUSTERS clusters, or the statistic is mostly undefined. */
export function bootstrapInterval(sizes: readonly number[], statistic: Statistic, random: Random): Interval | null {
  return sizes.some((size) => size < LEAST_CLUSTERS)
    ? null
    : percentileInterval(bootstrapReplicates(sizes, statistic, random));
}

/** 95 % interval of mean(treated) − mean(control) of cluster values. Null = an arm has fewer than LEAST_CLUSTERS clusters. */
export function bootstrapMeanDifference(
  control: readonly number[],
  treated: readonly number[],
  random: Random
): Interval | null {
  return bootstrapRatioArms([unitWeights(control), unitWeights(treated)], random);
}

/** 95 % interval of the mean of cluster values. Null = fewer than LEAST_CLUSTERS clusters. */
export function bootstrapMean(values: readonly number[], random: Random): Interval | null {
  return bootstrapRatioArms([unitWeights(values)], random);
}

/** Clusters of an arm for a ratio of sums: Σ numerator / Σ denominator. A mean over units = (Σ of the unit values, number of units). */
export interface RatioClusters {
  readonly numerators: ArrayLike<number>;
  readonly denominators: ArrayLike<number>;
}

/** 95 % interval of a ratio of sums. Null = fewer than LEAST_CLUSTERS clusters. */
export function bootstrapRatio(clusters: RatioClusters, random: Random): Interval | null {
  return bootstrapRatioArms([clusters], random);
}

/** 95 % interval of treated ratio − control ratio. Null = an arm has fewer than LEAST_CLUSTERS clusters. */
export function bootstrapRatioDifference(
  control: RatioClusters,
  treated: RatioClusters,
  random: Random
): Interval | null {
  return bootstrapRatioArms([control, treated], random);
}

/**
 * 95 % interval of a ratio of sums from the linearised variance over clusters: what the bootstrap tends to with many clusters, at no
 * cost. For charts of very many cells. Null = fewer than LEAST_CLUSTERS clusters.
 */
export function linearisedRatio({ numerators, denominators }: RatioClusters): Interval | null {
  const count = numerators.length;
  const ratio = ratioOf(numerators, denominators);
  if (count < LEAST_CLUSTERS || Number.isNaN(ratio)) {
    return null;
  }
  let squares = 0;
  let bottom = 0;
  for (let index = 0; index < count; index += 1) {
    squares += ((numerators[index] ?? 0) - ratio * (denominators[index] ?? 0)) ** 2;
    bottom += denominators[index] ?? 0;
  }
  const half = (Z95 * Math.sqrt((count / (count - 1)) * squares)) / Math.abs(bottom);
  return { lo: ratio - half, hi: ratio + half };
}

/** `count` indices of `population` in rising order, always the same ones. */
export function subset(population: number, count: number): Int32Array {
  const indices = Int32Array.from({ length: population }, (_, index) => index);
  if (count >= population) {
    return indices;
  }
  const random = seededRandom('cluster-subset');
  for (let place = 0; place < count; place += 1) {
    const other = place + Math.floor(random() * (population - place));
    const kept = indices[place] ?? 0;
    indices[place] = indices[other] ?? 0;
    indices[other] = kept;
  }
  return indices.slice(0, count).sort();
}

/** Replicates of m of M clusters as replicates of M: deviations × √(m/M) around the estimate of all. In place. */
export function rescale(
  replicates: Float64Array,
  estimates: { readonly ofSubset: number; readonly ofAll: number },
  factor: number
): void {
  for (let index = 0; index < replicates.length; index += 1) {
    replicates[index] = estimates.ofAll + ((replicates[index] ?? NaN) - estimates.ofSubset) * factor;
  }
}

interface RatioArm {
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
  /** The clusters that one replicate draws: scratch space. */
  readonly drawn: Int32Array;
  readonly factor: number;
  readonly ofSubset: number;
  readonly ofAll: number;
}

/**
 * 95 % interval of a ratio of sums of one arm, or of treated − control for two (control first).
 * @param limit Clusters of an arm that are drawn from: results with many intervals share their time by a lower one.
 */
export function bootstrapRatioArms(
  arms: readonly RatioClusters[],
  random: Random,
  limit = CLUSTER_LIMIT
): Interval | null {
  if (arms.some(({ numerators }) => numerators.length < LEAST_CLUSTERS)) {
    return null;
  }
  const prepared = arms.map((arm) => ratioArm(arm, limit));
  const replicates = prepared.map(() => new Float64Array(REPLICATES));
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    for (const [index, arm] of prepared.entries()) {
      (replicates[index] as Float64Array)[replicate] = drawRatio(arm, random);
    }
  }
  for (const [index, arm] of prepared.entries()) {
    if (arm.factor < 1) {
      rescale(replicates[index] as Float64Array, arm, arm.factor);
    }
  }
  const [control, treated] = replicates;
  return percentileInterval(differences(control as Float64Array, treated));
}

function drawRatio({ numerators, denominators, drawn }: RatioArm, random: Random): number {
  drawPlaces(random, drawn, drawn.length);
  let top = 0;
  let bottom = 0;
  for (let count = 0; count < drawn.length; count += 1) {
    const index = drawn[count] as number;
    top += numerators[index] as number;
    bottom += denominators[index] as number;
  }
  return bottom === 0 ? NaN : top / bottom;
}

function ratioArm({ numerators, denominators }: RatioClusters, limit: number): RatioArm {
  const chosen = subset(numerators.length, limit);
  const tops = Float64Array.from(chosen, (index) => numerators[index] ?? 0);
  const bottoms = Float64Array.from(chosen, (index) => denominators[index] ?? 0);
  return {
    numerators: tops,
    denominators: bottoms,
    drawn: new Int32Array(chosen.length),
    factor: Math.sqrt(chosen.length / numerators.length),
    ofSubset: ratioOf(tops, bottoms),
    ofAll: ratioOf(numerators, denominators),
  };
}

function ratioOf(numerators: ArrayLike<number>, denominators: ArrayLike<number>): number {
  const top = mean(numerators);
  const bottom = mean(denominators);
  return top === null || bottom === null || bottom === 0 ? NaN : top / bottom;
}

function differences(control: Float64Array, treated: Float64Array | undefined): Float64Array {
  return treated === undefined ? control : treated.map((value, index) => value - (control[index] ?? NaN));
}

/** Clusters whose ratio of sums is the mean of their values. */
export function unitWeights(values: readonly number[]): RatioClusters {
  return { numerators: values, denominators: new Float64Array(values.length).fill(1) };
}
