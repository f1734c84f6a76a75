import {
  bootstrapReplicates,
  CLUSTER_LIMIT,
  LEAST_CLUSTERS,
  percentileInterval,
  rescale,
  subset,
} from '../../statistics/cluster-bootstrap.ts';
import { kaplanMeier, survivalQuantile, type EndsAt, type SurvivalCurve } from '../../statistics/kaplan-meier.ts';
import type { Interval } from '../../statistics/proportion.ts';
import type { ComputeContext, Row } from '../define.ts';
import { quantileOfSorted } from '../../statistics/quantile.ts';
import { leastUnits, numberOf, numberOrNull, textOf } from '../parts/groups.ts';
import { cellOf, isShown, splitter, sumParts, type Deployment, type Deployments, type Split } from './deployments.ts'; // prettier-ignore
import { figureOf, topShare, type Figure } from './figure.ts';
import { readGroup } from './groups.ts';
import { drawUnits, rangeMedian, readLeadUnits } from './lead-units.ts';
import { metric } from './metric.ts';
import { purityOf } from './rates.ts';

/** A time with its weight; open = it was not over when observation ended. */
interface Timed {
  readonly minutes: number;
  readonly weight: number;
  readonly isOpen: boolean;
  /** Times of one cluster are drawn together. */
  readonly cluster: number;
}

/** Recovery time of failed deployments. */
export function recoveryFigures(groups: readonly Deployments[], context: ComputeContext): Figure[] {
  const split = splitter(context);
  return groups.flatMap((group) => {
    const splits = group.all.map(split);
    const sums = sumParts(group.all, splits);
    const purity = purityOf(splits, context);
    return [...failuresByPart(group, splits, context)].map(([part, failures]): Figure => {
      const times = failures.filter(({ minutes, weight }) => minutes >= 0 && weight >= 0).map((failure, cluster) => ({ ...failure, cluster })); // prettier-ignore
      const weight = times.reduce((sum, time) => sum + time.weight, 0);
      const isEnough = weight >= leastUnits(context, 'median', 10);
      const p50 = medianOf(times);
      const interval =
        isEnough && context.params['ci'] === true ? medianInterval({ times, population: times.length }, context) : null;
      return {
        ...figureOf(cellOf(group.cell, part), sums.get(part), context),
        value: isEnough ? p50 : null,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        n: times.length,
        status: !isEnough ? 'low_n' : p50 === null ? 'immature' : 'ok',
        cells: {
          weight_sum: weight,
          recovery_p90: isEnough ? survivalQuantile(curveOf(times), 0.1) : null,
          open_n: times.filter(({ isOpen }) => isOpen).length,
          bad_order_n: failures.length - times.length,
          purity,
        },
      };
    });
  });
}

/** Failures in the order of the deployments: as these are divided, or whole where they are traced to a change. */
function failuresByPart(
  group: Deployments,
  splits: readonly Split[],
  context: ComputeContext
): Map<string, Array<Omit<Timed, 'cluster'>>> {
  const found = new Map<string, Array<Omit<Timed, 'cluster'>>>();
  const add = (part: string, { minutes, isOpen }: Deployment, weight: number): void => {
    const list = found.get(part) ?? [];
    found.set(part, list);
    list.push({ minutes, isOpen, weight });
  };
  if (context.params['mode'] === 'cause') {
    for (const [part, traced] of group.traced) {
      const ordered = traced.map(({ deployment }) => deployment).sort((one, two) => one.id - two.id);
      ordered.forEach((deployment) => add(part, deployment, 1));
    }
    return found;
  }
  group.all.forEach((deployment, index) => {
    for (const { part, weight } of splits[index]?.parts ?? []) if (isShown(part)) add(part, deployment, weight);
  });
  return found;
}

/** Lead time of changes: median, p90 and the Kaplan–Meier median with those that wait. */
export function leadFigures(rows: readonly Row[], context: ComputeContext): Figure[] {
  const groups = rows.filter((row) => typeof row['cell'] === 'string');
  const budget = Math.max(100, Math.floor(4000 / Math.max(1, groups.length)));
  return groups.map((row): Figure => {
    const units = readLeadUnits(row);
    const changes = units.minutes.length;
    const least = leastUnits(context, 'median', 10);
    const isEnough = changes >= least;
    const [p50, p90] = [0.5, 0.9].map((part) => (isEnough ? quantileOfSorted(units.minutes, part) : null));
    const isDrawn = isEnough && context.params['ci'] === true;
    const interval = isDrawn && typeof p50 === 'number' ? leadInterval(row, { changes, budget, estimate: p50 }, context) : null; // prettier-ignore
    return {
      group: readGroup(textOf(row['cell']), context),
      people: units.byHuman.size,
      topShare: topShare(units.byHuman, units.deployed),
      isEmpty: changes + units.undeployed + units.notMeasurable === 0,
      changes,
      unknown: numberOf(row['unknown']),
      isAssumed: row['is_assumed'] === true,
      confidence: numberOrNull(row['confidence']),
      value: p50 ?? null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      n: changes,
      // Enough were deployed, but too few of them are known to have begun some time.
      status: isEnough ? 'ok' : changes + units.noStart >= least ? 'no_start' : 'low_n',
      cells: {
        lead_p90: p90 ?? null,
        lead_km_p50: isEnough ? rangeMedian(units.ranges) : null,
        undeployed_n: units.undeployed,
        not_measurable_n: units.notMeasurable,
        bad_order_n: units.badOrder,
        no_start_n: units.noStart,
        no_start_share: changes + units.noStart === 0 ? null : units.noStart / (changes + units.noStart),
      },
    };
  });
}

