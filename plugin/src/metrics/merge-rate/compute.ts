import { wilson } from '../../statistics/intervals/proportion.ts';
import type { Compute, Row } from '../define.ts';
import { readCell } from '../parts/cells.ts';
import { isCutRow, leastUnits, numberOf, textOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';

/** One row a group and who opened. */
export const compute: Compute = (rows, context) => ({
  rows: rows.map((row): Row => {
    const { time, dimensions } = readCell(row, GROUPS, context);
    const isCut = isCutRow(row, time, context);
    const [n, merged] = [numberOf(row['n']), numberOf(row['merged'])];
    const isShown = n >= leastUnits(context, 'proportion', 20);
    const count = context.params['show'] === 'abandoned' ? n - merged : merged;
    const interval = isShown && context.params['ci'] === true ? wilson({ count, total: n }) : null;
    return {
      ...(time === null ? {} : { time }),
      opened_by: textOf(row['opened_by']),
      ...dimensions,
      value: isShown ? count / n : null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      abandoned_share: isShown ? (n - merged) / n : null,
      n,
      n_dev: numberOf(row['n_dev']),
      one_person_share: row['one_person_share'] ?? null,
      status: !isShown ? 'low_n' : isCut ? 'partial' : 'ok',
    };
  }),
});
