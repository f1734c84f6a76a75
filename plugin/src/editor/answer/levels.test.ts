import { dateTime, FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { withLevels } from './levels.ts';

const range = { from: dateTime(0), to: dateTime(1000), raw: { from: dateTime(0), to: dateTime(1000) } };
const frame = (type: string, value: number | null) =>
  toDataFrame({ refId: 'A', meta: { type }, fields: [{ name: 'value', type: FieldType.number, values: [value], labels: { tool: 'x' } }] }); // prettier-ignore
const drawn = (frames: DataFrame[], panel?: string) => withLevels({ data: frames }, panel, range).data as DataFrame[];

test('a number is drawn over its whole range, hidden ones stay hidden, and the first says so', () => {
  const frames = drawn([frame('numeric-multi', 0.4), frame('numeric-multi', null)], 'state-timeline');
  expect(frames.map(({ fields }) => fields.map(({ values }) => values as unknown[]))).toEqual([
    [[0, 1000], [0.4, 0.4]],
    [[0, 1000], [null, null]],
  ]); // prettier-ignore
  expect(frames[0]?.fields[1]?.labels).toEqual({ tool: 'x' });
  expect(frames.map(({ meta }) => meta?.notices?.length ?? 0)).toEqual([1, 0]);
  expect(frames.map(({ meta }) => meta?.type)).toEqual([undefined, undefined]);
});

test('a sample lies in the middle of the range, as wide as it is, and once', () => {
  const [shown] = drawn([frame('numeric-multi', 0.4)], 'status-history');
  expect(shown?.fields.map(({ values }) => values as unknown[])).toEqual([
    [500, 1500],
    [0.4, null],
  ]);
});

test.each([['heatmap', [[0, 1000], [3, 3]]], ['status-history', [[500, 1500], [3, null]]], ['state-timeline', [[200], [3]]]])('%s: a bucket alone, from which to the next one is no width', (panel, cells) => {
  const lone = (time: number) => toDataFrame({ refId: 'A', fields: [{ name: 'time', type: FieldType.time, values: [time] }, { name: 'value', type: FieldType.number, values: [3] }] });
  expect(drawn([lone(200)], panel)[0]?.fields.map(({ values }) => [...(values as unknown[])])).toEqual(cells);
  // Another group has another bucket: that is a width.
  expect(drawn([lone(200), lone(300)], panel)[0]?.length).toBe(1);
}); // prettier-ignore

test('numbers elsewhere, lines and tables stay as they are', () => {
  const numbers = [frame('numeric-multi', 1)];
  expect(drawn(numbers, 'stat')).toBe(numbers);
  expect(drawn(numbers)).toBe(numbers);
  const table = [frame('table', 1)];
  expect(drawn(table, 'timeseries')).toEqual(table);
});
