import { medianEstimate, type Timed } from '../../statistics/intervals/cluster-median.ts';
import { LEAST_CLUSTERS, intervalOf } from '../../statistics/intervals/estimate.ts';
import { effectiveClusters } from '../../statistics/intervals/jackknife.ts';
import { kaplanMeier, survivalQuantile, type EndsAt, type SurvivalCurve } from '../../statistics/kaplan-meier.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import type { ComputeContext, Row, Status } from '../define.ts';
import { quantileOfSorted } from '../../statistics/quantile.ts';
import { leastUnits, listOf, numberOf, numberOrNull, textOf } from '../parts/groups.ts';
import { cellOf, isShown, splitter, sumParts, type Deployment, type Deployments, type Split } from './deployments.ts';
import { figureOf, topShare, type Figure } from './figure.ts';
import { readGroup } from './groups.ts';
import { rangeMedian, readLeadUnits, sampleUnits, type LeadUnits } from './lead-units.ts';
import { INNER_GROUPS } from './metric.ts';
import { purityOf } from './rates.ts';

/** Recovery time of failed deployments. */
export function recoveryFigures(groups: readonly Deployments[], context: ComputeContext): Figure[] {
  const split = splitter(context);
  return groups.flatMap((group) => {
    const splits = group.all.map(split);
    const sums = sumParts(group.all, splits);
    const purity = purityOf(splits, context);
    return [...failuresByPart(group, splits, context)].map(([part, failures]): Figure => {
      const times = failures
        .filter(({ minutes, weight }) => minutes >= 0 && weight >= 0)
        .map((failure, cluster) => ({ ...failure, cluster }));
      const weight = times.reduce((sum, time) => sum + time.weight, 0);
      const isEnough = weight >= leastUnits(context, 'median', 10);
      const p50 = medianOf(times);
      const interval = isEnough && context.params['ci'] === true ? intervalOf(medianEstimate(times)) : null;
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
  const isPlace = isOfPlaces(context);
  const budget = Math.max(100, Math.floor(4000 / Math.max(1, groups.length)));
  return groups.map((row): Figure => {
    const units = readLeadUnits(row);
    const changes = units.minutes.length;
    const status =
      isPlace && units.deployed === 0 ? 'no_deployment' : leadStatus(units, leastUnits(context, 'median', 10));
    const isEnough = status === 'ok';
    const isCounted = !isEnough;
    const byHuman = isCounted ? units.byAnyHuman : units.byHuman;
    const [p50, p90] = [0.5, 0.9].map((part) => (isEnough ? quantileOfSorted(units.minutes, part) : null));
    const isDrawn = isEnough && context.params['ci'] === true;
    const interval = isDrawn && typeof p50 === 'number' ? leadInterval(row, { budget, median: p50 }) : null;
    return {
      group: readGroup(textOf(row['cell']), context),
      people: byHuman.size,
      topShare: topShare(byHuman, isCounted ? units.deployed : changes),
      isEmpty: units.deployed + units.undeployed + units.notMeasurable === 0,
      changes,
      unknown: numberOf(row['unknown']),
      isAssumed: row['is_assumed'] === true,
      confidence: numberOrNull(row['confidence']),
      value: p50 ?? null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      n: changes,
      status,
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

/** Whether groups are repositories or services as a whole: that nothing of them was deployed is said of no few people. */
function isOfPlaces(context: ComputeContext): boolean {
  const groups = listOf(context, 'groupBy');
  const narrowed = ['team', ...INNER_GROUPS].some((name) => listOf(context, name).length > 0);
  return groups.length > 0 && groups.every((name) => name === 'repo' || name === 'service') && !narrowed;
}

/**
 * `no_start`: enough were deployed, but too few of them are known to have begun some time, or fewer than half. The median of a part that is
 * there because of how it was merged says nothing about the rest.
 */
function leadStatus({ minutes: { length: known }, noStart }: LeadUnits, least: number): Status {
  if (known + noStart < least) return 'low_n';
  return known < least || known < noStart ? 'no_start' : 'ok';
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

/** Kaplan–Meier median. Null = half of them are still open. */
export const medianOf = (times: readonly Timed[]): number | null => survivalQuantile(curveOf(times));

/** Over services where enough of them count, else over deployments: the changes of a deployment waited for it together. */
function leadInterval(row: Row, { budget, median }: { budget: number; median: number }): Interval | null {
  const { drawn, services, deployments } = sampleUnits(row, budget);
  const byService = Map.groupBy(drawn, ({ service }) => service);
  const isByService = effectiveClusters([...byService.values()].map((own) => own.length)) >= LEAST_CLUSTERS;
  const times = drawn.map(({ minutes, service, deployment }): Timed => ({
    minutes,
    weight: 1,
    isOpen: false,
    cluster: isByService ? service : deployment,
  }));
  return intervalOf(medianEstimate(times, { clusters: isByService ? services : deployments, value: median }));
}
