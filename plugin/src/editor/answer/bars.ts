/** What a bar chart and a histogram draw: times in one unit with round ticks; of a table that nobody chose the number alone, a bar for each row, under all that its row is about. */
import { FieldType, MappingType, type DataFrame, type DataQueryResponse, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import { toldIn } from '../../metrics/parts/told-in.ts';
import { columnsOf, type MetricRegistry } from '../../metrics/query.ts';
import { readQuery, valuesWithDefaults } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';
import { isKnown } from './unfit.ts';

const HISTOGRAM = 'histogram';
const BARS = new Set(['barchart', HISTOGRAM]);

export interface Asked {
  readonly panelPluginId: string | undefined;
  /** Queries that leave their format to the panel, as they were sent. */
  readonly open: readonly ThroughlineQuery[];
  readonly metrics: MetricRegistry;
}

export function withBars(response: DataQueryResponse, { panelPluginId, open, metrics }: Asked): DataQueryResponse {
  if (panelPluginId === undefined || !BARS.has(panelPluginId)) return response;
  const queries = new Map(open.map((query) => [query.refId, query]));
  const frames = response.data as DataFrame[];
  const bars = frames.map((frame) => onAxis(barsOf(frame, queries.get(frame.refId ?? ''), metrics)));
  return { ...response, data: panelPluginId === HISTOGRAM ? bars.map(tellingUnknown) : bars };
}

function barsOf(frame: DataFrame, query: ThroughlineQuery | undefined, metrics: MetricRegistry): DataFrame {
  const { queryType = '', params = {} } = query === undefined ? {} : readQuery(query);
  const metric = metrics.get(queryType);
  if (metric === undefined || frame.length === 0) return frame;
  const columns = columnsOf(metric, valuesWithDefaults(metric, params));
  const roleOf = new Map(columns.map(({ name, role, isAxis }) => [name, isAxis === true ? 'label' : role]));
  const value = frame.fields.find(({ name, type }) => type === FieldType.number && roleOf.get(name) === 'value');
  const about = frame.fields.filter(({ name }) => roleOf.get(name) === 'label');
  if (value === undefined) return frame;
  const names = Array.from({ length: frame.length }, (_, row) => about.map((field) => textOf(field, row)).join(' · '));
  const label: Field = { name: 'name', type: FieldType.string, config: { displayName: ' ' }, values: names };
  return { ...frame, fields: [label, value] };
}

/** Names that a legend has room for. */
const MOST_NAMED = 2;

/** A histogram has no place for a number that is not known: its legend says of which groups that is, or of how many. */
function tellingUnknown(frame: DataFrame): DataFrame {
  const names = frame.fields.find(({ name, type }) => name === 'name' && type === FieldType.string)?.values as string[] | undefined;
  const fields = frame.fields.map((field): Field => {
    const values = field.values as unknown[];
    const without = values.flatMap((value, row) => (isKnown(value) ? [] : [row]));
    if (field.type !== FieldType.number || without.length === 0) return field;
    const said = { name: field.config.displayNameFromDS ?? field.name, interpolation: { escapeValue: false } };
    const text =
      names !== undefined && without.length <= MOST_NAMED
        ? t('bars.without', '{{name}}, without {{groups}}: not known', { ...said, groups: without.map((row) => names[row] ?? '').join(', ') })
        : t('bars.known', '{{name}}: {{known}} of {{all}} are known', { ...said, known: values.length - without.length, all: values.length });
    return { ...field, config: { ...field.config, displayNameFromDS: text } };
  });
  return { ...frame, fields };
} // prettier-ignore

/** A cell as the table shows it. */
function textOf(field: Field, row: number): string {
  const text = String(field.values[row]);
  const found = field.config.mappings?.find((mapping) => mapping.type === MappingType.ValueToText && mapping.options[text] !== undefined);
  return found?.type === MappingType.ValueToText ? (found.options[text]?.text ?? text) : text;
} // prettier-ignore

const isTime = ({ type, config }: Field): boolean => type === FieldType.number && config.unit === 'm';

/** Times in the unit of the longest. Words for a range of numbers would stand in the legend, as if they were a group. */
function onAxis(frame: DataFrame): DataFrame {
  const longest = frame.fields.filter(isTime).flatMap(({ values }) => (values as unknown[]).map((value) => Math.abs(Number(value ?? 0))));
  const { minutes, unit } = toldIn(Math.max(0, ...longest));
  const fields = frame.fields.map((field): Field => {
    const { mappings } = field.config;
    const config = mappings === undefined ? field.config : { ...field.config, mappings: mappings.filter(({ type }) => type !== MappingType.RangeToText) };
    const values = field.values as unknown[];
    return isTime(field)
      ? { ...field, config: { ...config, unit }, values: values.map((value) => (typeof value === 'number' ? value / minutes : value)) }
      : { ...field, config };
  });
  return { ...frame, fields };
} // prettier-ignore
