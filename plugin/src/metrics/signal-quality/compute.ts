import { findSuppressed } from '../../statistics/suppress.ts';
import type { Compute } from '../define.ts';

/** Hides groups of changes with fewer than k people behind them; the other signals are about tools and accounts, not about groups. */
export const compute: Compute = (rows, { params, settings }) => {
  if (params.mode !== 'unknown_share') {
    return { rows };
  }
  const hidden = findSuppressed(rows, { k: Number(settings.k), people: (row) => Number(row.n_dev) });
  const count = hidden.filter(Boolean).length;
  return {
    rows: rows.map(({ n_dev: _people, ...row }, index) =>
      hidden[index] ? { ...row, value: null, confidence: null, n: null, status: 'suppressed_k' } : row
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
