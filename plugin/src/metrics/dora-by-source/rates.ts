import { wilson } from '../../statistics/proportion.ts';
import type { ComputeContext, Row, Status } from '../define.ts';
import { byCell, figureOf, type Figure } from './figure.ts';
import { daysOf, leastUnits, numberOf, readGroup } from './groups.ts';

/** Change fail rate and rework rate: events per deployment (by share, whole) or per change deployed (mode cause). */
export function rateFigures(rows: readonly Row[], context: ComputeContext): Figure[] {
  const { metric, mode } = context.params;
  const deployments = byCell(rows, 'deployments');
  const blames = byCell(rows, 'blame');
  const isBlamed = metric === 'rework_rate' || mode === 'cause';
  const cells = [...new Set([...deployments.keys(), ...(isBlamed ? blames.keys() : [])])];
  const purity = purities(rows, context);
  const causes = causeShares(blames, context);
  return cells.map((cell): Figure => {
    const row = deployments.get(cell)?.[0];
    const blame = blames.get(cell)?.[0];
    const weight = numberOf(row?.['weight']);
    const blamed = metric === 'rework_rate' ? numberOf(blame?.['events']) : numberOf(blame?.['changes']);
    const events = isBlamed ? blamed : numberOf(row?.['events']);
    const known = figureOf(cell, row, context);
    return {
      ...known,
      ...rateOf({ events, weight }, context),
      n: mode === 'cause' ? weight : numberOf(row?.['n']),
      cells: {
        weight_sum: weight,
        event_sum: events,
        immature_n: numberOf(row?.['immature']),
        purity: purity(known.group.family),
        single_source_n: numberOf(row?.['single_weight']),
        single_source_value: singleSourceRate(row),
        single_events: numberOf(row?.['single_failures']),
        cause_share: causes(known.group.family),
      },
    };
  });
}

function rateOf(
  { events, weight }: { events: number; weight: number },
  context: ComputeContext
): Pick<Figure, 'value' | 'lo' | 'hi' | 'status'> {
  const least = leastUnits(context, 'proportion', 20);
  const status: Status = weight === 0 ? 'undefined' : weight < least ? 'low_n' : 'ok';
  if (status !== 'ok') {
    return { value: null, lo: null, hi: null, status };
  }
  // More fixes than deployments of a source are possible: then it is no share and has no such interval.
  const interval = context.params['ci'] === true && events <= weight ? wilson({ count: events, total: weight }) : null;
  return { value: events / weight, lo: interval?.lo ?? null, hi: interval?.hi ?? null, status };
}

function singleSourceRate(row: Row | undefined): number | null {
  const total = numberOf(row?.['single_weight']);
  return total === 0 ? null : numberOf(row?.['single_failures']) / total;
}

/** Deployment frequency: all of them are counted, so there is nothing to draw an interval from. */
export function frequencyFigures(rows: readonly Row[], at: Date, context: ComputeContext): Figure[] {
  const purity = purities(rows, context);
  return [...byCell(rows, 'deployments')].map(([cell, [row]]): Figure => {
    const known = figureOf(cell, row, context);
    const days = daysOf(known.group, at, context);
    const weight = numberOf(row?.['all_weight']);
    return {
      ...known,
      value: days === 0 ? null : weight / days,
      lo: null,
      hi: null,
      n: numberOf(row?.['n_all']),
      status: days === 0 ? 'undefined' : 'ok',
      cells: {
        weight_sum: weight,
        deployments: weight,
        purity: purity(known.group.family),
        days_with_deploy_per_week: days === 0 ? null : numberOf(row?.['days']) / (days / 7),
      },
    };
  });
}

/** Purity of the deployments of each family. */
export function purities(rows: readonly Row[], context: ComputeContext): (family: string) => number | null {
  const known = new Map(
    [...byCell(rows, 'purity')].map(([cell, [row]]) => [readGroup(cell, context).family, numberOf(row?.['value'])])
  );
  return (family) => known.get(family) ?? null;
}

/** Share of the failures of each family whose change is known. */
function causeShares(
  blames: ReadonlyMap<string, readonly Row[]>,
  context: ComputeContext
): (family: string) => number | null {
  const sums = new Map<string, { events: number; known: number }>();
  for (const [cell, [row]] of blames) {
    const { family } = readGroup(cell, context);
    const sum = sums.get(family) ?? { events: 0, known: 0 };
    sum.events += numberOf(row?.['events']);
    sum.known += numberOf(row?.['changes']);
    sums.set(family, sum);
  }
  return (family) => {
    const sum = sums.get(family);
    return sum === undefined || sum.events === 0 ? null : sum.known / sum.events;
  };
}
