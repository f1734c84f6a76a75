import { medianEstimate, type Timed } from '../../statistics/intervals/cluster-median.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { quantileOfSorted } from '../../statistics/quantile.ts';
import type { ComputeContext, ComputeResult, Row } from '../define.ts';
import { groupRows, leastUnits, numberOf } from '../parts/groups.ts';
import { finishRows, readGroup, type Draft } from './groups.ts';

/** Mode time_to_rollback: one row per group from one row per rolled-back change. */
export function computeRollbacks(rows: readonly Row[], context: ComputeContext): ComputeResult {
  const byCell = groupRows(rows, 'cell');
  const least = leastUnits(context, 'median', 10);
  const drafts = [...byCell.values()].map((list): Draft => {
    const group = readGroup(list[0] as Row, context);
    const ordered = list.filter((row) => numberOf(row['minutes']) >= 0);
    const minutes = Float64Array.from(ordered, (row) => numberOf(row['minutes'])).sort();
    const isEnough = minutes.length >= least;
    const interval = isEnough && context.params['ci'] === true ? intervalOf(medianEstimate(timesOf(minutes))) : null;
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
    rows.filter((row) => row['person_id'] !== null),
    'person_id'
  );
  const most = Math.max(0, ...[...people.values()].map((own) => own.length));
  return { people: people.size, topShare: rows.length === 0 ? null : most / rows.length, isEmpty: rows.length === 0 };
}

const timesOf = (minutes: Float64Array): Timed[] =>
  Array.from(minutes, (value, cluster) => ({ minutes: value, weight: 1, isOpen: false, cluster }));