function curveOf(times: readonly Timed[]): SurvivalCurve {
  return kaplanMeier(
    times.map(({ minutes, weight, isOpen }): EndsAt => ({
      time: minutes,
      events: isOpen ? 0 : weight,
      censored: isOpen ? weight : 0,
    }))
  );
}

/**
 * Kaplan–Meier median; where the curve is exactly one half between two times, their middle, so that without open times it is the plain
 * median. Null = half of them are still open.
 */
export function medianOf(times: readonly Timed[]): number | null {
  const steps = curveOf(times).steps.filter(({ events }) => events > 0);
  const at = steps.findIndex(({ survival }) => survival <= 0.5 + 1e-12);
  const step = steps[at];
  if (step === undefined) {
    return null;
  }
  const next = steps[at + 1];
  return Math.abs(step.survival - 0.5) <= 1e-9 && next !== undefined ? (step.time + next.time) / 2 : step.time;
}

/** Over services where there are enough of them, else over changes. */
function leadInterval(
  row: Row,
  { changes, budget, estimate }: { changes: number; budget: number; estimate: number },
  context: ComputeContext
): Interval | null {
  const { drawn, services } = drawUnits(row, budget);
  const names = [...new Set(drawn.map(({ service }) => service))];
  const isByService = names.length >= LEAST_CLUSTERS;
  const place = new Map(names.map((name, index) => [name, index]));
  const times = drawn.map(({ minutes, service }, index) => ({
    minutes,
    weight: 1,
    isOpen: false,
    cluster: isByService ? (place.get(service) ?? 0) : index,
  }));
  return medianInterval({ times, population: isByService ? services : changes, estimate }, context);
}

/**
 * Interval of the median over clusters, around the estimate of all of them: where only a sample of the clusters is at hand their spread is
 * scaled. A sample of the times within clusters makes it wider, never narrower.
 */
function medianInterval(
  { times, population, estimate }: { times: readonly Timed[]; population: number; estimate?: number },
  context: ComputeContext
): Interval | null {
  const kept = Array.from(subset(times.length, CLUSTER_LIMIT), (index) => times[index] as Timed);
  const clusters = [...new Set(kept.map(({ cluster }) => cluster))];
  if (clusters.length < LEAST_CLUSTERS) {
    return null;
  }
  const place = new Map(clusters.map((cluster, index) => [cluster, index]));
  const sorted = [...kept].sort((one, two) => one.minutes - two.minutes || Number(one.isOpen) - Number(two.isOpen));
  const owner = Int32Array.from(sorted, ({ cluster }) => place.get(cluster) ?? 0);
  const drawn = new Float64Array(clusters.length);
  const statistic = ([draws]: readonly Int32Array[]): number => {
    drawn.fill(0);
    for (const index of draws ?? []) {
      drawn[index] = (drawn[index] ?? 0) + 1;
    }
    return drawnMedian(sorted, owner, drawn);
  };
  const replicates = bootstrapReplicates([clusters.length], statistic, context.random(metric.seedName));
  const ofAll = estimate ?? medianOf(times);
  const ofSubset = medianOf(kept);
  if (ofAll !== null && ofSubset !== null) {
    rescale(replicates, { ofSubset, ofAll }, Math.min(1, Math.sqrt(clusters.length / population)));
  }
  return percentileInterval(replicates);
}

/** `medianOf` for sorted times that count as often as their cluster was drawn; NaN = half are open. */
function drawnMedian(sorted: readonly Timed[], owner: Int32Array, drawn: Float64Array): number {
  let atRisk = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    atRisk += (sorted[index] as Timed).weight * (drawn[owner[index] as number] as number);
  }
  let survival = 1;
  let half = NaN;
  for (let index = 0; index < sorted.length; index += 1) {
    const time = sorted[index] as Timed;
    const weight = time.weight * (drawn[owner[index] as number] as number);
    if (weight > 0 && !time.isOpen) {
      if (!Number.isNaN(half)) {
        return (half + time.minutes) / 2;
      }
      survival *= Math.max(0, 1 - weight / atRisk);
      if (Math.abs(survival - 0.5) <= 1e-9) {
        half = time.minutes;
      } else if (survival < 0.5) {
        return time.minutes;
      }
    }
    atRisk -= weight;
  }
  return half;
}
