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

test('numbers elsewhere, lines and tables stay as they are', () => {
  const numbers = [frame('numeric-multi', 1)];
  expect(drawn(numbers, 'stat')).toBe(numbers);
  expect(drawn(numbers)).toBe(numbers);
  const table = [frame('table', 1)];
  expect(drawn(table, 'timeseries')).toEqual(table);
});
