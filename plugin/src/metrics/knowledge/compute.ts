import type { Compute, Row } from '../define.ts';
import { leastUnits, listOf, numberOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';

/** One row a group. */
export const compute: Compute = (rows, context) => ({
  rows: rows.map((row): Row => {
    const n = numberOf(row['n']);
    const isShown = n >= leastUnits(context, 'lines', 100);
    const names = GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
    return {
      ...Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
      value: isShown ? numberOf(row['few']) / n : null,
      orphan_share: isShown ? numberOf(row['nobody']) / n : null,
      n,
      n_dev: numberOf(row['n_dev']),
      one_person_share: row['one_person_share'] ?? null,
      status: isShown ? 'ok' : 'low_n',
    };
  }),
});
