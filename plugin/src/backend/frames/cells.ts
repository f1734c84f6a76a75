import type { Cell, Column } from '../../metrics/define.ts';

/** A cell in the column's type (times as milliseconds); NaN and infinities never leave the backend. */
export function cellOf(cell: Cell | undefined, column: Column): number | string | null {
  if (cell === null || cell === undefined) {
    return null;
  }
  if (column.role === 'link') {
    return isWebUrl(textOf(cell)) ? textOf(cell) : null;
  }
  if (column.type === 'string') {
    return textOf(cell);
  }
  const number = cell instanceof Date ? cell.getTime() : Number(cell);
  return Number.isFinite(number) ? number : null;
}

/** Of a difference of two shares: a per cent of it would be read as a change relative to one of them. */
export const POINTS = 'points';
const DIGITS = 1e9;

/** The same as a panel shows it: differences of shares in percentage points. */
export function shownCell(cell: Cell | undefined, column: Column): number | string | null {
  const shown = cellOf(cell, column);
  return column.unit === POINTS && typeof shown === 'number' ? Math.round(shown * 100 * DIGITS) / DIGITS : shown;
}

/** What a link may open, whatever the store holds: pages of the web alone. */
const isWebUrl = (text: string): boolean => /^https?:\/\/[^\s/?#@\\]+(?:[/?#][^\s\p{Cc}]*)?$/iu.test(text);

/** A cell as text; instants as ISO 8601. */
export function textOf(cell: Exclude<Cell, null>): string {
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
