/** Rows as text for a terminal or a file. */
import type { Cell, Column, Row } from '../../metrics/define.ts';
import { cellOf, POINTS } from './cells.ts';

/** Controls (an escape sequence can rewrite the screen or the clipboard) and marks that turn the reading direction; not tab and line ends. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text as a terminal may show it: what would move the cursor or turn the text is written out, e.g. `\u001b`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

const FORMULA = /^[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/;

/** A table with numbers to the right, in the columns' own units. */
export function drawTable(columns: readonly Column[], rows: readonly Row[]): string {
  const shown = columns.filter(
    ({ name }) => rows.length === 0 || rows.some((row) => row[name] !== null && row[name] !== undefined)
  );
  const texts = rows.map((row) => shown.map((column) => drawCell(row[column.name], column)));
  const heads = shown.map(headOf);
  const widths = heads.map((head, index) => Math.max(head.length, ...texts.map((cells) => cells[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        shown[index]?.type === 'number' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return `${[line(heads), rule, ...texts.map(line)].join('\n')}\n`;
}

/** What the column `value` of these rows is; '' = they have none. Its name is the same whatever is asked. */
export function captionOf(columns: readonly Column[]): string {
  const value = columns.find(({ name }) => name === 'value');
  return value === undefined ? '' : `value: ${value.help}\n\n`;
}

/** Name and unit; a percentage says so in its cells. */
function headOf({ name, unit }: Column): string {
  return unit === undefined || ['percentunit', POINTS, 'short', 'none'].includes(unit) ? name : `${name} (${unit})`;
}

/** Rows as plain records by column, times in ISO 8601: what JSON can hold. */
export function recordsOf(
  columns: readonly Column[],
  rows: readonly Row[]
): Array<Record<string, string | number | null>> {
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, recordCell(row, column)])));
}

function recordCell(row: Row, column: Column): string | number | null {
  const cell = row[column.name];
  return cell instanceof Date ? cell.toISOString() : cellOf(cell, column);
}

/**
 * RFC 4180; times in ISO 8601, null empty, numbers in full. A text that a spreadsheet would take for a formula has an apostrophe before it:
 * titles and names are anybody's.
 */
export function drawCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map(({ name }) => csvCell(row[name])).join(','));
  return `${[columns.map(({ name }) => name).join(','), ...lines].join('\r\n')}\r\n`;
}

function csvCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) {
    return '';
  }
  const text =
    cell instanceof Date ? cell.toISOString() : typeof cell === 'string' ? cell.replace(FORMULA, `'$&`) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function drawCell(cell: Cell | undefined, column: Column): string {
  if (cell === null || cell === undefined) {
    return '–';
  }
  if (cell instanceof Date) {
    return cell
      .toISOString()
      .replace(/(T00:00:00)?\.000Z$/, (_, midnight: string | undefined) => (midnight === undefined ? 'Z' : ''));
  }
  if (typeof cell !== 'number') {
    return printable(String(cell).replace(/[\n\r\t]+/g, ' '));
  }
  return column.unit === 'percentunit' || column.unit === POINTS
    ? `${(cell * 100).toFixed(1)} ${column.unit === POINTS ? POINTS : '%'}`
    : Number.isInteger(cell)
      ? cell.toLocaleString('en')
      : significant(cell);
}

/** Four digits say enough on a terminal; --json has them all. */
function significant(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
}
