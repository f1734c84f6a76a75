import type { Compute } from '../define.ts';

/** Says how many rows there are when not all are shown. */
export const compute: Compute = (rows) => {
  const total = Number(rows[0]?.total ?? 0);
  return {
    rows: rows.map(({ total: _total, ...row }) => row),
    notices:
      total > rows.length
        ? [
            {
              severity: 'warning',
              text: `${String(rows.length)} of ${String(total)} rows: the newest. Narrow the range or the filters to see the others.`,
            },
          ]
        : [],
  };
};
