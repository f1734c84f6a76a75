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
import { byCell, figureOf, type Figure } from './figure.ts';
import { leastUnits, numberOf, numberOrNull, textOf } from './groups.ts';
import { metric } from './metric.ts';
import { purities } from './rates.ts';

/** A time with its weight; open = it was not over when observation ended. */
interface Timed {
  readonly minutes: number;
  readonly weight: number;
  readonly isOpen: boolean;
  /** Times of one cluster are drawn together. */
  readonly cluster: number;
}

/** Recovery time of failed deployments. */
export function recoveryFigures(rows: readonly Row[], context: ComputeContext): Figure[] {
  const deployments = byCell(rows, 'deployments');
  const purity = purities(rows, context);
  return [...byCell(rows, 'failure')].map(([cell, list]): Figure => {
    const known = figureOf(cell, deployments.get(cell)?.[0], context);
    const ordered = list.filter((row) => numberOf(row['minutes']) >= 0 && numberOf(row['value']) >= 0);
    const times = ordered.map((row, index) => ({
      minutes: numberOf(row['value']),
      weight: numberOf(row['weight']),
      isOpen: row['flag'] === true,
      cluster: index,
    }));
    const weight = times.reduce((sum, time) => sum + time.weight, 0);
    const isEnough = weight >= leastUnits(context, 'median', 10);
    const p50 = medianOf(times);
    const interval =
      isEnough && context.params['ci'] === true ? medianInterval({ times, population: times.length }, context) : null;
    return {
      ...known,
      value: isEnough ? p50 : null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      n: times.length,
      status: !isEnough ? 'low_n' : p50 === null ? 'immature' : 'ok',
      cells: {
        weight_sum: weight,
        recovery_p90: isEnough ? survivalQuantile(curveOf(times), 0.1) : null,
        open_n: times.filter(({ isOpen }) => isOpen).length,
        bad_order_n: list.length - times.length,
        purity: purity(known.group.family),
      },
    };
  });
}

/** Lead time of changes: median and p90 from the query, the Kaplan–Meier median from ranges of times. */
export function leadFigures(rows: readonly Row[], context: ComputeContext): Figure[] {
  const [people, ranges, samples] = [byCell(rows, 'people'), byCell(rows, 'range'), byCell(rows, 'sample')];
  return [...byCell(rows, 'lead')].map(([cell, [row]]): Figure => {
    const changes = numberOf(row?.['n']);
    const who = people.get(cell)?.[0];
    const isEnough = changes >= leastUnits(context, 'median', 10);
    const sample = {
      rows: samples.get(cell) ?? [],
      changes,
      services: numberOf(row?.['all_weight']),
      estimate: numberOf(row?.['value']),
    };
    const interval = isEnough && context.params['ci'] === true ? leadInterval(sample, context) : null;
    return {
      ...figureOf(cell, who, context),
      isEmpty: changes + numberOf(row?.['immature']) + numberOf(row?.['n_all']) === 0,
      changes,
      unknown: numberOf(who?.['changes']),
      value: isEnough ? numberOrNull(row?.['value']) : null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      n: changes,
      status: isEnough ? 'ok' : 'low_n',
      cells: {
        lead_p90: isEnough ? numberOrNull(row?.['last']) : null,
        lead_km_p50: isEnough ? rangeMedian(ranges.get(cell) ?? []) : null,
        undeployed_n: numberOf(row?.['immature']),
        not_measurable_n: numberOf(row?.['n_all']),
        bad_order_n: numberOf(row?.['events']),
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

/** Smallest time with S ≤ ½ from ranges of times; inside a range by the part of its events that is needed. */
export function rangeMedian(rows: readonly Row[]): number | null {
  const total = rows.reduce((sum, row) => sum + numberOf(row['events']) + numberOf(row['immature']), 0);
  let atRisk = total;
  let survival = 1;
  for (const row of rows) {
    const [events, censored] = [numberOf(row['events']), numberOf(row['immature'])];
    const after = atRisk === 0 ? 0 : survival * (1 - events / atRisk);
    if (events > 0 && after <= 0.5 + 1e-12) {
      const part = survival === after ? 1 : (survival - 0.5) / (survival - after);
      const [first, last] = [numberOf(row['value']), numberOf(row['last'])];
      return first + (last - first) * part;
    }
    survival = after;
    atRisk -= events + censored;
  }
  return null;
}

interface LeadSample {
  readonly rows: readonly Row[];
  /** Of the whole group. */
  readonly changes: number;
  readonly services: number;
  readonly estimate: number;
}

/** Over services where there are enough of them, else over changes. */
function leadInterval({ rows, changes, services, estimate }: LeadSample, context: ComputeContext): Interval | null {
  const names = [...new Set(rows.map((row) => textOf(row['text'])))];
  const isByService = names.length >= LEAST_CLUSTERS;
  const place = new Map(names.map((name, index) => [name, index]));
  const times = rows.map((row, index) => ({
    minutes: numberOf(row['value']),
    weight: 1,
    isOpen: false,
    cluster: isByService ? (place.get(textOf(row['text'])) ?? 0) : index,
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
