import { wilson } from '../../statistics/intervals/proportion.ts';
import { quantiles } from '../../statistics/quantile.ts';
import type { Compute, ComputeContext, Row } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutRow, leastUnits, numberOf } from '../parts/groups.ts';
import { doubles } from '../parts/packs.ts';
import { GROUPS } from './metric.ts';

/** One row a group. */
export const compute: Compute = (rows, context) => ({
  rows: byCell(rows).map((row): Row => {
    const { time, dimensions } = readCell(row, GROUPS, context);
    const isCut = isCutRow(row, time, context);
    const isFlakes = context.params['metric'] === 'flakes';
    const isShown = numberOf(row['n']) >= (isFlakes ? leastUnits(context, 'proportion', 20) : leastUnits(context, 'median', 10)); // prettier-ignore
    return {
      ...(time === null ? {} : { time }),
      ...dimensions,
      ...(isFlakes ? flakes(row, isShown, context) : durations(row, context)),
      n: numberOf(row['n']),
      status: !isShown ? 'low_n' : isCut ? 'partial' : 'ok',
    };
  }),
});

function durations(row: Row, context: ComputeContext): Row {
  const least = leastUnits(context, 'median', 10);
  const of = (name: string): Array<number | null> => {
    const minutes = doubles(row[name]);
    return minutes.length < least ? [null, null] : quantiles(minutes, [0.5, 0.9]);
  };
  const [p50 = null, p90 = null] = of('passing');
  const isEnough = numberOf(row['n']) >= leastUnits(context, 'proportion', 20);
  return {
    value: context.params['show'] === 'p90' ? p90 : p50,
    p90,
    failing_p50: of('failing')[0] ?? null,
    queue_p50: of('queued')[0] ?? null,
    failed_share: isEnough ? 1 - numberOf(row['passed']) / numberOf(row['n']) : null,
  };
}

function flakes(row: Row, isShown: boolean, context: ComputeContext): Row {
  if (!isShown) return { value: null, lo: null, hi: null, flaky_failure_share: null };
  const [n, hits, failed] = [numberOf(row['n']), numberOf(row['hits']), numberOf(row['failed'])];
  const interval = wilson({ count: hits, total: n });
  return {
    value: hits / n,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    flaky_failure_share:
      failed >= Math.max(1, leastUnits(context, 'proportion', 20)) ? numberOf(row['failed_flaky']) / failed : null,
  };
}
