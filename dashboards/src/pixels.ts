/** How wide the columns of a table are: each has what its head and its words need, one takes the room that is left. */
import { looksOf } from '../../plugin/src/backend/frames/words.ts';
import type { Column } from '../../plugin/src/metrics/define.ts';
import { columnsOf, parseQuery } from '../../plugin/src/metrics/query.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';
import type { Query } from './parts.ts';
import type { Override, TableColumn } from './looks.ts';

/** What columns have in a panel over the whole board, on a screen of 1280 pixels with Grafana's menu open (measured in 12.3). */
export const BOARD_PIXELS = 930;
/** The same around a text in a cell, and around a head (measured: "Matched" is cut in 72). */
const [AROUND, AROUND_HEAD] = [14, 22];
/** A text over these is worth the room that is left. */
const LEAST_REST = 90;

/** Metrics by id. */
export const registry = new Map(metrics.map((metric) => [metric.id, metric]));

/** Pixels of a letter (Inter, 14 pixels, medium), a little more than measured. */
function letterPixels(letter: string): number {
  return /[\s.,:'()\-–fijlrtI]/.test(letter)
    ? 5.2
    : /[mwMW%]/.test(letter)
      ? 12.4
      : /[A-Z0-9]/.test(letter)
        ? 9.4
        : 8.3;
}

/** Pixels that a text in a table needs, and those of a head. */
export const textPixels = (text: string, around = AROUND): number =>
  Math.ceil([...text].reduce((sum, letter) => sum + letterPixels(letter), around));

/** Pixels of what columns hold that have no words of their own: names of people's own things are as long as they are. */
const CONTENTS: Readonly<Record<string, number>> = {
  code_source: 126,
  workflow: 128,
  tool: 118,
  team: 110,
  provider: 100,
  connector: 130,
  repo: 136,
  service: 150,
  ref: 122,
  method: 124,
  group: 130,
  basis: 78,
  kind: 78,
  state: 96,
  // hidden: small group
  status: 152,
  outcome: 96,
  // As the answer says it: "better than human".
  verdict: 146,
  step: 280,
};
const TIME = 155;
/** Numbers by unit: 10.6 hours, -100.0%, 104140. */
const NUMBERS: Readonly<Record<string, number>> = { percentunit: 72, points: 96, s: 88, m: 88, h: 88, d: 84 };
const OTHER_NUMBER = 64;

const wordPixels = (column: Column): number =>
  Object.values(looksOf(column) ?? {}).reduce((most, { text = '' }) => Math.max(most, textPixels(text)), 0);

/** Null = it may be of any length. */
function contentPixels(column: Column): number | null {
  if (column.type === 'time') return TIME;
  if (column.type === 'number') return Math.max(NUMBERS[column.unit ?? ''] ?? OTHER_NUMBER, wordPixels(column));
  const known = CONTENTS[column.name];
  return known ?? (looksOf(column) === undefined ? null : wordPixels(column));
}

/** A column as a table shows it. */
export interface ShownColumn {
  readonly name: string;
  readonly title: string;
  readonly column: Column;
  /** Null = it takes the room that the others leave. */
  readonly width: number | null;
  /** Pixels that it has at least. */
  readonly least: number;
}

/** All columns of an answer, those that are not shown among them. */
export function answered({ queryType, params }: Query): readonly Column[] {
  // Values of variables choose no columns.
  const known = Object.fromEntries(Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$')));
  const { metric, params: parsed } = parseQuery({ queryType, params: known, version: 1 }, registry);
  return columnsOf(metric, parsed);
}

/** Heads of the columns that hold the addresses of links. */
export const addressColumns = (query: Query): string[] =>
  answered(query).flatMap(({ role, label }) => (role === 'link' ? [label] : []));

/** The columns of a table with their widths; without `columns` all of the answer. */
export function shownColumns(query: Query, columns?: readonly TableColumn[]): ShownColumn[] {
  const given = answered(query).filter(({ role }) => role !== 'link');
  const wanted = columns ?? given.map(({ label }) => label);
  const all = wanted.flatMap((one) => {
    const { name, title = name, width: own } = typeof one === 'string' ? { name: one } : one;
    const column = given.find(({ label }) => label === name);
    if (column === undefined) return [];
    const content = own ?? contentPixels(column);
    return [
      {
        name,
        title,
        column,
        isFree: content === null,
        least: Math.max(textPixels(title, AROUND_HEAD), content ?? LEAST_REST),
      },
    ];
  });
  const rest = restOf(all)?.name;
  return all.map(({ isFree: _isFree, ...one }) => ({ ...one, width: one.name === rest ? null : one.least }));
}

/** A title, else the last text of any length, else the last column if it is a text, else the widest text. */
function restOf<Given extends Omit<ShownColumn, 'width'> & { isFree: boolean }>(
  all: readonly Given[]
): Given | undefined {
  const isText = ({ column }: Given): boolean => column.type === 'string';
  const last = all.at(-1);
  return (
    all.find(({ name }) => name === 'Title') ??
    all.findLast(({ isFree }) => isFree) ??
    (last !== undefined && isText(last) ? last : all.filter(isText).toSorted((one, two) => two.least - one.least)[0])
  );
}

/** Pixels of the columns that a table shows at least. */
export const pixelsOf = (query: Query, columns: readonly TableColumn[] | undefined): number =>
  shownColumns(query, columns).reduce((sum, { least }) => sum + least, 0);

/** The widths as Grafana takes them; null takes away what the data source says. */
export const columnWidths = (query: Query, columns: readonly TableColumn[]): Override[] =>
  shownColumns(query, columns).map(({ title, width, least }) => ({
    matcher: { id: 'byName', options: title },
    properties:
      width === null
        ? [
            { id: 'custom.width', value: null },
            { id: 'custom.minWidth', value: least },
          ]
        : [{ id: 'custom.width', value: width }],
  }));

/** Pixels of a row of Grafana's grid, of the gap between panels, of a panel's head with the heads of the columns, and of a row of a table. */
const [GRID, GAP, HEAD, ROW] = [38, 8, 75, 36];

/** Rows of a table that a panel of this height shows without scrolling. */
export const rowsIn = (height: number): number => Math.floor((GRID * height - GAP - HEAD) / ROW);

/** Rows of Grafana's grid that a table of rows of these pixels takes; of none it has room for a sentence. */
export const tableHeight = (rows: readonly number[]): number =>
  Math.ceil((GAP + HEAD + rows.reduce((sum, pixels) => sum + pixels, ROW / 2)) / GRID);

/** Pixels of a line of a text that goes on in the next one, and around the lines of a cell. */
const [LINE, AROUND_LINES] = [22, 14];

/** Pixels of a row whose texts go on in the next lines, each in the pixels of its column. */
export const rowPixels = (cells: ReadonlyArray<{ readonly text: string; readonly width: number }>): number =>
  LINE * Math.max(1, ...cells.map(({ text, width }) => Math.ceil(textPixels(text, 0) / (width - AROUND_LINES)))) +
  AROUND_LINES;
