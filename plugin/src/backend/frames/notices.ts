import type { Column, Notice, Row } from '../../metrics/define.ts';
import { lookOf, reasonOf } from './words.ts';

/** Above this share of unknown the panel says so (metrics.md 2.1). */
const UNKNOWN_LIMIT = 0.3;
/** Column that metrics give it in. */
const UNKNOWN_SHARE = 'unknown_share';

/** A result that was cut says so. */
export function cutNotices(shown: number, total: number): Notice[] {
  const text = `Showing ${String(shown)} of ${String(total)} rows: narrow the filters or the range.`;
  return total <= shown ? [] : [{ severity: 'warning', text }];
}

/** One notice for each status that is not ok, and one for a large unknown share. */
export function statusNotices(rows: readonly Row[], columns: readonly Column[], whyHidden?: string): Notice[] {
  const notices: Notice[] = [];
  if (columns.some((column) => column.name === 'status')) {
    for (const [status, count] of countStatuses(rows)) {
      const text = reasonOf(status, whyHidden);
      if (text !== undefined) {
        notices.push({
          severity: status === 'bad_config' ? 'warning' : 'info',
          text: `${String(count)} of ${String(rows.length)} rows: ${text}.`,
        });
      }
    }
  }
  const unknown = largestUnknown(rows);
  if (unknown !== null && unknown.share > UNKNOWN_LIMIT) {
    notices.push({ severity: 'warning', text: unknownText(unknown, columns) });
  }
  return notices;
}

/** In the words of the metric: in one the author of the code is unknown, in another the use of a tool, which is named. */
function unknownText({ share, tool }: Unknown, columns: readonly Column[]): string {
  const { label = 'Unknown share', help = '' } = columns.find(({ name }) => name === UNKNOWN_SHARE) ?? {};
  const of = tool === null ? '' : ` of ${lookOf('tool', tool).text ?? tool}`;
  return `${label}${of} ${String(Math.round(share * 100))} %: too much for a verdict. ${help}`.trimEnd();
}

/** Rows by status; rows of one status mostly follow one another. */
function countStatuses(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  let status: unknown;
  let run = 0;
  for (const row of rows) {
    if (row['status'] !== status && run > 0) {
      counts.set(String(status), (counts.get(String(status)) ?? 0) + run);
      run = 0;
    }
    status = row['status'];
    run += 1;
  }
  return run === 0 ? counts : counts.set(String(status), (counts.get(String(status)) ?? 0) + run);
}

/** The largest unknown share, and the tool of its row; null = the rows are of no tool. */
interface Unknown {
  readonly share: number;
  readonly tool: string | null;
}

function largestUnknown(rows: readonly Row[]): Unknown | null {
  let largest: Unknown | null = null;
  for (const row of rows.slice(0, 10_000)) {
    const { [UNKNOWN_SHARE]: share, tool } = row;
    if (typeof share === 'number' && share > (largest?.share ?? 0)) {
      largest = { share, tool: typeof tool === 'string' && tool !== 'none' ? tool : null };
    }
  }
  return largest;
}
