/** Queries that show only the newest of their rows. */
import type { Compute } from '../define.ts';

/** For a query that shows the newest rows and gives in `total` how many there are: the notice that says so. `total` is no column. */
export const newestOf =
  (noun: string, wayOut: string): Compute =>
  (rows) => {
    const total = Number(rows[0]?.['total'] ?? 0);
    const text = `${String(rows.length)} of ${String(total)} ${noun}: the newest. ${wayOut} to see the others.`;
    return {
      rows: rows.map(({ total: _total, ...row }) => row),
      listed: total,
      notices: total > rows.length ? [{ severity: 'warning', text }] : [],
    };
  };
