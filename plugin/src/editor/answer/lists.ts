/** What a panel of numbers draws of a list, as of the rows behind a number or of events: how many rows there are. Its columns are words. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Metric } from '../../metrics/define.ts';
import type { MetricRegistry } from '../../metrics/query.ts';
import { inLanguage } from '../state/metric-words.ts';
import { readQuery, valuesWithDefaults } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';
import { factsOf } from './answer-facts.ts';
import { unfit } from './unfit.ts';
import { UNJUDGED } from './unjudged.ts';

/** Panels of numbers; a state timeline draws words as they are. */
const ONE_NUMBER = new Set(['stat', 'gauge', 'bargauge', 'piechart', 'timeseries', 'heatmap', 'barchart']);
/** Panels that one number says nothing in: they draw how numbers lie, or one beside another. */
const MANY_NUMBERS = new Set(['histogram', 'xychart', 'trend', 'candlestick']);

export interface ListPlace {
  readonly panelPluginId: string | undefined;
  readonly metrics: MetricRegistry;
  /** The queries as they were sent. */
  readonly sent: readonly ThroughlineQuery[];
}

/** Rows that are not shown, being older than the newest, are counted too; a list without a row stays as it is: it says why. */
export function withCounts(response: DataQueryResponse, { panelPluginId = '', metrics, sent }: ListPlace): DataQueryResponse {
  if (!ONE_NUMBER.has(panelPluginId) && !MANY_NUMBERS.has(panelPluginId)) return response;
  const queries = new Map(sent.map((query) => [query.refId, query]));
  const data = (response.data as DataFrame[]).map((frame) => {
    const query = queries.get(frame.refId ?? '');
    const { queryType = '', params = {} } = query === undefined ? {} : readQuery(query);
    const metric = metrics.get(queryType);
    if (metric === undefined || !isList(metric) || !frame.fields.some(({ type }) => type === FieldType.time) || frame.length === 0) return frame;
    return ONE_NUMBER.has(panelPluginId) ? countOf(frame, nameOf(metric, params), panelPluginId) : unfit(frame, noNumbers(metric));
  });
  return { ...response, data };
} // prettier-ignore

/** A metric of rows: of nothing else a panel of numbers has only words. */
const isList = ({ formats }: Metric): boolean => formats.length === 1 && formats[0] === 'table';

/** What the rows are: the answer to its first question, as "Deployments". */
function nameOf(metric: Metric, params: Readonly<Record<string, unknown>>): string {
  const shown = inLanguage(metric);
  const values = valuesWithDefaults(metric, params);
  const [name, param] = Object.entries(shown.params).find(([, one]) => one.kind === 'choice' && one.chooses === 'question') ?? []; // prettier-ignore
  const chosen = param?.kind === 'choice' ? param.choices.find(({ value }) => value === values[name ?? '']) : undefined;
  return chosen?.label ?? shown.title;
}

function countOf(frame: DataFrame, name: string, panelPluginId: string): DataFrame {
  const count = factsOf(frame).listed ?? frame.length;
  // The count is of all rows: that only the newest are listed says nothing here.
  const { notices = [], ...meta } = frame.meta ?? {};
  const config = { displayNameFromDS: name, unit: 'locale', decimals: 0, thresholds: UNJUDGED };
  const rows = { name: 'rows', type: FieldType.number, config, values: [count] };
  const about = panelPluginId === 'barchart' ? [{ name: 'name', type: FieldType.string, config: { displayName: ' ' }, values: [name] }] : []; // prettier-ignore
  const kept = count > frame.length ? notices.filter(({ severity }) => severity !== 'warning') : notices;
  return { ...frame, length: 1, meta: { ...meta, type: NUMBERS, notices: kept }, fields: [...about, rows] };
}

const NUMBERS = 'numeric-multi' as NonNullable<DataFrame['meta']>['type'] & string;

const noNumbers = (metric: Metric): string =>
  t(
    'lists.no-numbers',
    '{{metric}} is a list and has no numbers to draw here: choose Table, or Stat for how many rows there are.',
    { metric: inLanguage(metric).title, interpolation: { escapeValue: false } }
  );
