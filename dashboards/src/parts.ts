/** The parts that every board is made of: one data source variable, the same filters, links that keep them, panels that only query metrics. */
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import {
  BASE_CUSTOM,
  BASE_DEFAULTS,
  BASE_OPTIONS,
  columnTransformations,
  type Override,
  type PanelType,
  type TableColumn,
} from './looks.ts';

import { BOARD } from './board-order.ts';
import { noValueOf } from './no-value.ts';
import { addressColumns, BOARD_PIXELS, columnWidths, pixelsOf } from './pixels.ts';
import { annotations, usedVariables, variables, type Variable } from './variables.ts';

export const DATA_SOURCE = { type: 'throughline-delivery-datasource', uid: '${ds}' } as const;
export const TAG = 'throughline';
const EVIDENCE = 'throughline-evidence';

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
  readonly type: PanelType;
  /** Absent = it asks nothing: `text`. */
  readonly query?: Query;
  /** Markdown of a panel that asks nothing. */
  readonly text?: string;
  readonly width: number;
  readonly height: number;
  readonly options?: object;
  readonly custom?: object;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly sdk.DataTransformerConfig[];
  readonly overrides?: readonly Override[];
  /** Columns of a table, in order; the others are left out. */
  readonly columns?: readonly TableColumn[];
  /** Nothing to show is good news, which its `noValue` tells. */
  readonly isGoodEmpty?: true;
  /** Of a panel that came between others when alert rules knew them by their ids: its own, from 101 on. Absent = the next one. */
  readonly id?: number;
  /** Rows of evidence behind the panel; absent = no link. */
  readonly evidence?: 'changes' | 'deployments' | 'incidents' | 'issues';
}

/** How far a first collection is: text and instant side by side. Other panels are right about what is read; this says how much is. */
export const collection: PanelSpec = {
  title: 'Is the data complete?',
  description:
    'Collecting, 40 %: a first collection is under way and the other panels show what is read so far; the share is the mean over the streams. Up to date: every stream has succeeded, and its data is complete up to the instant beside it. All read, it ends 2026-08-17: the same, and that instant lies more than two weeks before now. Changes: from when to when there are any, and whether the chosen range holds some. Details: Collector health.',
  type: 'stat',
  query: ask('collector-health', { mode: 'progress', format: 'table' }, []),
  options: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '/^(Collection|Complete up to|Changes)$/', values: false },
    colorMode: 'none',
    text: { titleSize: 12, valueSize: 18 },
  },
  defaults: { noValue: 'nothing is collected yet' },
  width: 24,
  height: 3,
};

export interface BoardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** Events that say nothing about its lines, by name (variables.ts). */
  readonly withoutEvents?: readonly string[];
  /** Rows of panels; each row sums to 24 columns. */
  readonly rows: readonly RowSpec[];
}

/** Panels beside one another. A title begins a section, which goes on up to the next title. */
export interface RowSpec {
  readonly title?: string;
  /** Of a title: its section opens by a click, and asks nothing before. */
  readonly isCollapsed?: true;
  readonly panels: readonly PanelSpec[];
}

class MetricQuery implements cog.Builder<cog.Dataquery> {
  private readonly query: Query;
  constructor(query: Query) {
    this.query = query;
  }
  build(): cog.Dataquery {
    const { format = 'table' } = this.query.params;
    // What a table shows is the panel's choice: it may be any column.
    const columns = format === 'table' ? { columns: 'all' } : {};
    return {
      refId: 'A',
      datasource: DATA_SOURCE,
      ...this.query,
      params: { ...this.query.params, ...columns },
      version: 1,
      _implementsDataqueryVariant: () => undefined,
    } as cog.Dataquery;
  }
}

const kept = (used: readonly Variable[]): string[] => used.map((name) => `\${${name}:queryparam}`);

const evidenceLink = (rows: NonNullable<PanelSpec['evidence']>, used: readonly Variable[]): sdk.DashboardLinkBuilder =>
  new sdk.DashboardLinkBuilder(`Evidence: the ${rows} behind it`)
    .url(`/d/throughline-evidence?${[...kept(used), '${__url_time_range}', 'var-ds=${ds}'].join('&')}`)
    .type('link' as sdk.DashboardLinkType);

