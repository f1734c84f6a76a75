import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { suited } from './suited.ts';

const frame = (values: Array<number | null>, unit?: string) =>
  toDataFrame({ refId: 'A', fields: [{ name: 'value', type: FieldType.number, values, config: unit === undefined ? {} : { unit } }] }); // prettier-ignore
const drawn = (type: string, one: DataFrame) => suited({ data: [one] }, type).data[0] as DataFrame;
const said = ({ length, meta }: DataFrame) => (length === 0 ? meta?.notices?.[0]?.text : undefined);

test.each([
  ['medians', frame([80, 95.5], 'm'), true],
  ['shares of different groups', frame([0.12, 0.3, 0.07], 'percentunit'), true],
  ['a difference', frame([3, -1]), true],
  ['counts', frame([3, 10, 0]), false],
  ['shares of one whole', frame([0.25, 0.7, 0.05], 'percentunit'), false],
  ['one number', frame([0.4], 'percentunit'), false],
  ['hidden but for one', frame([null, 0.4], 'percentunit'), false],
])('a pie of %s', (_what, one, isUnfit) => {
  expect(said(drawn('piechart', one)) !== undefined).toBe(isUnfit);
});

test('of a query with a frame for each group the parts are all of them, and the whole is none', () => {
  const part = (value: number, unit: string, tool = '') =>
    toDataFrame({ refId: 'A', fields: [{ name: 'value', type: FieldType.number, values: [value], labels: { tool }, config: { unit } }] });
  const pie = (...frames: DataFrame[]) => (suited({ data: frames }, 'piechart').data as DataFrame[]).map((one) => said(one) !== undefined);
  expect(pie(part(0.12, 'percentunit'), part(0.07, 'percentunit'))).toEqual([true, true]);
  expect(pie(part(80, 'm'), part(95, 'm'))).toEqual([true, true]);
  expect(pie(part(10, 'locale', 'all'), part(7, 'locale', 'codex'))).toEqual([true, true]);
  expect(pie(part(3, 'locale', 'copilot'), part(7, 'locale', 'codex'))).toEqual([false, false]);
  // Of another query.
  expect(pie(part(0.12, 'percentunit'), { ...part(0.07, 'percentunit'), refId: 'B' })).toEqual([false, false]);
}); // prettier-ignore

test('a histogram of few numbers says what to choose', () => {
  expect(said(drawn('histogram', frame([4.5])))).toContain('here are 1: choose');
  expect(drawn('histogram', frame([1, 2, 3, 4, 5])).length).toBe(5);
  // Nothing is known: that has a reason of its own.
  expect(said(drawn('histogram', frame([null])))).toBeUndefined();
});

test('other visualizations draw what they are given', () => {
  const one = frame([80, 95.5], 'm');
  expect(drawn('barchart', one)).toBe(one);
});
