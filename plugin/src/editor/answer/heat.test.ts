import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { panelWith } from '../fixtures/panel.ts';
import { settingsOf } from '../state/panel-settings.ts';
import { lettersOf, withHeat } from './heat.ts';

const NAME = 'payments service of the second region (AI-heavy)';
const frame = (values: Array<number | null>, displayNameFromDS = NAME) =>
  toDataFrame({ fields: [{ name: 'value', type: FieldType.number, values, config: { displayNameFromDS } }] });
const drawn = (frames: DataFrame[], { panel = 'heatmap', width = 300, options = {} } = {}) =>
  withHeat({ data: frames }, { panelPluginId: panel, width, settings: settingsOf(panelWith({ pluginId: panel, options }).request()) }).data as DataFrame[]; // prettier-ignore

test('a name has room beside the map: its begin and its end stay', () => {
  const [shown] = drawn([frame([1])]);
  const name = shown?.fields[0]?.config.displayNameFromDS ?? '';
  expect(name.length).toBeLessThanOrEqual(lettersOf(300));
  expect(name).toMatch(/^payments.*….*vy\)$/);
  expect(drawn([frame([1])], { width: 1600 })[0]?.fields[0]?.config.displayNameFromDS).toBe(NAME);
  const other = [frame([1])];
  expect(drawn(other, { panel: 'timeseries' })).toBe(other);
});

test('that cells of 0 are left out is said once, and not where they are drawn', () => {
  const count = (frames: DataFrame[]) => frames.map(({ meta }) => meta?.notices?.length ?? 0);
  expect(count(drawn([frame([1, null]), frame([0, 2]), frame([0])]))).toEqual([0, 1, 0]);
  expect(count(drawn([frame([0, 2])], { options: { filterValues: { le: -1 } } }))).toEqual([0]);
});
