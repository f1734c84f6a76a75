import type { Compute, Row } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutRow, numberOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';

/** One row a group. */
export const compute: Compute = (rows, context) => ({
  rows: byCell(rows).map((row): Row => {
    const { time, dimensions } = readCell(row, GROUPS, context);
    const isCut = isCutRow(row, time, context);
    const [n, features, unknown] = [numberOf(row['n']), numberOf(row['features']), numberOf(row['unknown'])];
    const isKnown = unknown < n;
    return {
      ...(time === null ? {} : { time }),
      ...dimensions,
      value: isKnown ? features : null,
      others: n - unknown - features,
      unknown,
      unknown_share: unknown / n,
      n,
      n_dev: numberOf(row['n_dev']),
      // Null = nobody is behind it: nothing is hidden.
      n_dev_features: features === 0 ? null : numberOf(row['n_dev_features']),
      one_person_share: row['one_person_share'] ?? null,
      one_person_share_features: row['one_person_share_features'] ?? null,
      status: !isKnown ? 'undefined' : isCut ? 'partial' : 'ok',
    };
  }),
});
