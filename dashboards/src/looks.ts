/** How panels look: the same options, colours and words on every board. */
import type {
  DataTransformerConfig,
  DynamicConfigValue,
  MatcherConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';

export type PanelType = 'timeseries' | 'stat' | 'table' | 'bargauge' | 'trend';
export interface Override {
  readonly matcher: MatcherConfig;
  readonly properties: DynamicConfigValue[];
}
/** A column of a table by the name that the metric gives it: other words for the head, a width in pixels. */
export type TableColumn = string | { readonly name: string; readonly title?: string; readonly width?: number };

const legend = { displayMode: 'list', placement: 'bottom', showLegend: true };
const tooltip = { mode: 'multi', sort: 'desc' };

export const BASE_OPTIONS: Readonly<Record<PanelType, object>> = {
  timeseries: { legend, tooltip },
  trend: { legend, tooltip },
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
    namePlacement: 'left',
    text: { titleSize: 14, valueSize: 18 },
  },
  table: { showHeader: true, cellHeight: 'sm', footer: { show: false } },
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
  // Grafana's own least width (150) pushes the last columns out of sight.
  table: { minWidth: 72, align: 'auto', filterable: false },
};

/** Code sources and usage bands: one colour and one word each. "none" is a deployment without a known change. */
const GROUPS: ReadonlyArray<readonly [value: string, color: string, words: string]> = [
  ['human', 'blue', 'human'],
  ['ai_assisted', 'yellow', 'AI-assisted'],
  ['ai_heavy', 'orange', 'AI-heavy'],
  ['unknown', '#8e8e8e', 'unknown'],
  ['none', '#5f6368', 'no code change'],
  ['high', 'orange', 'high use'],
  ['mid', 'yellow', 'medium use'],
  ['low', 'yellow', 'low use'],
  ['zero', 'blue', 'no use'],
];

/** What a panel says where only a forge could answer. */
export const NEEDS_FORGE = 'Review times need a forge: npm start -- --github ORG';

/** Stages of a change and ways to link an incident, in words. */
const STAGES = { pickup: 'until somebody looks', deploy: 'until production' } as const;
const LINKS = { time_window: 'time alone', unlinked: 'not linked' } as const;

/** One bar a stage. */
export const stageOverrides: readonly Override[] = Object.entries(STAGES).map(([stage, value]) => ({
  matcher: { id: 'byName', options: stage },
  properties: [{ id: 'displayName', value }],
}));

/** Series named by their group, also where other labels stand beside it. */
export const seriesOverrides: readonly Override[] = GROUPS.map(([value, fixedColor, words]) => ({
  matcher: { id: 'byRegexp', options: `/(^|, )${value}(, \\d+)?$/` },
  properties: [
    { id: 'color', value: { mode: 'fixed', fixedColor } },
    { id: 'displayName', value: words },
  ],
}));

const words = (texts: Readonly<Record<string, { text?: string; color?: string }>>) => ({
  id: 'mappings',
  value: [
    {
      type: 'value',
      options: Object.fromEntries(Object.entries(texts).map(([value, look], index) => [value, { ...look, index }])),
    },
  ],
});

const STATUS = words({
  ok: { color: 'text' },
  improved: { color: 'green' },
  regressed: { color: 'red' },
  no_clear_change: { color: 'text', text: 'no clear change' },
  insufficient_data: { color: 'orange', text: 'insufficient data' },
  too_early: { color: 'orange', text: 'too early' },
  low_n: { color: 'orange', text: 'too few' },
  suppressed_k: { color: 'orange', text: 'hidden' },
  immature: { color: 'orange' },
  partial: { color: 'orange' },
  no_baseline: { color: 'orange', text: 'no baseline' },
  no_telemetry: { color: 'orange', text: 'no telemetry' },
  undefined: { color: 'text', text: 'no units' },
  stale: { color: 'red' },
  failed: { color: 'red' },
  never: { color: 'red' },
  reverted: { color: 'red' },
  merged: { color: 'text' },
  deployed: { color: 'text' },
  resolved: { color: 'text' },
  collecting: { color: 'blue' },
  waiting: { color: 'text' },
  fresh: { color: 'green' },
  open: { color: 'orange' },
});

