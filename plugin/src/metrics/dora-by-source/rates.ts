import { wilson } from '../../statistics/intervals/proportion.ts';
import { leastUnits, listOf } from '../parts/groups.ts';
import type { ComputeContext, Row, Status } from '../define.ts';
import {
  cellOf,
  splitter,
  sumParts,
  type Deployment,
  type Deployments,
  type PartSums,
  type Split,
  type Traced,
} from './deployments.ts';
import { figureOf, type Figure } from './figure.ts';
import { readGroup } from './groups.ts';

/** Change fail rate and rework rate: events per deployment (by share, whole) or per change deployed (mode cause). */
export function rateFigures(groups: readonly Deployments[], context: ComputeContext): Figure[] {
  const { metric, mode } = context.params;
  const isTraced = metric === 'rework_rate' || mode === 'cause';
  const split = splitter(context);
  const causes = causeShares(groups, context);
  return groups.flatMap((group) => {
    const splits = group.all.map(split);
    const sums = sumParts(group.all, splits);
    const left = new Set(group.all.filter((_, index) => mode === 'single_source' && splits[index]?.isSingle === false));
    const isCounted = (deployment: Deployment): boolean => !left.has(deployment);
    const purity = purityOf(splits, context);
    const traced = isTraced ? matureEvents(group) : new Map<string, Traced[]>();
    return [...new Set([...sums.keys(), ...traced.keys()])].map((part): Figure => {
      const own = sums.get(part);
      const events =
        traced
          .get(part)
          ?.filter(({ deployment, isKnown }) => isCounted(deployment) && (metric === 'rework_rate' || isKnown))
          .length ?? 0;
      const cell = cellOf(group.cell, part);
      const rate = { events: isTraced ? events : (own?.events ?? 0), weight: own?.weight ?? 0 };
      const known = figureOf(cell, own, context);
      const cause = causes(known.group.family);
      const cells = {
        ...rateCells(own, rate),
        purity,
        ...(metric === 'rework_rate' ? {} : failCells(own, cause, context)),
      };
      return { ...known, ...rateOf(rate, context), n: mode === 'cause' ? rate.weight : (own?.count ?? 0), cells };
    });
  });
}

/** Events of mature deployments by part; a part that has only others is not there. */
function matureEvents({ traced }: Deployments): Map<string, Traced[]> {
  const mature = [...traced].map(
    ([part, events]) => [part, events.filter(({ deployment }) => deployment.isMature)] as const
  );
  return new Map(mature.filter(([, events]) => events.length > 0));
}

interface Rate {
  readonly events: number;
  readonly weight: number;
}

function rateCells(own: PartSums | undefined, { weight, events }: Rate): Row {
  return { weight_sum: weight, event_sum: events, immature_n: own === undefined ? 0 : own.allCount - own.count };
}

function failCells(own: PartSums | undefined, cause: number | null, context: ComputeContext): Row {
  // Where changes are not told apart by source, nobody looked which deployments are of one.
  if (context.params['mode'] !== 'single_source' && !listOf(context, 'groupBy').includes('code_source')) {
    return { single_source_n: null, single_source_dev: null, single_source_value: null, cause_share: cause };
  }
  const single = own?.singleCount ?? 0;
  return {
    single_source_n: single,
    // Deployments without a change are nobody's.
    single_source_dev: own === undefined || single === 0 || own.changes === 0 ? null : own.singleHumans.size,
    single_source_value: single === 0 ? null : (own?.singleEvents ?? 0) / single,
    cause_share: cause,
  };
}

function rateOf({ events, weight }: Rate, context: ComputeContext): Pick<Figure, 'value' | 'lo' | 'hi' | 'status'> {
  const least = leastUnits(context, 'proportion', 20);
  const status: Status = weight === 0 ? 'undefined' : weight < least ? 'low_n' : 'ok';
  if (status !== 'ok') {
    return { value: null, lo: null, hi: null, status };
  }
  // More fixes than deployments of a source are possible: then it is no share and has no such interval.
  const interval = context.params['ci'] === true && events <= weight ? wilson({ count: events, total: weight }) : null;
  return { value: events / weight, lo: interval?.lo ?? null, hi: interval?.hi ?? null, status };
}

/** How much batches mix sources: mean over deployments with changes of their largest share; null where other changes are told apart. */
export function purityOf(splits: readonly Split[], context: ComputeContext): number | null {
  const groups = listOf(context, 'groupBy');
  const others = ['pr_class', 'zone', 'size'];
  const isFiltered = ['code_source', ...others].some((name) => listOf(context, name).length > 0);
  if (!groups.includes('code_source') || others.some((name) => groups.includes(name)) || isFiltered) {
    return null;
  }
  const purities = splits.map(({ purity }) => purity).filter((purity) => purity !== null);
  return purities.length === 0 ? null : purities.reduce((sum, purity) => sum + purity, 0) / purities.length;
}

/** Share of the failures of each family whose change is known; null where a filter on changes cannot know what it leaves out. */
function causeShares(groups: readonly Deployments[], context: ComputeContext): (family: string) => number | null {
  const isOfCause = context.params['mode'] === 'cause';
  const isFiltered = ['pr_class', 'code_source', 'zone', 'size'].some((name) => listOf(context, name).length > 0);
  const sums = new Map<string, { events: number; known: number }>();
  const add = (cell: string, events: readonly boolean[]): void => {
    const { family } = readGroup(cell, context);
    const { events: before, known } = sums.get(family) ?? { events: 0, known: 0 };
    sums.set(family, { events: before + events.length, known: known + events.filter((isKnown) => isKnown).length });
  };
  for (const group of groups) {
    if (isOfCause) {
      matureEvents(group).forEach((events, part) =>
        add(
          cellOf(group.cell, part),
          events.map(({ isKnown }) => isKnown)
        )
      );
    } else if (!isFiltered) {
      const failed = group.all.filter(({ isMature, isEvent }) => isMature && isEvent);
      add(
        cellOf(group.cell, 'unknown'),
        failed.map(({ isCauseKnown }) => isCauseKnown)
      );
    }
  }
  return (family) => {
    const sum = sums.get(family);
    return sum === undefined || sum.events === 0 ? null : sum.known / sum.events;
  };
}
