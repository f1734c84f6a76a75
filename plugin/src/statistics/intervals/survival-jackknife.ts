/** Intervals of Kaplan–Meier survival at horizons where units live and die together: delete-one-cluster jackknife on the log-log scale. */
import { LEAST_CLUSTERS, LOG, LOG_LOG, estimateOf, spreadDifference, type Estimate } from './estimate.ts';
import { degreesOf, degreesOfSpread, effectiveClusters, jackknifeError, skewnessOf } from './jackknife.ts';
import type { EndsAt } from '../kaplan-meier.ts';
import { wilson } from './proportion.ts';

/** Units that live and die together, e.g. the lines of a change. */
export interface SurvivalCluster {
  /** Weight of all of its units. Those without an end below are at risk at every horizon. */
  readonly total: number;
  /** Events and censorings; later than the largest horizon may be left out. */
  readonly ends: readonly EndsAt[];
}

/** Clusters of one group. */
export interface SurvivalArm {
  readonly clusters: readonly SurvivalCluster[];
  /** How many clusters there are where `clusters` is a random sample of them; default = its length. */
  readonly population?: number;
  /** S at each horizon from all units, where `clusters` is a sample; null = undefined. Default = from `clusters`. */
  readonly estimates?: ReadonlyArray<number | null>;
}

/** S at each horizon. Null = fewer than LEAST_CLUSTERS clusters, or S is undefined. @param horizons Rising. */
export function survivalEstimates(arm: SurvivalArm, horizons: readonly number[]): Array<Estimate | null> {
  if (arm.clusters.length < LEAST_CLUSTERS) {
    return horizons.map(() => null);
  }
  const table = tabulate(arm.clusters, horizons);
  const all = productLimits(table, null);
  const without = arm.clusters.map((cluster) => productLimits(table, cluster));
  const totals = Float64Array.from(arm.clusters, ({ total }) => total);
  const [events, degreesInDifference] = [eventsUntil(arm.clusters, horizons), degreesOf(totals)];
  const shrink = Math.sqrt(arm.clusters.length / Math.max(arm.clusters.length, arm.population ?? 0));
  return horizons.map((_, index) => {
    const value = arm.estimates?.[index] ?? all[index] ?? NaN;
    if (Number.isNaN(value)) {
      return null;
    }
    const onScale = Float64Array.from(without, (values) => LOG_LOG.to(values[index] ?? NaN));
    const [centre, ofSample] = [LOG_LOG.to(value), LOG_LOG.to(all[index] ?? NaN)];
    if (!Number.isFinite(centre + ofSample) || !onScale.every(Number.isFinite)) {
      return atBound(value, totals);
    }
    const error = jackknifeError(onScale, ofSample) * shrink;
    const deviations = onScale.map((one) => ofSample - one);
    const ofEvents = Math.min(degreesInDifference, degreesOf(events[index] as Float64Array));
    const degrees = Math.min(ofEvents, degreesOfSpread(deviations));
    const skewness = skewnessOf(deviations) * shrink;
    return estimateOf({ scale: LOG_LOG, centre, error, degrees, degreesInDifference, skewness }, value);
  });
}

/**
 * Ratio of what dies per line at risk up to the horizon, first / second: of cumulative hazards, ln S₁ / ln S₂; with proportional hazards it is
 * the hazard ratio. Above 1 = the first dies faster. Null = nothing or everything died in one of them.
 */
export function hazardRatio(first: Estimate | null, second: Estimate | null): Estimate | null {
  if (first?.spread === undefined || second?.spread === undefined) {
    return null;
  }
  // The log-log scale is minus the log of the cumulative hazard.
  return estimateOf({ ...spreadDifference(second.spread, first.spread), scale: LOG });
}

/** Ends of all clusters by time. */
interface Table {
  readonly placeOf: ReadonlyMap<number, number>;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  readonly total: number;
  /** Number of leading times at or before each horizon. */
  readonly reach: Int32Array;
}

function tabulate(clusters: readonly SurvivalCluster[], horizons: readonly number[]): Table {
  const last = Math.max(...horizons);
  const ends = clusters.flatMap((cluster) => cluster.ends.filter(({ time }) => time <= last));
  const times = [...new Set(ends.map(({ time }) => time))].sort((one, two) => one - two);
  const placeOf = new Map(times.map((time, place) => [time, place]));
  const [events, censored] = [new Float64Array(times.length), new Float64Array(times.length)];
  for (const end of ends) {
    const place = placeOf.get(end.time) as number;
    events[place] = (events[place] as number) + end.events;
    censored[place] = (censored[place] as number) + end.censored;
  }
  const total = clusters.reduce((sum, cluster) => sum + cluster.total, 0);
  const reach = Int32Array.from(horizons, (horizon) => times.filter((time) => time <= horizon).length);
  return { placeOf, events, censored, total, reach };
}

/** S at every horizon, without one cluster. */
function productLimits(table: Table, omitted: SurvivalCluster | null): Float64Array {
  const own = ownEnds(table, omitted);
  const values = new Float64Array(table.reach.length);
  let atRisk = table.total - (omitted?.total ?? 0);
  let survival = 1;
  let place = 0;
  for (let horizon = 0; horizon < values.length; horizon += 1) {
    for (; place < (table.reach[horizon] as number); place += 1) {
      const events = (table.events[place] as number) - (own === null ? 0 : (own[2 * place] as number));
      const censored = (table.censored[place] as number) - (own === null ? 0 : (own[2 * place + 1] as number));
      survival *= events > 0 ? Math.max(0, 1 - events / atRisk) : 1;
      atRisk -= events + censored;
    }
    values[horizon] = survival;
  }
  return values;
}

/** Events and censorings of a cluster by time, side by side. */
function ownEnds({ placeOf, events }: Table, cluster: SurvivalCluster | null): Float64Array | null {
  if (cluster === null) {
    return null;
  }
  const own = new Float64Array(2 * events.length);
  for (const end of cluster.ends) {
    const place = placeOf.get(end.time);
    if (place !== undefined) {
      own[2 * place] = (own[2 * place] as number) + end.events;
      own[2 * place + 1] = (own[2 * place + 1] as number) + end.censored;
    }
  }
  return own;
}

/** Events of each cluster up to each horizon. */
function eventsUntil(clusters: readonly SurvivalCluster[], horizons: readonly number[]): Float64Array[] {
  const sums = horizons.map(() => new Float64Array(clusters.length));
  clusters.forEach(({ ends }, cluster) => {
    for (const { time, events } of ends) {
      const first = horizons.findIndex((horizon) => time <= horizon);
      if (first >= 0) {
        const own = sums[first] as Float64Array;
        own[cluster] = (own[cluster] as number) + events;
      }
    }
  });
  sums.forEach((own, horizon) => {
    const before = sums[horizon - 1];
    own.forEach((sum, cluster) => (own[cluster] = sum + (before?.[cluster] ?? 0)));
  });
  return sums;
}

/** Nothing or everything died, at least without one cluster: as of as many independent units as there are effective clusters. */
function atBound(value: number, totals: Float64Array): Estimate {
  const total = effectiveClusters(totals);
  return { value, intervalAt: (level) => wilson({ count: value * total, total }, level) ?? { lo: 0, hi: 1 } };
}
