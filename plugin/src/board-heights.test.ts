// Tables as high as the rows of a store, and the note where a store hides code sources.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  asHighAsRows,
  hiddenSources,
  isWhole,
  withHiddenNote,
  type TablePanel,
} from '../../dashboards/src/board-heights.ts';
import type { Row } from './metrics/define.ts';

interface Board {
  readonly title: string;
  readonly panels: TablePanel[];
}

const folder = path.join(__dirname, '../../dashboards');
const read = (file: string): Board => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Board;
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

const start = read('start-here.json');
const tables = start.panels.filter(isWhole);
const row = (more: Row = {}): Row => ({ question: 'How often do we deploy?', why: 'known', step: 'tag releases', opens: '', see: '', ...more }); // prettier-ignore
const rowsOf = (count: number, more?: Row): Row[] => Array.from({ length: count }, () => row(more));
const heightIn = (board: Board, id: number): number => board.panels.find((one) => one.id === id)?.gridPos.h ?? 0;
const fitted = (id: number, rows: readonly Row[]): number => heightIn(asHighAsRows(start, new Map([[id, rows]])), id);

test('a table holds its rows, of one line each or of texts that go on in the next ones', () => {
  expect(tables.length).toBe(4);
  for (const { id } of tables) {
    // Grafana draws the head of the panel and of the columns in 75 pixels, a row of one line in 36 (measured).
    for (const count of [1, 5, 14, 17]) expect(38 * fitted(id, rowsOf(count))).toBeGreaterThan(75 + 36 * count);
    expect(fitted(id, [])).toBeLessThan(4);
  }
  const [answered] = tables as [TablePanel];
  const long = 'about 25 % of the changes are of unknown source; 2 of 3 known sources hidden: fewer than 5 people, or what would follow from them'; // prettier-ignore
  expect(fitted(answered.id, rowsOf(9, { why: long }))).toBeGreaterThan(fitted(answered.id, rowsOf(9)) + 4);
});

test('what is below moves, and nothing lies over another', () => {
  const board = asHighAsRows(start, new Map(tables.map(({ id }, index) => [id, rowsOf(3 + 7 * index)])));
  const inOrder = board.panels.toSorted((one, other) => one.gridPos.y - other.gridPos.y || one.gridPos.x - other.gridPos.x);
  expect(inOrder.map(({ id }) => id)).toEqual(start.panels.map(({ id }) => id));
  for (const [index, { gridPos: one }] of inOrder.entries()) {
    for (const { gridPos: other } of inOrder.slice(index + 1)) {
      expect(one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y).toBe(true);
    }
  }
  expect(asHighAsRows(start, new Map())).toBe(start);
}); // prettier-ignore

test('boards that tell code sources apart say below their head what is hidden, with the step; others stay as they are', () => {
  const grounds = [{ ground: 'Code source', why: '2 of 3 known sources hidden: fewer than 5 people' }]; // prettier-ignore
  const hidden = hiddenSources({ grounds, open: [] });
  expect(hidden).not.toBeNull();
  const known = [{ ground: 'Code source', why: 'about 55 % of the changes are of unknown source' }];
  const open = (why: string) => [{ question: 'Are the AI tools used, and by how many?', why: 'hidden: fewer than 5 people' }, { question: 'Does AI-written code live shorter than human code?', why }]; // prettier-ignore
  expect(hiddenSources({ grounds: known, open: open('history from git alone') })).toBeNull();
  expect(hiddenSources({ grounds: known, open: open('hidden: fewer than 5 people in its first or last weeks') })).toBe('hidden: fewer than 5 people in its first or last weeks'); // prettier-ignore
  const told = files.filter((file) => withHiddenNote(read(file), hidden!).panels.length > read(file).panels.length);
  expect(told).toEqual(['delivery-and-ai.json', 'dora-by-source.json', 'durability.json', 'flow.json', 'review.json', 'the-cell.json']); // prettier-ignore
  const board = withHiddenNote(read('delivery-and-ai.json'), hidden!);
  const [head, note, ...below] = board.panels as [TablePanel, TablePanel, ...TablePanel[]];
  expect(note.options?.content).toContain('privacy.smallest_group');
  expect(note.gridPos.y).toBe(head.gridPos.y + head.gridPos.h);
  expect(Math.min(...below.map(({ gridPos }) => gridPos.y))).toBe(note.gridPos.y + note.gridPos.h);
  expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
});
