import {
  createTheme,
  dateTime,
  FieldType,
  getDisplayProcessor,
  toDataFrame,
  type DataFrame,
  type FieldConfig,
} from '@grafana/data';
import { GIVEN, panelWith } from '../fixtures/panel.ts';
import { settingsOf } from '../state/panel-settings.ts';
import { shapeAnswer } from './shape-answer.ts';
import { unjudged } from './unjudged.ts';

const theme = createTheme();
const TEXT = theme.visualization.getColorByName('text');
const RED = theme.visualization.getColorByName('red');
const BLUE = theme.visualization.getColorByName('blue');
const thresholds = (...steps: Array<readonly [number | null, string]>) => ({ mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) }) as FieldConfig['thresholds']; // prettier-ignore
const ofMetric = thresholds([null, 'blue'], [3, 'red']);

/** Fields of an answer in a panel with these defaults, each as Grafana fills in what the frame leaves open. */
function fieldsIn(pluginId: string, defaults: FieldConfig, config: FieldConfig = {}) {
  const frame = toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: [1] },
      { name: 'value', type: FieldType.number, values: [90], config },
      { name: 'verdict', type: FieldType.string, values: ['faster'] },
    ],
  });
  const settings = settingsOf(panelWith({ pluginId, fieldConfig: { defaults } }).request());
  const [shaped] = unjudged({ data: [frame] }, { panelPluginId: pluginId, settings }).data as DataFrame[];
  return shaped!.fields.map((field) => ({ ...field, config: { ...defaults, ...field.config } }));
}
const coloursOf = (...asked: Parameters<typeof fieldsIn>) =>
  fieldsIn(...asked).slice(1).map((field) => getDisplayProcessor({ field, theme })(field.values[0]).color); // prettier-ignore

const given = { thresholds: GIVEN as FieldConfig['thresholds'], color: { mode: 'thresholds' } };

test.each(['stat', 'gauge', 'bargauge', 'barchart', 'table'])('%s: with the thresholds of every new panel a number and a word are neither good nor bad', (panel) => {
  for (const defaults of [given, { color: { mode: 'thresholds' } }]) expect(coloursOf(panel, defaults)).toEqual([TEXT, TEXT]);
  // Colours that tell series apart stay.
  expect(fieldsIn(panel, { ...given, color: { mode: 'palette-classic' } })[1]!.config.color?.mode).toBe('palette-classic');
}); // prettier-ignore

test('what somebody sets is seen: other thresholds, and Grafana\'s where they are drawn as lines', () => {
  const own = { ...given, thresholds: thresholds([-Infinity, 'text'], [80, 'red']) };
  expect(coloursOf('stat', own)).toEqual([RED, TEXT]);
  // A metric's one colour for all numbers is no judgement.
  expect(coloursOf('stat', own, { thresholds: thresholds([null, 'text']) })[0]).toBe(RED);
  const lines = fieldsIn('timeseries', { ...given, custom: { thresholdsStyle: { mode: 'line' } } });
  expect(lines[1]!.config.thresholds).toBe(GIVEN);
}); // prettier-ignore

test('what a metric judges is judged, numbers below zero too', () => {
  const [, value] = fieldsIn('stat', given, { thresholds: ofMetric });
  const colour = getDisplayProcessor({ field: value!, theme });
  expect([-1, 1, 4].map((number) => colour(number).color)).toEqual([BLUE, BLUE, RED]);
});

test.each([
  ['state-timeline', 'continuous-GrYlRd'],
  ['state-timeline', 'thresholds'],
  ['status-history', 'thresholds'],
])('%s in %s: cells tell more from less, in no colour that is good or bad; one colour would make them one', (panel, mode) => {
  const [, value] = fieldsIn(panel, { ...given, color: { mode } });
  expect(value!.config.color?.mode).toBe('continuous-BlPu');
  const own = { thresholds: thresholds([-Infinity, 'blue'], [10, 'red']), color: { mode: 'thresholds' } };
  expect(coloursOf(panel, own)[0]).toBe(RED);
  for (const color of [{ mode: 'palette-classic' }, { mode: 'continuous-RdYlGr' }]) expect(fieldsIn(panel, { ...given, color })[1]!.config.color).toBe(color);
  const fixed = { mode: 'fixed', fixedColor: 'blue' };
  expect(fieldsIn(panel, { ...given, color: { mode } }, { color: fixed })[1]!.config.color).toBe(fixed);
}); // prettier-ignore

test('where no panel is known frames stay as they are', () => {
  const data = [toDataFrame({ fields: [{ name: 'value', type: FieldType.number, values: [90] }] })];
  const answer = { data };
  expect(unjudged(answer, { panelPluginId: 'stat', settings: settingsOf({ scopedVars: {} }) })).toBe(answer);
});

test('an answer is shaped for the panel that asked for it', () => {
  const { request } = panelWith({ pluginId: 'stat', fieldConfig: { defaults: given } });
  const range = { from: dateTime(0), to: dateTime(1), raw: { from: 'now-1h', to: 'now' } };
  const data = [toDataFrame({ fields: [{ name: 'value', type: FieldType.number, values: [90] }] })];
  const asked = { uid: 'store', name: 'Throughline', metrics: new Map(), request: request({ targets: [], range }), sent: [] }; // prettier-ignore
  const [frame] = shapeAnswer({ data }, asked).data as DataFrame[];
  expect(frame!.fields[0]!.config.thresholds?.steps).toEqual([{ value: -Infinity, color: 'text' }]);
});
