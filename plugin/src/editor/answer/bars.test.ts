import { FieldType, MappingType, toDataFrame, type DataFrame, type ValueMapping } from '@grafana/data';
import { metrics } from '../../metrics/registry.generated.ts';
import { withBars } from './bars.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const words: ValueMapping[] = [
  { type: MappingType.ValueToText, options: { ai_heavy: { text: 'AI-heavy', index: 0 } } },
];
const beyond: ValueMapping[] = [
  { type: MappingType.RangeToText, options: { from: 10, to: null, result: { text: '>999 %' } } },
];
const table = toDataFrame({
  refId: 'A',
  fields: [
    { name: 'code_source', type: FieldType.string, values: ['ai_heavy', 'human'], config: { mappings: words } },
    { name: 'service', type: FieldType.string, values: ['shop', 'shop'] },
    { name: 'value', type: FieldType.number, values: [0.2, null], config: { mappings: beyond, unit: 'percentunit' } },
    { name: 'n', type: FieldType.number, values: [40, 3] },
    { name: 'status', type: FieldType.string, values: ['ok', 'low_n'] },
  ],
}); // prettier-ignore
const open = [{ refId: 'A', queryType: 'dora-by-source', params: { groupBy: ['code_source', 'service'] }, version: 1 }];
const drawn = (panel: string, queries = open) => (withBars({ data: [table] }, { panelPluginId: panel, open: queries, metrics: registry }).data as DataFrame[])[0]; // prettier-ignore

test('a bar for each row under its groups in words, of the number alone; what is hidden has none', () => {
  const frame = drawn('barchart');
  expect(frame?.fields.map(({ values }) => values as unknown[])).toEqual([['AI-heavy · shop', 'human · shop'], [0.2, null]]); // prettier-ignore
  expect(frame?.fields[1]?.config).toMatchObject({ unit: 'percentunit', mappings: [] });
});

test('the legend of a histogram says which groups are not known, or of how many', () => {
  const nameOf = (frame: DataFrame | undefined) => frame?.fields.at(-1)?.config.displayNameFromDS;
  expect(nameOf(drawn('histogram'))).toBe('value, without human · shop: not known');
  const buckets = toDataFrame({ refId: 'B', fields: [{ name: 'time', type: FieldType.time, values: [1, 2] }, { name: 'value', type: FieldType.number, values: [null, 2], config: { displayNameFromDS: 'Human' } }] }); // prettier-ignore
  const shown = withBars({ data: [buckets] }, { panelPluginId: 'histogram', open: [], metrics: registry }).data as DataFrame[]; // prettier-ignore
  expect(nameOf(shown[0])).toBe('Human: 1 of 2 are known');
});

test('a table that somebody chose, and any other panel, keep their columns', () => {
  expect(drawn('barchart', [])?.fields.map(({ values }) => values as unknown[])).toEqual(
    table.fields.map(({ values }) => values as unknown[])
  );
  expect(drawn('table')).toBe(table);
});

test('times of all bars are told in one unit, whose ticks are round, and no word for a range stands in the legend', () => {
  const times = (name: string, values: Array<number | null>) => ({ name, type: FieldType.number, values, config: { unit: 'm', mappings: [...beyond, ...words] } });
  const stages = toDataFrame({ refId: 'A', fields: [{ name: 'stage', type: FieldType.string, values: ['tests', 'review'] }, times('before', [0.5, 144]), times('value', [null, 408])] });
  const [frame] = withBars({ data: [stages] }, { panelPluginId: 'barchart', open: [], metrics: registry }).data as DataFrame[];
  expect(frame?.fields.slice(1).map(({ values, config }) => [config.unit, config.mappings?.length, ...(values as unknown[])])).toEqual([
    ['suffix:h', 1, 0.5 / 60, 2.4],
    ['suffix:h', 1, null, 6.8],
  ]);
  const { data } = withBars({ data: [stages] }, { panelPluginId: 'table', open: [], metrics: registry });
  expect(data).toEqual([stages]);
}); // prettier-ignore