/** A click on a code source or a team opens the rows behind that group. */
function drillDown(filter: Filter, head: string, used: readonly Variable[]): Override {
  const others = kept(used.filter((name) => name !== filter));
  const url = [
    '/d/throughline-evidence?var-ds=${ds}',
    `var-${filter}=\${__value.raw}`,
    ...others,
    '${__url_time_range}',
  ].join('&');
  return {
    matcher: { id: 'byName', options: head },
    properties: [{ id: 'links', value: [{ title: 'Evidence: the rows behind this group', url, targetBlank: false }] }],
  };
}

function overridesOf(spec: PanelSpec, used: readonly Variable[]): Override[] {
  const links = spec.evidence ? [drillDown('code_source', 'Code source', used), drillDown('team', 'Team', used)] : [];
  const { query, columns } = spec;
  const widths = query === undefined || columns === undefined ? [] : columnWidths(query, columns);
  return [...links, ...widths, ...(spec.overrides ?? [])];
}

interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** Variables of the board. */
  readonly used: readonly Variable[];
}

function panel(spec: PanelSpec, place: Place): sdk.PanelBuilder {
  const builder = new sdk.PanelBuilder()
    .type(spec.type)
    .id(place.id)
    .title(spec.title)
    .description(spec.description)
    .gridPos({ x: place.x, y: place.y, w: spec.width, h: spec.height })
    .options({
      ...BASE_OPTIONS[spec.type],
      ...(spec.text === undefined ? {} : { content: spec.text }),
      ...spec.options,
    });
  // Without a version Grafana takes an XY chart for one of before 11.1 and draws its first line alone.
  if (spec.type === 'xychart') builder.pluginVersion('12.3.0');
  if (spec.query !== undefined) {
    builder.datasource(DATA_SOURCE).withTarget(new MetricQuery(spec.query));
  }
  const custom = { ...BASE_CUSTOM[spec.type], ...spec.custom };
  builder.defaults({
    ...BASE_DEFAULTS[spec.type],
    ...noValueOf(spec),
    ...spec.defaults,
    ...(Object.keys(custom).length > 0 ? { custom } : {}),
  });
  builder.overrides(overridesOf(spec, place.used));
  // What chooses rows comes first: it may ask for a column that the table does not show.
  const transformations = [
    ...(spec.transformations ?? []),
    ...(spec.columns ? columnTransformations(spec.columns, spec.query ? addressColumns(spec.query) : []) : []),
  ];
  if (transformations.length > 0) {
    builder.transformations(transformations);
  }
  if (spec.evidence) {
    builder.links([evidenceLink(spec.evidence, place.used)]);
  }
  return builder;
}

const HEAD_ID = 1000;

/** The panels of a row in lines: a table that its width would cut has one to itself, and what it stood beside takes the place. */
function linesOf(panels: readonly PanelSpec[]): PanelSpec[][] {
  const isWide = ({ type, query, columns, width }: PanelSpec): boolean =>
    type === 'table' && query !== undefined && pixelsOf(query, columns) > (BOARD_PIXELS * width) / BOARD;
  const beside = panels.filter((one) => !isWide(one));
  const taken = beside.reduce((sum, { width }) => sum + width, 0);
  let x = 0;
  const spread = beside.map((one, index) => {
    const width = index === beside.length - 1 ? BOARD - x : Math.round((one.width * BOARD) / taken);
    x += width;
    return { ...one, width };
  });
  const alone = panels.filter(isWide).map((one) => [{ ...one, width: BOARD }]);
  const lines = spread.length === 0 ? alone : [spread, ...alone];
  // What came first is read first.
  return panels[0] !== undefined && isWide(panels[0]) ? [...alone, ...(spread.length === 0 ? [] : [spread])] : lines;
}

/** Panels in the order of reading, each with its line from the top of the section. */
interface Section {
  readonly title?: string;
  readonly isCollapsed: boolean;
  readonly lines: PanelSpec[][];
}

function sectionsOf(rows: readonly RowSpec[]): Section[] {
  const sections: Section[] = [];
  for (const { title, isCollapsed = false, panels } of rows) {
    const last = sections.at(-1);
    if (title === undefined && last !== undefined) last.lines.push(...linesOf(panels));
    else sections.push({ ...(title === undefined ? {} : { title }), isCollapsed, lines: linesOf(panels) });
  }
  return sections;
}

