/** Numbers behind which people are: incidents per 100 changes, and times by who responded. */
import { poissonInterval } from '../../statistics/intervals/poisson.ts';
import type { ComputeContext, ComputeResult, Row } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutRow, leastUnits, numberOf, textOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';
import { times } from './times.ts';

const behind = (row: Row): Row => ({
  n: numberOf(row['n']),
  n_dev: numberOf(row['n_dev']),
  one_person_share: row['one_person_share'] ?? null,
});

export function perChange(rows: readonly Row[], context: ComputeContext): ComputeResult {
  return {
    rows: byCell(rows).map((row): Row => {
      const { time, dimensions } = readCell(row, GROUPS, context);
      const isCut = isCutRow(row, time, context);
      const isShown = numberOf(row['n']) >= leastUnits(context, 'proportion', 20);
      return {
        ...(time === null ? {} : { time }),
        ...dimensions,
        ...(isShown ? rateOf(row, context) : { value: null, lo: null, hi: null }),
        incidents_n: numberOf(row['incidents_n']),
        ...behind(row),
        status: !isShown ? 'low_n' : isCut ? 'partial' : 'ok',
      };
    }),
  };
}

function rateOf(row: Row, { params }: ComputeContext): Row {
  const per100 = (incidents: number): number => (100 * incidents) / numberOf(row['n']);
  const { lo, hi } = poissonInterval(numberOf(row['incidents_n']));
  const ends = { value: per100(numberOf(row['incidents_n'])), lo: per100(lo), hi: per100(hi) };
  return { ...ends, value: ends[String(params['show']) as keyof typeof ends] };
}

export function byResponder(rows: readonly Row[], context: ComputeContext): ComputeResult {
  return {
    rows: rows.map((row): Row => {
      const isShown = numberOf(row['n']) >= leastUnits(context, 'median', 10);
      return {
        seniority: textOf(row['seniority']),
        ...times(row, isShown),
        ...behind(row),
        status: isShown ? 'ok' : 'low_n',
      };
    }),
  };
}
