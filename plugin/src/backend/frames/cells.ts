import type { Cell, Column } from '../../metrics/define.ts';

/** A cell in the column's type (times as milliseconds); NaN and infinities never leave the backend. */
export function cellOf(cell: Cell | undefined, column: Column): number | string | null {
  if (cell === null || cell === undefined) {
    return null;
  }
  if (column.role === 'link') {
    return isWebUrl(textOf(cell)) || OWN_BOARD.test(textOf(cell)) ? textOf(cell) : null;
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

/** Unit and factor of a column as a panel shows it, where that is not its own: Grafana tells no hour in minutes, and a week of working days in seven. */
/** Unit of days of which none holds a week. */
export const SHORT_DAYS = 'short days';
const SHOWN: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  [POINTS]: { unit: `suffix:${POINTS}`, factor: 100 },
  h: { unit: 'm', factor: 60 },
  d: { unit: 'suffix:d', factor: 1 },
  [SHORT_DAYS]: { unit: 'm', factor: 24 * 60 },
};

/** A column of days of which none holds a week: in hours and minutes as Grafana tells them, which makes a week of seven days only from there on. */
export function inShort(column: Column, cells: ReadonlyArray<Cell | undefined>): Column {
  const isShort = column.unit === 'd' && cells.every((cell) => typeof cell !== 'number' || Math.abs(cell) < 7);
  return isShort ? { ...column, unit: SHORT_DAYS } : column;
}

/** Grafana's unit of a column in a panel, and by what its cells are multiplied for it. */
export function shownUnit({ unit, role }: Pick<Column, 'unit' | 'role'>): { readonly unit: string | undefined; readonly factor: number } {
  if (unit === undefined) return { unit: role === 'count' ? 'locale' : undefined, factor: 1 };
  return Object.hasOwn(SHOWN, unit) ? (SHOWN[unit] ?? { unit, factor: 1 }) : { unit, factor: 1 };
} // prettier-ignore

/** The same as a panel shows it: differences of shares in percentage points, hours so that few of them read in minutes. */
export function shownCell(cell: Cell | undefined, column: Column): number | string | null {
  const shown = cellOf(cell, column);
  const { factor } = shownUnit(column);
  return factor !== 1 && typeof shown === 'number' ? Math.round(shown * factor * DIGITS) / DIGITS : shown;
}

/** A board that ships with the plugin, on the Grafana that asks. */
const OWN_BOARD = /^\/d\/throughline-[a-z-]+$/;

/** What a link may open, whatever the store holds: pages of the web, and those boards. */
const isWebUrl = (text: string): boolean => /^https?:\/\/[^\s/?#@\\]+(?:[/?#][^\s\p{Cc}]*)?$/iu.test(text);

/** A cell as text; instants as ISO 8601. */
export function textOf(cell: Exclude<Cell, null>): string {
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