/** Words and colours of text cells. */
export const tableOverrides: readonly Override[] = [
  {
    matcher: { id: 'byRegexp', options: '/^(Status|State|Verdict|Outcome)$/' },
    properties: [{ id: 'custom.cellOptions', value: { type: 'color-text' } }, STATUS],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Code source|Usage band|Compared with)$/' },
    properties: [words(Object.fromEntries(GROUPS.map(([value, , text]) => [value, { text }])))],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Stage|Linked by)$/' },
    properties: [
      words(Object.fromEntries(Object.entries({ ...STAGES, ...LINKS }).map(([value, text]) => [value, { text }]))),
      { id: 'custom.width', value: 150 },
    ],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Workflow|Tool)$/' },
    properties: [{ id: 'custom.width', value: 125 }],
  },
  {
    matcher: { id: 'byName', options: 'Code source' },
    properties: [{ id: 'custom.width', value: 124 }],
  },
  {
    matcher: { id: 'byName', options: 'Verdict' },
    properties: [{ id: 'custom.width', value: 124 }],
  },
  {
    // "10.6 hours" in full: a link is cut on the left, where the number is.
    matcher: { id: 'byRegexp', options: '/^(Before|Now|Median|p90|Within|Mix)$/' },
    properties: [
      { id: 'custom.width', value: 92 },
      { id: 'decimals', value: 1 },
    ],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Grade|Units|People|Failed)$/' },
    properties: [{ id: 'custom.width', value: 66 }],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Failures|Deploys|Carry 80 %)$/' },
    properties: [{ id: 'custom.width', value: 96 }],
  },
  {
    matcher: { id: 'byRegexp', options: '/^p( \\(Holm\\))?$/' },
    properties: [{ id: 'decimals', value: 3 }],
  },
  {
    matcher: { id: 'byRegexp', options: '/^(Units|Changes|People)$/' },
    properties: [{ id: 'decimals', value: 0 }],
  },
  {
    matcher: { id: 'byName', options: 'Best signal' },
    properties: [
      words({
        0: { text: 'none' },
        1: { text: 'seat' },
        2: { text: 'activity' },
        3: { text: 'event' },
        4: { text: 'line' },
      }),
    ],
  },
];

const columnOf = (column: TableColumn) => (typeof column === 'string' ? { name: column } : column);

/** Only these columns, in this order, under these heads. */
export function columnTransformations(columns: readonly TableColumn[]): DataTransformerConfig[] {
  const all = columns.map(columnOf);
  const renamed = all.flatMap(({ name, title }) => (title === undefined ? [] : [[name, title]]));
  return [
    { id: 'filterFieldsByName', options: { include: { names: all.map(({ name }) => name) } } },
    {
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(all.map(({ name }, index) => [name, index])),
        renameByName: Object.fromEntries(renamed) as Record<string, string>,
      },
    },
  ];
}

export function columnWidths(columns: readonly TableColumn[]): Override[] {
  return columns.map(columnOf).flatMap(({ name, title, width }) =>
    width === undefined
      ? []
      : [
          {
            matcher: { id: 'byName', options: title ?? name },
            properties: [{ id: 'custom.width', value: width }],
          },
        ]
  );
}

/** An estimate and its 95 % interval: what every metric calls Value, Low and High. */
export function interval(title: string): TableColumn[] {
  return [{ name: 'Value', title }, 'Low', 'High'];
}

/** The same of a comparison: no number is read without its verdict, so that stands next to it. */
export function judged(title: string): TableColumn[] {
  return [{ name: 'Value', title }, 'Verdict', 'Low', 'High'];
}
