import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { metrics } from '../../metrics/registry.generated.ts';
import { panelWith } from '../fixtures/panel.ts';
import { settingsOf, type PanelSettings } from '../state/panel-settings.ts';
import { suited } from './suited.ts';

const frame = (values: Array<number | null>, unit?: string) =>
  toDataFrame({ refId: 'A', fields: [{ name: 'value', type: FieldType.number, values, config: unit === undefined ? {} : { unit } }] }); // prettier-ignore
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const of = (queryType: string) => ({ metrics: registry, sent: [{ refId: 'A', queryType }] });
const drawn = (type: string, one: DataFrame, settings?: PanelSettings) => suited({ data: [one] }, { panelPluginId: type, settings, ...of('durability') }).data[0] as DataFrame; // prettier-ignore
const said = ({ length, meta }: DataFrame) => (length === 0 ? meta?.notices?.[0]?.text : undefined);

test.each([
  ['medians', frame([80, 95.5], 'm'), true],
  ['shares of different groups', frame([0.12, 0.3, 0.07], 'percentunit'), true],
  ['a difference', frame([3, -1]), true],
  ['counts', frame([3, 10, 0]), false],
  ['shares of one whole', frame([0.25, 0.7, 0.05], 'percentunit'), false],
  ['one number', frame([0.4], 'percentunit'), true],
  ['nothing but zeros', frame([0, 0]), true],
  ['hidden but for one', frame([null, 0.4], 'percentunit'), true],
])('a pie of %s', (_what, one, isUnfit) => {
  expect(said(drawn('piechart', one)) !== undefined).toBe(isUnfit);
});

test('of a query with a frame for each group the parts are all of them, and the whole is none', () => {
  const part = (value: number, unit: string, tool = '') =>
    toDataFrame({ refId: 'A', fields: [{ name: 'value', type: FieldType.number, values: [value], labels: { tool }, config: { unit } }] });
  const pie = (...frames: DataFrame[]) => (suited({ data: frames }, { panelPluginId: 'piechart', ...of('durability') }).data as DataFrame[]).map((one) => said(one) !== undefined);
  expect(pie(part(0.12, 'percentunit'), part(0.07, 'percentunit'))).toEqual([true, true]);
  expect(pie(part(80, 'm'), part(95, 'm'))).toEqual([true, true]);
  expect(pie(part(10, 'locale', 'all'), part(7, 'locale', 'codex'))).toEqual([true, true]);
  expect(pie(part(3, 'locale', 'copilot'), part(7, 'locale', 'codex'))).toEqual([false, false]);
  // Of another query.
  expect(pie(part(0.12, 'percentunit'), { ...part(0.07, 'percentunit'), refId: 'B' })).toEqual([false, false]);
}); // prettier-ignore

test('a histogram of few numbers, or of many of which few differ, says what to choose', () => {
  expect(said(drawn('histogram', frame([4.5])))).toContain('different ones here are 1: choose');
  expect(said(drawn('histogram', frame([1, 1, 1, 1, 0, 0])))).toContain('different ones here are 2: choose');
  expect(drawn('histogram', frame([1, 2, 3, 4, 5])).length).toBe(5);
  // Nothing is known: that has a reason of its own.
  expect(said(drawn('histogram', frame([null])))).toBeUndefined();
});

const columns = (...values: Array<Array<number | null>>) =>
  toDataFrame({ refId: 'A', fields: values.map((one, index) => ({ name: index === 0 ? 'age_d' : 'value', type: FieldType.number, values: one })) }); // prettier-ignore
const chosen = (options: object) => settingsOf(panelWith({ pluginId: 'any', options }).request());

test('an XY chart of one point says so, however many rows have it', () => {
  expect(said(drawn('xychart', columns([1, 1, null], [2, 2, 3])))).toContain('here is one point');
  expect(drawn('xychart', columns([1, 1], [2, 3])).length).toBe(2);
});

test('a trend goes along what the metric goes along, or what somebody chose', () => {
  const curve = columns([0, 30, 60], [1, 0.9, null]);
  expect(drawn('trend', curve)).toBe(curve);
  const fall = columns([0, 60, 30], [1, 0.9, 0.8]);
  expect(said(drawn('trend', fall))).toContain('here is no curve: choose Time series');
  expect(drawn('trend', fall, chosen({ xField: 'n' }))).toBe(fall);
  const one = frame([1, 2, 3]);
  expect(said(drawn('trend', one))).toBeDefined();
});

test('no number is the price that a candlestick draws, unless somebody says so', () => {
  const one = columns([1, 2], [2, 3]);
  expect(said(drawn('candlestick', one))).toContain('choose Time series');
  expect(drawn('candlestick', one, chosen({ fields: { open: 'Value' } }))).toBe(one);
});

test('a heat map that would leave out every number says so; an unknown number is none', () => {
  expect(said(drawn('heatmap', frame([0, null])))).toContain('all numbers here are: choose State timeline');
  const zeros = frame([0]);
  expect(drawn('heatmap', zeros, chosen({ filterValues: { le: -1 } }))).toBe(zeros);
  expect(drawn('heatmap', frame([0, 0.1])).length).toBe(2);
});

test('other visualizations draw what they are given', () => {
  const one = frame([80, 95.5], 'm');
  expect(drawn('barchart', one)).toBe(one);
});

test('an XY chart draws two numbers that somebody chose, or a curve; of all the others it says so', () => {
  const rows = toDataFrame({ refId: 'A', fields: ['value', 'n'].map((name) => ({ name, type: FieldType.number, values: [1, 2] })) }); // prettier-ignore
  expect(said(drawn('xychart', rows, chosen({ mapping: 'auto' })))).toContain('under Manual');
  expect(said(drawn('xychart', rows, chosen({ mapping: 'manual' })))).toBeUndefined();
  // Nobody knows the panel.
  expect(said(drawn('xychart', rows))).toBeUndefined();
});
