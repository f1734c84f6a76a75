import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import type { PanelSettings } from '../state/panel-settings.ts';
import { scaled } from './scaled.ts';

const NEW: PanelSettings = { ownText: undefined, hasThresholds: false, hasEnds: false, colour: undefined, axis: undefined, hasPoints: false, hasCandles: false, leavesOut: undefined }; // prettier-ignore
const frame = (values: ReadonlyArray<number | null>, config = {}) =>
  toDataFrame({ fields: [{ name: 'value', type: FieldType.number, values, config }] });
function endsIn(panelPluginId: string, frames: DataFrame[], settings: PanelSettings | undefined = NEW) {
  const { data } = scaled({ data: frames }, { panelPluginId, settings });
  return (data as DataFrame[]).map(({ fields }) => [fields[0]?.config.min, fields[0]?.config.max]);
}

test('a gauge of one number is neither full nor empty, and gauges of one panel share their ends', () => {
  expect([5.35, 103, 0, 0.03, 1000].map((value) => endsIn('gauge', [frame([value])])[0])).toEqual([[0, 10], [0, 200], [0, 1], [0, 0.05], [0, 2000]]); // prettier-ignore
  expect(endsIn('bargauge', [frame([12]), frame([null]), frame([40])])).toEqual([[0, 50], [0, 50], [0, 50]]); // prettier-ignore
});

test('a share is one of a whole', () => {
  expect(endsIn('gauge', [frame([0.17], { unit: 'percentunit' })])).toEqual([[0, 1]]);
  // Bars are compared with one another.
  expect(endsIn('bargauge', [frame([0.17], { unit: 'percentunit' })])).toEqual([[0, 0.2]]);
  expect(endsIn('bargauge', [frame([1], { unit: 'percentunit' })])).toEqual([[0, 1]]);
});

test('what the metric or an author says stays, as do numbers below 0, other panels and those that are not known', () => {
  const open = [[undefined, undefined]];
  expect(endsIn('gauge', [frame([3], { max: 4 })])).toEqual([[0, 4]]);
  expect(endsIn('gauge', [frame([3])], { ...NEW, hasEnds: true })).toEqual(open);
  expect(scaled({ data: [frame([3])] }, { panelPluginId: 'gauge', settings: undefined }).data[0].fields[0].config).toEqual({}); // prettier-ignore
  for (const panel of ['stat', 'timeseries']) expect(endsIn(panel, [frame([3])])).toEqual(open);
  expect(endsIn('gauge', [frame([-3])])).toEqual(open);
});
