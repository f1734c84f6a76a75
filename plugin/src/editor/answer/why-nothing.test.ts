import { dateTime, FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { linesOf, sayingWhyNothing } from './why-nothing.ts';

const range = { from: dateTime(0), to: dateTime(1000), raw: { from: 'now-1h', to: 'now' } };
const text = 'No deployment of this range is known to have failed: none has a linked incident, a rollback or a hotfix.';
const said = (notice: string, fields: DataFrame['fields'] = []) =>
  toDataFrame({ refId: 'A', fields, meta: { notices: [{ severity: 'info', text: notice }] } });
const drawn = (panelPluginId: string, frames: DataFrame[], ownText?: string) =>
  sayingWhyNothing({ data: frames }, { panelPluginId, range, ownText }).data as DataFrame[];
const TYPES = ['stat', 'gauge', 'bargauge', 'piechart', 'histogram', 'barchart', 'timeseries', 'state-timeline', 'status-history', 'heatmap', 'xychart', 'trend', 'candlestick', 'table']; // prettier-ignore

test.each(TYPES)('%s: the reason is a text of its fields, and no number is drawn', (type) => {
  const [frame] = drawn(type, [said(text)]);
  // A heat map draws its rows from below.
  const lines = type === 'heatmap' ? frame!.fields.toReversed() : frame!.fields;
  const texts = lines.flatMap(({ config, values }) => [config.displayNameFromDS, config.noValue, ...(values as unknown[])]); // prettier-ignore
  const words = texts.filter((one) => typeof one === 'string' && one.trim() !== '').join(' ');
  expect(words).toContain('No deployment of this range is known to have failed');
  const cells = frame!.fields.filter(({ type: one, name }) => one === FieldType.number && name !== 'step').flatMap(({ values }) => values as unknown[]); // prettier-ignore
  expect(cells.every((cell) => cell === null || Number.isNaN(cell))).toBe(true);
  expect(new Set(frame!.fields.map(({ values }) => values.length))).toEqual(new Set([frame!.length]));
});

test('the cell of a table counts as nothing; how many hidden rows there are is not said', () => {
  const cell = said('6 of 6 rows: hidden: fewer than 5 people.', [{ name: 'nothing', type: FieldType.string, config: {}, values: ['why'] }]); // prettier-ignore
  expect(drawn('stat', [cell])[0]!.fields[0]!.config.noValue).toBe('hidden: fewer than 5 people');
  expect(drawn('piechart', [cell])[0]!.fields[0]!.config.displayNameFromDS).toBe('hidden: fewer than 5 people.');
});

test('no axis of an XY chart is called after a sentence', () => {
  const fields = drawn('xychart', [said(text)])[0]!.fields;
  for (const { config } of fields) expect(config.custom).toMatchObject({ axisPlacement: 'hidden' });
});

test('what somebody wrote, what a table has, and a query beside one that has rows stay as they are', () => {
  const empty = said(text);
  const full = toDataFrame({ refId: 'B', fields: [{ name: 'value', type: FieldType.number, values: [1] }] });
  for (const data of [drawn('stat', [empty], 'no incidents'), drawn('stat', [empty, full])]) expect(data[0]).toBe(empty); // prettier-ignore
  const cell = said(text, [{ name: 'nothing', type: FieldType.string, config: {}, values: [text] }]);
  expect(drawn('table', [cell])[0]).toBe(cell);
  // An XY chart would only say "Err".
  expect(drawn('xychart', [empty], 'no incidents')[0]).not.toBe(empty);
  expect(drawn('xychart', [toDataFrame({ ...empty, fields: [{ name: 'why', type: FieldType.string, values: ['x'] }] })])[0]!.fields.length).toBeGreaterThan(1); // prettier-ignore
});

const young = '50 of 52 rows: too young, the outcome window has not passed yet.';
const unknown = (type: string, values: Array<number | null>) => {
  const notices = ['2 of 52 rows: too few units for a number.', young, 'Landing dates are inferred.'].map((one) => ({ severity: 'info' as const, text: one }));
  const fields = [{ name: 'time', type: FieldType.time, values: [0, 1] }, { name: 'value', type: FieldType.number, values }];
  return drawn(type, [toDataFrame({ refId: 'A', fields, meta: { notices } })])[0]!;
}; // prettier-ignore

test.each(['timeseries', 'barchart', 'piechart', 'histogram', 'state-timeline', 'status-history', 'candlestick'])('%s: rows without a known number say what most of them lack, not what else is said', (type) => {
  const words = unknown(type, [null, null]).fields.flatMap(({ config, values: [first] }) => [config.displayNameFromDS ?? '', ...(typeof first === 'string' ? [first] : [])]).join(' ').replace(/ +/g, ' ');
  expect(words).toContain('too young, the outcome window has not passed yet.');
  expect(words).not.toContain('Landing dates');
  // One number that is known is drawn.
  expect(unknown(type, [null, 0]).fields[1]!.values).toEqual([null, 0]);
}); // prettier-ignore

test.each(['piechart', 'histogram', 'xychart'])('%s: rows without a number to draw, of which nothing is said, say that', (type) => {
  const column = (name: string, values: Array<number | null>) => ({ name, type: FieldType.number, values });
  const rows = (...columns: Array<ReturnType<typeof column>>) => drawn(type, [toDataFrame({ refId: 'A', fields: columns, meta: { notices: [] } })])[0]!;
  const words = rows(column('value', [null, null])).fields.map(({ config }) => config.displayNameFromDS ?? '').join(' ');
  expect(words).toContain('There is no number to draw here: choose Table');
  const full = rows(column('x', [1, null]), column('y', [2, 3]));
  expect(full.fields.map(({ name }) => name)).toEqual(['x', 'y']);
}); // prettier-ignore

test.each(['stat', 'gauge', 'bargauge'])('%s: of a number alone, whose name is not shown, the reason stands where a dash would; what is hidden says so itself', (type) => {
  const one = (value: number | null, noValue = '–') =>
    toDataFrame({ refId: 'A', meta: { notices: [{ severity: 'info', text: young }] }, fields: [{ name: 'value', type: FieldType.number, values: [value], config: { noValue } }] });
  const shown = (...frames: DataFrame[]) => drawn(type, frames)[0]!.fields[0]!.config.noValue;
  expect(shown(one(null))).toContain('too young');
  expect([shown(one(null), one(2)), shown(one(0)), shown(one(null, 'hidden'))]).toEqual(['–', '–', 'hidden']);
}); // prettier-ignore

test('a candlestick keeps three names: the last one has what is left of the text', () => {
  const long = Array.from({ length: 40 }, (_, index) => `word${String(index)}`).join(' ');
  const { fields } = drawn('candlestick', [said(long)])[0]!;
  expect(fields.map(({ name, type }) => [name, type])).toEqual([['time', FieldType.time], ['high', FieldType.enum], ['low', FieldType.enum], ['volume', FieldType.enum]]);
  expect(fields.slice(1).map(({ config }) => config.displayNameFromDS).join(' ')).toBe(long);
}); // prettier-ignore

test.each(['trend', 'candlestick'])('%s, which takes one frame, gets one', (type) => {
  expect(drawn(type, [said(text), said(text)])).toHaveLength(1);
});

test('an XY chart of numbers of which none stands beside another one says so', () => {
  const fields = [{ name: 'x', type: FieldType.number, values: [1, Number.NaN] }, { name: 'y', type: FieldType.number, values: [Number.NaN, 3] }]; // prettier-ignore
  expect(drawn('xychart', [toDataFrame({ refId: 'A', fields })])[0]!.fields[1]!.config.displayNameFromDS).toContain(
    'There is no number'
  );
});

test('a heat map, which breaks where a frame has no fields, gets none', () => {
  const full = unknown('heatmap', [0.1, 0.2]);
  expect(drawn('heatmap', [said(text), full])).toEqual([full]);
  expect(drawn('heatmap', [said(text)], 'no incidents')).toEqual([]);
  expect(drawn('heatmap', [said(text), said(text)])).toHaveLength(1);
});

test('lines are cut at words', () => {
  expect(linesOf('one two')).toEqual(['one two']);
  expect(linesOf(text).join(' ')).toBe(text);
  expect(linesOf(`a ${'x'.repeat(60)} b`)).toEqual(['a', 'x'.repeat(60), 'b']);
});
