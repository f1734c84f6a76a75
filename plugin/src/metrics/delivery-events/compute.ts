import type { Compute } from '../define.ts';

/** Says how many events there are when not all are shown. */
export const compute: Compute = (rows) => {
  const total = Number(rows[0]?.total ?? 0);
  return {
    rows: rows.map(({ total: _total, ...row }) => row),
    notices:
      total > rows.length
        ? [
            {
              severity: 'warning',
              text: `${String(rows.length)} of ${String(total)} events: the newest. Choose a shorter range or a filter to see the others.`,
            },
          ]
        : [],
  };
};
