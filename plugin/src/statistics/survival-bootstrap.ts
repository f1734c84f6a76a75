/** Cluster bootstrap of Kaplan–Meier survival at horizons, over typed arrays, so that a call costs some ten milliseconds. */
import { CLUSTER_LIMIT, LEAST_CLUSTERS, REPLICATES, percentileInterval, rescale, subset } from './cluster-bootstrap.ts';
import { kaplanMeier, survivalAt, type EndsAt } from './kaplan-meier.ts';
import { drawPlaces, type Random } from './prng.ts';
import type { Interval } from './proportion.ts';

/** Units that live and die together, e.g. the lines of a change. */
export interface SurvivalCluster {
  /** Weight of all of its units. Those without an end below are at risk at every horizon. */
  readonly total: number;
  /** Events and censorings; later than the largest horizon may be left out. */
  readonly ends: readonly EndsAt[];
}

/** One arm of a comparison. */
export interface SurvivalArm {
  readonly clusters: readonly SurvivalCluster[];
  /** How many clusters there are where `clusters` already is a random sample of them; default = its length. */
  readonly population?: number;
  /** S at each horizon from all units, where `clusters` is a sample; null = undefined. Default = from `clusters`. */
  readonly estimates?: ReadonlyArray<number | null>;
}

/** Entries (drawn clusters × ends) that one replicate may touch: bounds the time of a call. */
const ENTRY_BUDGET = 4000;
const LEAST_SUBSET = 400;
/** Replicates that are summed side by side, so that a processor need not wait for one sum to add to the next. A divisor of REPLICATES. */
const BATCH = 4;

/** 95 % intervals of S at each horizon. Null = fewer than LEAST_CLUSTERS clusters. */
export function bootstrapSurvival(
  arm: SurvivalArm,
  horizons: readonly number[],
  random: Random
): Array<Interval | null> {
  const [replicates] = survivalReplicates([arm], horizons, random);
  return horizons.map((_, index) => clamp(isTooSmall(arm) ? null : percentileInterval(at(replicates, index))));
}

/** 95 % intervals of S(treated) − S(control) at each horizon. Null = an arm has fewer than LEAST_CLUSTERS clusters. */
export function bootstrapSurvivalGap(
  arms: { readonly control: SurvivalArm; readonly treated: SurvivalArm },
  horizons: readonly number[],
  random: Random
): Array<Interval | null> {
  if (isTooSmall(arms.control) || isTooSmall(arms.treated)) {
    return horizons.map(() => null);
  }
  const [control, treated] = survivalReplicates([arms.control, arms.treated], horizons, random);
  return horizons.map((_, index) => {
    const ofControl = at(control, index);
    return percentileInterval(at(treated, index).map((value, draw) => value - (ofControl[draw] ?? NaN)));
  });
}

/** S by arm, horizon and replicate; scaled to the whole arm where a subset of its clusters was drawn from. */
export function survivalReplicates(
  arms: readonly SurvivalArm[],
  horizons: readonly number[],
  random: Random
): Float64Array[][] {
  const packed = arms.map((arm) => pack(arm, horizons));
  const replicates = arms.map(() => horizons.map(() => new Float64Array(REPLICATES)));
  const values = new Float64Array(horizons.length);
  for (let first = 0; first < REPLICATES; first += BATCH) {
    for (const arm of packed) {
      arm.counts.fill(0);
    }
    for (let place = 0; place < BATCH; place += 1) {
      for (const arm of packed) {
        drawClusters(arm, place, random);
      }
    }
    for (const [armIndex, arm] of packed.entries()) {
      sumWeights(arm);
      for (let place = 0; place < BATCH; place += 1) {
        productLimits(arm, place, values);
        for (let horizon = 0; horizon < values.length; horizon += 1) {
          at(replicates[armIndex], horizon)[first + place] = values[horizon] ?? NaN;
        }
      }
    }
  }
  for (const [armIndex, { factor, estimates }] of packed.entries()) {
    for (const [horizon, { ofSubset, ofAll }] of estimates.entries()) {
      if (factor < 1 && ofSubset !== null && ofAll !== null) {
        rescale(at(replicates[armIndex], horizon), { ofSubset, ofAll }, factor);
      }
    }
  }
  return replicates;
}

/** Ends of the drawn clusters, sorted by kind and time so that each sum runs in a register: entries of code c are starts[c] … starts[c+1]. */
interface Packed {
  readonly totals: Float64Array;
  /** A code is 2 × index of the time, + 1 for a censoring. */
  readonly starts: Int32Array;
  /** Each as the place of its first count. */
  readonly clusters: Int32Array;
  readonly weights: Float64Array;
  /** How often each cluster was drawn, BATCH replicates side by side: scratch space, as are `sums` (weight per code), `drawn` and `atRisk`. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  /** The clusters that one replicate draws. */
  readonly drawn: Int32Array;
  /** Weight of the clusters drawn in each replicate; NaN = there are no clusters. */
  readonly atRisk: Float64Array;
  /** Number of leading times at or before each horizon. */
  readonly reach: Int32Array;
  readonly factor: number;
  readonly estimates: ReadonlyArray<{ readonly ofSubset: number | null; readonly ofAll: number | null }>;
}

