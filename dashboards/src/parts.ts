/** The parts that every board is made of: one data source variable, the same filters, links that keep them, panels that only query metrics. */
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import type { cog } from '@grafana/grafana-foundation-sdk';

export const DATA_SOURCE = { type: 'throughline-delivery-datasource', uid: '${ds}' } as const;
export const TAG = 'throughline';

type Params = Readonly<Record<string, unknown>>;

/** What a panel asks: a metric and its params, never SQL. */
export interface Query {
  readonly queryType: string;
  readonly params: Params;
}

/** Filters on which boards agree; a metric takes those that it declares. */
export const FILTERS = ['team', 'repo', 'service', 'pr_class', 'code_source'] as const;
export type Filter = (typeof FILTERS)[number];

/** A query narrowed by the board's filters. */
export function ask(queryType: string, params: Params, filters: readonly Filter[] = FILTERS): Query {
  const filtered = Object.fromEntries(filters.map((name) => [name, [`$${name}`]]));
  return { queryType, params: { ...filtered, ...params } };
}

/** A panel: one question in the title; definition, formula and exclusions in the description. */
export interface PanelSpec {
  readonly title: string;
  readonly description: string;
  readonly type: 'timeseries' | 'stat' | 'table' | 'bargauge' | 'barchart' | 'trend' | 'text';
  readonly query?: Query;
  readonly width: number;
  readonly height: number;
  readonly options?: unknown;
  readonly custom?: unknown;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly sdk.DataTransformerConfig[];
  readonly overrides?: ReadonlyArray<{ matcher: sdk.MatcherConfig; properties: sdk.DynamicConfigValue[] }>;
  /** Rows of evidence behind the panel; absent = no link. */
  readonly evidence?: 'changes' | 'deployments' | 'incidents';
}

export interface BoardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** Rows of panels; each row sums to 24 columns. */
  readonly rows: ReadonlyArray<{ readonly title?: string; readonly panels: readonly PanelSpec[] }>;
}

class MetricQuery implements cog.Builder<cog.Dataquery> {
  private readonly query: Query;
  constructor(query: Query) {
    this.query = query;
  }
  build(): cog.Dataquery {
    return {
      refId: 'A',
      datasource: DATA_SOURCE,
      ...this.query,
      version: 1,
      _implementsDataqueryVariant: () => undefined,
    } as cog.Dataquery;
  }
}

const keepFilters = [...FILTERS.map((name) => `\${${name}:queryparam}`), '${__url_time_range}', 'var-ds=${ds}'].join(
  '&'
);

const evidenceLink = (rows: NonNullable<PanelSpec['evidence']>): sdk.DashboardLinkBuilder =>
  new sdk.DashboardLinkBuilder(`Evidence: the ${rows} behind it`)
    .url(`/d/throughline-evidence?${keepFilters}`)
    .type('link' as sdk.DashboardLinkType);

const BASE_OPTIONS: Readonly<Record<PanelSpec['type'], unknown>> = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  trend: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'value',
    graphMode: 'none',
    textMode: 'auto',
    wideLayout: true,
  },
  bargauge: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    orientation: 'horizontal',
    displayMode: 'basic',
    showUnfilled: true,
    valueMode: 'color',
    namePlacement: 'left',
  },
  barchart: {
    orientation: 'horizontal',
    showValue: 'auto',
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
  },
  table: { showHeader: true, cellHeight: 'sm', footer: { show: false } },
  text: { mode: 'markdown' },
};

const BASE_CUSTOM: Partial<Record<PanelSpec['type'], unknown>> = {
  timeseries: {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    lineWidth: 2,
    fillOpacity: 6,
    showPoints: 'always',
    pointSize: 6,
    spanNulls: true,
  },
  trend: { drawStyle: 'line', lineInterpolation: 'stepAfter', lineWidth: 2, fillOpacity: 0, showPoints: 'never' },
};

/** Colours of code sources and bands: the same on every board. */
const COLORS: ReadonlyArray<readonly [pattern: string, color: string]> = [
  ['ai_heavy', 'orange'],
  ['ai_assisted', 'yellow'],
  ['human', 'blue'],
  ['unknown', '#8e8e8e'],
  ['high', 'orange'],
  ['low', 'yellow'],
  ['zero', 'blue'],
];

const colorOverrides = COLORS.map(([pattern, fixedColor]) => ({
  matcher: { id: 'byRegexp', options: `/(^|[^a-z_])${pattern}([^a-z_]|$)/` },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
}));

