import { bootstrapInterval, CLUSTER_LIMIT, subset } from '../../statistics/cluster-bootstrap.ts';
import type { Interval } from '../../statistics/proportion.ts';
import { quantileOfSorted } from '../../statistics/quantile.ts';
import type { ComputeContext, ComputeResult, Row } from '../define.ts';
import { finishRows, groupRows, leastUnits, numberOf, readGroup, type Draft } from './groups.ts';
import { metric } from './metric.ts';

/** Mode time_to_rollback: one row per group from one row per rolled-back change. */
export function computeRollbacks(rows: readonly Row[], context: ComputeContext): ComputeResult {
  const byCell = groupRows(rows, 'cell');
  const least = leastUnits(context, 'median', 10);
  const drafts = [...byCell.values()].map((list): Draft => {
    const group = readGroup(list[0] as Row, context);
    const ordered = list.filter((row) => numberOf(row['minutes']) >= 0);
    const minutes = Float64Array.from(ordered, (row) => numberOf(row['minutes'])).sort();
    const isEnough = minutes.length >= least;
    const interval = isEnough && context.params['ci'] === true ? medianInterval(minutes, context) : null;
    const p50 = isEnough ? quantileOfSorted(minutes, 0.5) : null;
    const ended = (basis: string) => ordered.filter((row) => row['basis'] === basis).length;
    return {
      group,
      who: whoIsBehind(ordered),
      status: isEnough ? 'ok' : 'low_n',
      cells: {
        value: p50,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        n: minutes.length,
        ttr_p50: p50,
        ttr_p90: isEnough ? quantileOfSorted(minutes, 0.9) : null,
        by_rollback: ended('rollback'),
        by_deployment: ended('deployment'),
        by_merge: ended('merge'),
        bad_order: list.length - ordered.length,
      },
    };
  });
  return { rows: finishRows(drafts, context) };
}

function whoIsBehind(rows: readonly Row[]): Draft['who'] {
  const people = groupRows(
    rows.filter((row) => row['responsible_id'] !== null),
    'responsible_id'
  );
  const most = Math.max(0, ...[...people.values()].map((own) => own.length));
  return { people: people.size, topShare: rows.length === 0 ? null : most / rows.length, isEmpty: rows.length === 0 };
}

/** Interval of the median over changes; of very many a fixed subset stands for all (a little too wide, never too narrow). */
function medianInterval(sorted: Float64Array, context: ComputeContext): Interval | null {
  const kept = Float64Array.from(subset(sorted.length, CLUSTER_LIMIT), (index) => sorted[index] ?? 0);
  const drawn = new Int32Array(kept.length);
  const statistic = ([draws]: readonly Int32Array[]): number => {
    drawn.fill(0);
    for (const index of draws ?? []) {
      drawn[index] = (drawn[index] ?? 0) + 1;
    }
    return medianOfCounts(kept, drawn);
  };
  return bootstrapInterval([kept.length], statistic, context.random(metric.seedName));
}

/** Type-7 median of sorted values that occur `counts` times each. */
function medianOfCounts(sorted: Float64Array, counts: Int32Array): number {
  const position = (counts.length - 1) / 2;
  const [low, high] = [Math.floor(position), Math.ceil(position)];
  let seen = 0;
  let lower = NaN;
  for (let index = 0; index < sorted.length; index += 1) {
    seen += counts[index] ?? 0;
    if (Number.isNaN(lower) && seen > low) {
      lower = sorted[index] ?? NaN;
    }
    if (seen > high) {
      return (lower + (sorted[index] ?? NaN)) / 2;
    }
  }
  return NaN;
}
