import { FieldType, toDataFrame, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { metrics } from '../../metrics/registry.generated.ts';
import { withCounts } from './lists.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const rows = (custom = {}) =>
  toDataFrame({
    refId: 'A',
    meta: { custom, notices: [{ severity: 'warning', text: '2 of 1234 rows: the newest.' }] },
    fields: [
      { name: 'time', type: FieldType.time, values: [1, 2] },
      { name: 'ref', type: FieldType.string, values: ['#1', '#2'] },
      { name: 'confidence', type: FieldType.number, values: [0.9, null] },
    ],
  });
const drawn = (panelPluginId: string, frame: DataFrame, asked: object = { queryType: 'evidence', params: { mode: 'deployments' } }) => {
  const sent = [{ refId: 'A', version: 1, params: {}, queryType: '', ...asked }];
  const { data }: DataQueryResponse = withCounts({ data: [frame] }, { panelPluginId, metrics: registry, sent });
  return data[0] as DataFrame;
}; // prettier-ignore
const numbers = ({ fields }: DataFrame) => fields.map(({ config, values }) => [config.displayNameFromDS, [...(values as unknown[])]]); // prettier-ignore

test('a panel of numbers draws how many rows a list has, those too that are older than the newest', () => {
  expect(numbers(drawn('stat', rows()))).toEqual([['Deployments', [2]]]);
  const all = drawn('stat', rows({ listed: 1234 }));
  expect([numbers(all), all.meta?.notices]).toEqual([[['Deployments', [1234]]], []]);
  expect(all.fields[0]?.config.thresholds?.steps).toHaveLength(1);
  expect(drawn('timeseries', rows()).meta).toMatchObject({ type: 'numeric-multi' });
  expect(drawn('barchart', rows()).fields.map(({ type }) => type)).toEqual([FieldType.string, FieldType.number]);
});

test('a list without a row is no count of 0', () => {
  const nothing = toDataFrame({ refId: 'A', fields: [{ name: 'nothing', type: FieldType.string, values: ['why'] }] });
  const empty = toDataFrame({ refId: 'A', fields: [{ name: 'time', type: FieldType.time, values: [] }] });
  for (const frame of [nothing, empty]) expect(drawn('stat', frame)).toBe(frame);
});

test('where one number says nothing it says what to choose', () => {
  const events = drawn('histogram', rows(), { queryType: 'delivery-events' });
  expect([events.length, events.fields]).toEqual([0, []]);
  expect(events.meta?.notices?.[0]?.text).toMatch(/^Delivery events is a list and has no numbers to draw here: choose Table/); // prettier-ignore
});

test('tables keep their rows, and metrics with numbers theirs', () => {
  const frame = rows();
  expect(drawn('table', frame)).toBe(frame);
  expect(drawn('stat', frame, { queryType: 'flow' })).toBe(frame);
});