/** Text cells that need a colour to be seen at a glance. */
const STATUS_MAPPINGS = {
  matcher: { id: 'byRegexp', options: '/^(Status|State|Verdict|Outcome)$/' },
  properties: [
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    {
      id: 'mappings',
      value: [
        {
          type: 'value',
          options: {
            ok: { color: 'text', index: 0 },
            improved: { color: 'green', index: 1 },
            regressed: { color: 'red', index: 2 },
            no_clear_change: { color: 'text', text: 'no clear change', index: 3 },
            insufficient_data: { color: 'orange', text: 'insufficient data', index: 4 },
            too_early: { color: 'orange', text: 'too early', index: 5 },
            low_n: { color: 'orange', text: 'too few', index: 6 },
            suppressed_k: { color: 'orange', text: 'hidden: too few people', index: 7 },
            immature: { color: 'orange', index: 8 },
            partial: { color: 'orange', index: 9 },
            no_baseline: { color: 'orange', text: 'no baseline', index: 10 },
            no_telemetry: { color: 'orange', text: 'no telemetry', index: 11 },
            stale: { color: 'red', index: 12 },
            failed: { color: 'red', index: 13 },
            never: { color: 'red', index: 14 },
            reverted: { color: 'red', index: 15 },
            fresh: { color: 'green', index: 16 },
            open: { color: 'orange', index: 17 },
          },
        },
      ],
    },
  ],
};

function panel(spec: PanelSpec, place: { id: number; x: number; y: number }): sdk.PanelBuilder {
  const builder = new sdk.PanelBuilder()
    .type(spec.type)
    .id(place.id)
    .title(spec.title)
    .description(spec.description)
    .gridPos({ x: place.x, y: place.y, w: spec.width, h: spec.height })
    .options({ ...(BASE_OPTIONS[spec.type] as object), ...(spec.options as object | undefined) });
  if (spec.query) {
    builder.datasource(DATA_SOURCE).withTarget(new MetricQuery(spec.query));
  }
  const custom = { ...(BASE_CUSTOM[spec.type] as object | undefined), ...(spec.custom as object | undefined) };
  builder.defaults({ ...spec.defaults, ...(Object.keys(custom).length > 0 ? { custom } : {}) });
  const isTable = spec.type === 'table';
  builder.overrides([...(isTable ? [STATUS_MAPPINGS] : colorOverrides), ...(spec.overrides ?? [])]);
  if (spec.transformations) {
    builder.transformations([...spec.transformations]);
  }
  if (spec.evidence) {
    builder.links([evidenceLink(spec.evidence)]);
  }
  return builder;
}

const FILTER_LABELS: Readonly<Record<Filter, string>> = {
  team: 'Team',
  repo: 'Repository',
  service: 'Service',
  pr_class: 'Class',
  code_source: 'Code source',
};

/** Each filter offers the values that the ones before it leave. */
function filterVariable(name: Filter, index: number): sdk.QueryVariableBuilder {
  const filters = Object.fromEntries(FILTERS.slice(0, index).map((other) => [other, [`$${other}`]]));
  return new sdk.QueryVariableBuilder(name)
    .label(FILTER_LABELS[name])
    .datasource(DATA_SOURCE)
    .query({ refId: 'A', dimension: name, ...(index > 0 ? { filters } : {}) } as never)
    .multi(true)
    .includeAll(true)
    .allowCustomValue(true)
    .current({ selected: true, text: 'All', value: '$__all' })
    .refresh(2 as sdk.VariableRefresh)
    .sort(1 as sdk.VariableSort);
}

function annotation(name: string, params: Params, look: { color: string; isOn: boolean }): sdk.AnnotationQueryBuilder {
  const target = { refId: 'Anno', queryType: 'delivery-events', params, version: 1 };
  return new sdk.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATA_SOURCE)
    .enable(look.isOn)
    .iconColor(look.color)
    .target({ build: () => target } as never);
}

/** A board as Grafana reads it. Same variables and annotations on all; links between boards keep both. */
export function board(spec: BoardSpec): sdk.Dashboard {
  const builder = new sdk.DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .timezone('browser')
    .weekStart('monday')
    .time({ from: spec.from, to: 'now' })
    .refresh('')
    .tooltip(1 as sdk.DashboardCursorSync)
    .withVariable(
      new sdk.DatasourceVariableBuilder('ds')
        .label('Data source')
        .type(DATA_SOURCE.type)
        .current({ text: 'Throughline', value: 'throughline' })
    )
    .annotation(annotation('Tool landings', { kind: 'landings', team: ['$team'] }, { color: 'purple', isOn: true }))
    .annotation(
      annotation(
        'Failed deployments',
        { kind: 'failed_deployments', team: ['$team'], service: ['$service'], repo: ['$repo'] },
        { color: 'red', isOn: false }
      )
    )
    .annotation(annotation('Incidents', { kind: 'incidents', service: ['$service'] }, { color: 'orange', isOn: false }))
    .link(
      new sdk.DashboardLinkBuilder('Throughline')
        .type('dashboards' as sdk.DashboardLinkType)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
    );
  FILTERS.forEach((name, index) => builder.withVariable(filterVariable(name, index)));
  let y = 0;
  let id = 1;
  for (const row of spec.rows) {
    if (row.title !== undefined) {
      builder.withRow(new sdk.RowBuilder(row.title).id(id).gridPos({ x: 0, y, w: 24, h: 1 }));
      id += 1;
      y += 1;
    }
    let x = 0;
    let next = y;
    for (const one of row.panels) {
      builder.withPanel(panel(one, { id, x, y }));
      id += 1;
      x += one.width;
      next = Math.max(next, y + one.height);
    }
    y = next;
  }
  return builder.build();
}
