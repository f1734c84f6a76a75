import type { Column, Notice, Row } from '../metrics/define.ts';

/** Texts by status of metrics.md 0.14; `ok` says nothing. */
const STATUS_TEXT: Readonly<Record<string, string>> = {
  partial: 'only in part inside the range or the collected data',
  low_n: 'too few units for a number',
  suppressed_k: 'hidden, too few people behind them',
  immature: 'too young, the outcome window has not passed yet',
  stale: 'stale, the source has not reported lately',
  no_baseline: 'no baseline, the tool landed before the data begins',
  no_telemetry: 'no telemetry, too few people could be joined to their tool use',
  undefined: 'undefined, nothing to divide by',
  bad_config: 'not computed, the configuration has a fault',
};

/** Above this share of unknown the panel says so (metrics.md 2.1). */
const UNKNOWN_LIMIT = 0.3;

/** A result that was cut says so. */
export function cutNotices(shown: number, total: number): Notice[] {
  const text = `Showing ${String(shown)} of ${String(total)} rows: narrow the filters or the range.`;
  return total <= shown ? [] : [{ severity: 'warning', text }];
}

/** One notice for each status that is not ok, and one for a large unknown share. */
export function statusNotices(rows: readonly Row[], columns: readonly Column[]): Notice[] {
  const notices: Notice[] = [];
  if (columns.some((column) => column.name === 'status')) {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const status = String(row['status']);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    for (const [status, count] of counts) {
      const text = Object.hasOwn(STATUS_TEXT, status) ? STATUS_TEXT[status] : undefined;
      if (text !== undefined) {
        notices.push({
          severity: status === 'bad_config' ? 'warning' : 'info',
          text: `${String(count)} of ${String(rows.length)} rows: ${text}.`,
        });
      }
    }
  }
  const unknown = Math.max(0, ...unknownShares(rows));
  if (unknown > UNKNOWN_LIMIT) {
    notices.push({ severity: 'warning', text: `Unknown share ${Math.round(unknown * 100)} %: who wrote this code is not known often enough for a verdict.` }); // prettier-ignore
  }
  return notices;
}

function unknownShares(rows: readonly Row[]): number[] {
  const shares: number[] = [];
  for (const row of rows.slice(0, 10_000)) {
    const share = row['unknown_share'];
    if (typeof share === 'number') {
      shares.push(share);
    }
  }
  return shares;
}
