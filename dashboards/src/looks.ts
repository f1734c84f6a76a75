/** How panels look: the same options, colours and words on every board. */
import type {
  DataTransformerConfig,
  DynamicConfigValue,
  MatcherConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { NOTHING } from '../../plugin/src/metrics/parts/nothing.ts';

/** The panel of intervals is ours: plugin/src/panel. */
export const INTERVALS = 'throughline-interval-panel';
export type PanelType =
  'timeseries' | 'stat' | 'table' | 'bargauge' | 'barchart' | 'trend' | 'xychart' | 'text' | typeof INTERVALS;
export interface Override {
  readonly matcher: MatcherConfig;
  readonly properties: DynamicConfigValue[];
}
/** A column of a table by the name that the metric gives it: other words for the head, a width in pixels. */
export type TableColumn = string | { readonly name: string; readonly title?: string; readonly width?: number };

/** A number without a threshold of its own, and the words where there is none, are neither good nor bad: Grafana's first colour is green. */
const noJudgement = { thresholds: { mode: 'absolute', steps: [{ value: null, color: 'text' }] } };
export const BASE_DEFAULTS: Partial<Record<PanelType, object>> = { stat: noJudgement, bargauge: noJudgement };

const legend = { displayMode: 'list', placement: 'bottom', showLegend: true };
const tooltip = { mode: 'multi', sort: 'desc' };

export const BASE_OPTIONS: Readonly<Record<PanelType, object>> = {
  timeseries: { legend, tooltip },
  trend: { legend, tooltip },
  xychart: { mapping: 'auto', series: [{}], legend, tooltip: { mode: 'single' } },
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'value',
    graphMode: 'none',
    textMode: 'auto',
    wideLayout: true,
    text: { titleSize: 14, valueSize: 34 },
  },
  bargauge: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    orientation: 'horizontal',
    displayMode: 'basic',
    showUnfilled: true,
    valueMode: 'color',
    // Above: beside the bar a name with its verdict is cut.
    namePlacement: 'top',
    text: { titleSize: 14, valueSize: 18 },
  },
  text: { mode: 'markdown' },
  table: { showHeader: true, cellHeight: 'sm', footer: { show: false } },
  barchart: {
    orientation: 'horizontal',
    stacking: 'normal',
    showValue: 'auto',
    barWidth: 0.7,
    groupWidth: 0.7,
    text: { valueSize: 12 },
    legend,
    tooltip,
  },
  [INTERVALS]: { scale: 'auto', reference: 'auto', referenceValue: 0, below: '', above: '' },
};

export const BASE_CUSTOM: Partial<Record<PanelType, object>> = {
  timeseries: {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    lineWidth: 2,
    fillOpacity: 0,
    showPoints: 'always',
    pointSize: 6,
    spanNulls: false,
  },
  trend: { drawStyle: 'line', lineInterpolation: 'stepAfter', lineWidth: 2, fillOpacity: 0, showPoints: 'never' },
  table: { align: 'auto', filterable: false },
};

/** When failures that are shared among sources have a verdict (metric dora-by-source). */
export const VERDICT_OF_SHARES =
  'There is a verdict only where enough deployments of one source alone are known and point the same way; where these alone are not clear, the row says so beside its verdict.';

/** What a panel says where only a forge could answer. */
export const NEEDS_FORGE = 'Review times need a forge: npm start -- --github ORG';

const columnOf = (column: TableColumn) => (typeof column === 'string' ? { name: column } : column);

/** What answers rest on, as Start here and the boards that need it show it. */
export const GROUNDS: readonly TableColumn[] = [
  { name: 'Rests on', width: 226 },
  { name: 'State', width: 84 },
  'Why',
  { name: 'Next step', width: 280 },
];

/** Only these columns, in this order, under these heads. Without a row a chart gets no field at all, and says its `noValue`: of a text it would say that it is no number. */
export const chartColumns = (columns: readonly TableColumn[]): DataTransformerConfig[] => chosen(columns, []);

/** The same; or the reason why there is nothing, as a cell. @param unseen Columns that are kept and not shown: a link finds its address there. */
export const columnTransformations = (
  columns: readonly TableColumn[],
  unseen: readonly string[] = []
): DataTransformerConfig[] => chosen(columns, [...unseen, NOTHING]);

function chosen(columns: readonly TableColumn[], besides: readonly string[]): DataTransformerConfig[] {
  const all = columns.map(columnOf);
  const renamed = all.flatMap(({ name, title }) => (title === undefined ? [] : [[name, title]]));
  return [
    { id: 'filterFieldsByName', options: { include: { names: [...all.map(({ name }) => name), ...besides] } } },
    {
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(all.map(({ name }, index) => [name, index])),
        renameByName: Object.fromEntries(renamed) as Record<string, string>,
      },
    },
  ];
}

/** Another head for what a metric calls Value, Units and so on. */
export const heads = (titles: Readonly<Record<string, string>>): Override[] =>
  Object.entries(titles).map(([name, title]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'displayName', value: title }],
  }));

/** Columns in a colour of their own. */
export const colours = (fixed: Readonly<Record<string, string>>): Override[] =>
  Object.entries(fixed).map(([name, fixedColor]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
  }));

const of = (fields: string) => ({ calcs: ['lastNotNull'], fields, values: false });

/** A stat of the figures under these heads, in its order. @param fields Regular expression. */
export const figures = (fields: string) => ({
  reduceOptions: of(`/^${fields}$/`),
  text: { titleSize: 14, valueSize: 22 },
});

/** A stat that is a sentence, or the reason why there is none. */
export const SENTENCE = {
  reduceOptions: of(`/^(In words|${NOTHING})$/`),
  colorMode: 'none',
  textMode: 'value',
  text: { valueSize: 20 },
};

/** The same with what stands at the end of the range below it. */
export const SENTENCES = {
  ...SENTENCE,
  reduceOptions: of(`/^(In words|At the end|${NOTHING})$/`),
  orientation: 'horizontal',
};

/** An estimate and its 95 % interval: what every metric calls Value, Low and High. */
export function interval(title: string): TableColumn[] {
  return [{ name: 'Value', title }, 'Low', 'High'];
}

/** Only the rows that hold these values; no number changes by it, as the answer is asked whole. */
export const onlyRows = (values: Readonly<Record<string, string>>): DataTransformerConfig => ({
  id: 'filterByValue',
  options: {
    type: 'include',
    match: 'all',
    filters: Object.entries(values).map(([fieldName, value]) => ({
      fieldName,
      config: { id: 'equal', options: { value } },
    })),
  },
});