function pack(arm: SurvivalArm, horizons: readonly number[]): Packed {
  const last = Math.max(...horizons);
  const chosen = chooseClusters(arm, last);
  const ends = chosen.flatMap((cluster, index) => endsUntil(cluster, last).map((end) => ({ ...end, index })));
  const times = [...new Set(ends.map((end) => end.time))].sort((one, two) => one - two);
  const placeOf = new Map(times.map((time, place) => [time, place]));
  const entries = ends
    .flatMap(({ time, events, censored, index }) => {
      const code = 2 * (placeOf.get(time) ?? 0);
      return [{ code, index, weight: events }, { code: code + 1, index, weight: censored }]; // prettier-ignore
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, two) => one.code - two.code);
  const starts = new Int32Array(times.length * 2 + 1);
  entries.forEach(({ code }) => (starts[code + 1] = (starts[code + 1] ?? 0) + 1));
  starts.forEach((count, code) => (starts[code] = count + (starts[code - 1] ?? 0)));
  return {
    totals: Float64Array.from(chosen, (cluster) => cluster.total),
    starts,
    clusters: Int32Array.from(entries, ({ index }) => index * BATCH),
    weights: Float64Array.from(entries, ({ weight }) => weight),
    counts: new Float64Array(chosen.length * BATCH),
    sums: new Float64Array(times.length * 2 * BATCH),
    drawn: new Int32Array(chosen.length),
    atRisk: new Float64Array(BATCH),
    reach: Int32Array.from(horizons, (horizon) => times.filter((time) => time <= horizon).length),
    ...scaling(arm, chosen, horizons),
  };
}

function scaling(
  arm: SurvivalArm,
  chosen: readonly SurvivalCluster[],
  horizons: readonly number[]
): Pick<Packed, 'factor' | 'estimates'> {
  const population = Math.max(arm.population ?? arm.clusters.length, arm.clusters.length);
  const ofSubset = survivalOf(chosen, horizons);
  const ofAll = arm.estimates ?? (population === chosen.length ? ofSubset : survivalOf(arm.clusters, horizons));
  return {
    factor: Math.sqrt(chosen.length / population),
    estimates: horizons.map((_, index) => ({ ofSubset: ofSubset[index] ?? null, ofAll: ofAll[index] ?? null })),
  };
}

function endsUntil(cluster: SurvivalCluster, last: number): readonly EndsAt[] {
  return cluster.ends.filter((end) => end.time <= last);
}

function chooseClusters({ clusters }: SurvivalArm, last: number): readonly SurvivalCluster[] {
  const entryCount = clusters.reduce((sum, { ends }) => sum + ends.filter((end) => end.time <= last).length, 0);
  const affordable = entryCount === 0 ? CLUSTER_LIMIT : Math.floor((ENTRY_BUDGET * clusters.length) / entryCount);
  const limit = Math.min(CLUSTER_LIMIT, Math.max(LEAST_SUBSET, affordable));
  return clusters.length <= limit
    ? clusters
    : Array.from(subset(clusters.length, limit), (index) => clusters[index] as SurvivalCluster);
}

function survivalOf(clusters: readonly SurvivalCluster[], horizons: readonly number[]): Array<number | null> {
  const ends = clusters.flatMap((cluster) => cluster.ends);
  const rest = clusters.reduce((sum, { total }) => sum + total, 0) - ends.reduce((sum, end) => sum + end.events + end.censored, 0); // prettier-ignore
  const curve = kaplanMeier(rest > 0 ? [...ends, { time: Infinity, events: 0, censored: rest }] : ends);
  return horizons.map((horizon) => survivalAt(curve, horizon));
}

/** The replicate at `place` of the batch: as many clusters as there are, with replacement. */
function drawClusters({ totals, counts, drawn, atRisk }: Packed, place: number, random: Random): void {
  const size = totals.length;
  drawPlaces(random, drawn, size);
  let total = 0;
  for (let count = 0; count < size; count += 1) {
    const cluster = drawn[count] as number;
    total += totals[cluster] as number;
    counts[cluster * BATCH + place] = (counts[cluster * BATCH + place] as number) + 1;
  }
  atRisk[place] = size === 0 ? NaN : total;
}

function sumWeights({ starts, clusters, weights, counts, sums }: Packed): void {
  let entry = 0;
  for (let code = 0; code < starts.length - 1; code += 1) {
    const end = starts[code + 1] as number;
    let [one, two, three, four] = [0, 0, 0, 0];
    for (; entry < end; entry += 1) {
      const cluster = clusters[entry] as number;
      const weight = weights[entry] as number;
      one += weight * (counts[cluster] as number);
      two += weight * (counts[cluster + 1] as number);
      three += weight * (counts[cluster + 2] as number);
      four += weight * (counts[cluster + 3] as number);
    }
    sums[code * BATCH] = one;
    sums[code * BATCH + 1] = two;
    sums[code * BATCH + 2] = three;
    sums[code * BATCH + 3] = four;
  }
}

/** S at every horizon, NaN without any cluster; a horizon behind the one before carries on from there. */
function productLimits({ sums, reach, atRisk: totals }: Packed, replicate: number, values: Float64Array): void {
  const total = totals[replicate] as number;
  let place = 0;
  let atRisk = total;
  let survival = Number.isNaN(total) ? NaN : 1;
  for (let horizon = 0; horizon < values.length; horizon += 1) {
    const end = reach[horizon] as number;
    if (end < place) {
      place = 0;
      atRisk = total;
      survival = 1;
    }
    for (; place < end; place += 1) {
      const events = sums[2 * place * BATCH + replicate] as number;
      if (events > 0) {
        survival *= Math.max(0, 1 - events / atRisk);
      }
      atRisk -= events + (sums[(2 * place + 1) * BATCH + replicate] as number);
    }
    values[horizon] = survival;
  }
}

function isTooSmall(arm: SurvivalArm): boolean {
  return arm.clusters.length < LEAST_CLUSTERS;
}

function at(replicates: readonly Float64Array[] | undefined, index: number): Float64Array {
  return replicates?.[index] ?? new Float64Array(0);
}

function clamp(interval: Interval | null): Interval | null {
  return interval === null ? null : { lo: Math.max(0, interval.lo), hi: Math.min(1, interval.hi) };
}
