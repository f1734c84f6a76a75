import { findSuppressed } from '../../statistics/suppress.ts';
import type { Compute } from '../define.ts';

/** Hides groups with fewer than k people behind them, and the sibling from which they would follow. */
export const compute: Compute = (rows, { settings }) => {
  const hidden = findSuppressed(rows, { k: Number(settings.k), people: (row) => Number(row.n_dev) });
  const count = hidden.filter(Boolean).length;
  return {
    rows: rows.map((row, index) =>
      hidden[index] ? { ...row, value: null, p50: null, n: null, n_dev: null, status: 'suppressed_k' } : row
    ),
    notices:
      count > 0
        ? [
            {
              severity: 'info',
              text: `${String(count)} of ${String(rows.length)} groups are hidden: too few people are behind them.`,
            },
          ]
        : [],
  };
};