/** Rows from the top down. */
function addRows(builder: sdk.DashboardBuilder, spec: BoardSpec, used: readonly Variable[]): void {
  let y = 0;
  let id = 1;
  // Every board says whether its range holds data.
  const isTold = spec.rows.some(({ panels }) => panels.includes(collection));
  for (const section of sectionsOf(isTold ? spec.rows : [{ panels: [collection] }, ...spec.rows])) {
    const row =
      section.title === undefined
        ? null
        : new sdk.RowBuilder(section.title).id(id).gridPos({ x: 0, y, w: BOARD, h: 1 }).collapsed(section.isCollapsed);
    if (row !== null) {
      id += 1;
      y += 1;
    }
    const below = y;
    const built: sdk.PanelBuilder[] = [];
    for (const line of section.lines) {
      // Of one height: what stands below a lower one would move up, beside what it does not belong to.
      const height = Math.max(...line.map((one) => one.height));
      let x = 0;
      for (const one of line) {
        // Alert rules know panels by their ids: what stands before all of them takes none away.
        const own = !isTold && one.title === collection.title ? HEAD_ID : one.id;
        const titled =
          one.title === collection.title ? { ...one, title: `${narrowedBy(spec, used)}${one.title}` } : one;
        built.push(panel({ ...titled, height }, { id: own ?? id, x, y, used }));
        id += own === undefined ? 1 : 0;
        x += one.width;
      }
      y += height;
    }
    if (row !== null && section.isCollapsed) {
      built.forEach((one) => row.withPanel(one));
      builder.withRow(row);
      // What is closed takes no room.
      y = below;
      continue;
    }
    if (row !== null) builder.withRow(row);
    built.forEach((one) => builder.withPanel(one));
  }
}

/** A board as Grafana reads it, with the variables that its panels use. */
export function board(spec: BoardSpec): sdk.Dashboard {
  const builder = new sdk.DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .timezone('browser')
    .weekStart('monday')
    .time({ from: spec.from, to: 'now' })
    .refresh('')
    .tooltip(1)
    .withVariable(
      new sdk.DatasourceVariableBuilder('ds')
        .label('Data source')
        .type(DATA_SOURCE.type)
        .current({ text: 'Throughline', value: 'throughline' })
    )
    .link(
      new sdk.DashboardLinkBuilder('Start here')
        .url('/d/throughline-start-here?${__url_time_range}&var-ds=${ds}')
        .type('link' as sdk.DashboardLinkType)
    )
    .link(
      new sdk.DashboardLinkBuilder('Throughline')
        .type('dashboards' as sdk.DashboardLinkType)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
    );
  const used = usedVariables(spec);
  const isOverTime = spec.rows.some(({ panels }) => panels.some(({ type }) => type === 'timeseries'));
  annotations(used, spec.withoutEvents).forEach((one) => isOverTime && builder.annotation(one));
  variables(used).forEach((one) => builder.withVariable(one));
  addRows(builder, spec, used);
  return inSight(builder.build());
}

/** Grafana 12.3 shows it in the menu of controls; older ones beside the filters. */
const IN_MENU: sdk.VariableHide = 3;

/** What the filters in the menu are set to, in the title of the head, since they are out of sight. */
function narrowedBy({ uid }: BoardSpec, used: readonly Variable[]): string {
  const hidden = used.filter((name) => RARE.includes(name) && uid !== EVIDENCE);
  const all = hidden.map((name) => `${MENU_WORDS[name] ?? name} \${${name}:text}`);
  return all.length === 0 ? '' : `Shown: ${all.join(', ')}. `;
}

/** What few narrow a board by; Evidence is narrowed by a click on them. */
const RARE: readonly string[] = ['pr_class', 'code_source'];
const MENU_WORDS: Readonly<Record<string, string>> = { pr_class: 'class', code_source: 'code source' };

/**
 * The SDK tucks links and annotation switches into a menu, where Grafana 12.3 shows no list of dashboards: out with the links. Switches stay there,
 * and what few people ever change, the data source, the class and the code source, joins them: beside a long range each took a line of its own on a screen of 1280 pixels.
 */
function inSight(built: sdk.Dashboard): sdk.Dashboard {
  for (const one of (built.links ?? []) as Array<{ placement?: unknown }>) delete one.placement;
  for (const one of built.templating?.list ?? []) {
    const isRare = RARE.includes(one.name) && built.uid !== EVIDENCE;
    if (one.type === sdk.VariableType.Datasource || isRare) one.hide = IN_MENU;
  }
  return built;
}
