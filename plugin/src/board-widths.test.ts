// What a board shows on a screen of 1280 pixels with Grafana's menu open: nothing is cut, and tables lead with what is read.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { allPanels } from '../../dashboards/src/all-panels.ts';
import { textPixels } from '../../dashboards/src/pixels.ts';
import { STEPS } from './metrics/parts/grounds.ts';
import { cellConfig } from './backend/frames/field-config';
import { columnsOf, parseQuery } from './metrics/query.ts';
import { metrics } from './metrics/registry.generated.ts';

interface Table {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly w: number };
  readonly targets: ReadonlyArray<{ readonly queryType: string; readonly params: Record<string, unknown> }>;
  readonly fieldConfig: {
    readonly overrides: ReadonlyArray<{
      readonly matcher: { readonly options: string };
      readonly properties: ReadonlyArray<{ readonly id: string; readonly value?: unknown }>;
    }>;
  };
  readonly transformations?: ReadonlyArray<{ readonly id: string; readonly options: Record<string, unknown> }>;
}

/** Measured in Grafana 12.3: what a panel over the whole board has for its columns. */
const BOARD_PIXELS = 930;
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const folder = path.join(__dirname, '../../dashboards');
const tables = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    allPanels((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Table[] }).panels)
      .filter(({ type }) => type === 'table')
      .map((table) => [file, table.title, table] as const)
  );

/** Head and least pixels of a column, and whether it has no more than those. */
type Shown = readonly [title: string, width: number, isFixed: boolean];

/** The columns that a panel shows. */
function columnsShown({ targets, transformations = [], fieldConfig }: Table): Shown[] {
  const { queryType = '', params = {} } = targets[0] ?? {};
  const known = Object.fromEntries(Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$')));
  const { metric, params: parsed } = parseQuery({ queryType, params: known, version: 1 }, registry);
  const option = (id: string) => transformations.find((one) => one.id === id)?.options;
  const wanted = option('filterFieldsByName')?.['include'] as { names: string[] } | undefined;
  const titles = (option('organize')?.['renameByName'] ?? {}) as Record<string, string>;
  return columnsOf(metric, parsed)
    .filter(({ label, role }) => role !== 'link' && (wanted?.names.includes(label) ?? true))
    .map((column) => {
      const title = titles[column.label] ?? column.label;
      const { width, minWidth } = cellConfig(column).custom as { width?: number; minWidth: number };
      const own = fieldConfig.overrides
        .filter(({ matcher }) => matcher.options === title)
        .flatMap(({ properties }) => properties.filter(({ id }) => id === 'custom.width'))
        .map(({ value }) => value as number | null)
        .at(-1);
      // Null takes away what the data source says.
      const fixed = own === undefined ? width : (own ?? undefined);
      return [title, fixed ?? minWidth, fixed !== undefined] as const;
    });
}

/** Pixels around a head ("Matched" is cut in 72). */
const AROUND = 18;
/** What a panel over the whole board has at 1600 and 1920 pixels. */
const WIDER = [1250, 1570];

test.each(tables)('%s: %s cuts no head', (_file, _title, table) => {
  const shown = columnsShown(table);
  const room = (BOARD_PIXELS * table.gridPos.w) / 24;
  const own = shown.filter(([, , isFixed]) => isFixed).reduce((sum, [, width]) => sum + width, 0);
  const others = shown.filter(([, , isFixed]) => !isFixed).length;
  // Columns without a width of their own share what is left.
  const widthOf = ([, width, isFixed]: Shown): number => (isFixed ? width : Math.max(width, (room - own) / others));
  const cut = shown
    .filter((column) => textPixels(column[0], AROUND) > widthOf(column))
    .map((column) => `${column[0]} (${Math.round(widthOf(column))})`);
  expect(cut).toEqual([]);
});

test.each(tables)('%s: %s fits', (_file, _title, table) => {
  const shown = columnsShown(table);
  const pixels = shown.reduce((sum, [, width]) => sum + width, 0);
  expect({ shown, fits: pixels <= (BOARD_PIXELS * table.gridPos.w) / 24 }).toEqual({ shown, fits: true });
  expect(shown.length).toBeLessThanOrEqual(8);
});

const chosen = tables.filter(([, , { transformations = [] }]) => transformations.some(({ id }) => id === 'organize'));

test.each(chosen)(
  '%s: %s has one column that takes the room that is left, and there is some',
  (_file, _title, table) => {
    const shown = columnsShown(table);
    expect(shown.filter(([, , isFixed]) => !isFixed)).toHaveLength(1);
    const own = shown.filter(([, , isFixed]) => isFixed).reduce((sum, [, width]) => sum + width, 0);
    for (const board of [BOARD_PIXELS, ...WIDER]) expect(own).toBeLessThan((board * table.gridPos.w) / 24);
  }
);

/** Measured in Grafana 12.3: what stands beside a title (description, links, notices, warnings), each of the four, and around all. */
const [ICON, AROUND_TITLE] = [34, 35];
const titled = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    allPanels((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Array<Table & { links?: unknown[] }> }).panels)
      .filter(({ targets }) => targets !== undefined && targets.length > 0)
      .map((panel) => [file, panel.title, panel] as const)
  ); // prettier-ignore

test.each(titled)('%s: the title "%s" is not cut, whatever there is to say of the answer', (_file, title, { gridPos, links = [] }) => {
  const icons = 3 + Math.min(1, links.length);
  const room = (BOARD_PIXELS * gridPos.w) / 24 - AROUND_TITLE - ICON * icons;
  // Letters of titles are a little narrower than those of heads.
  expect({ title, isCut: textPixels(title, 0) * 0.96 > room }).toEqual({ title, isCut: false });
}); // prettier-ignore

/** All panels that ask something. */
const asking = titled.map(([file, title, panel]) => [file, title, panel as unknown as { type: string; fieldConfig: { defaults: Defaults } }] as const); // prettier-ignore
interface Defaults {
  readonly decimals?: number;
  readonly thresholds?: { readonly steps: ReadonlyArray<{ readonly value: number | null; readonly color: string }> };
}
const ofType = (...types: string[]) => asking.filter(([, , { type }]) => types.includes(type));

test.each(ofType('stat', 'bargauge'))('%s: %s judges no missing number: its words are in the colour of text', (_file, _title, { fieldConfig }) => {
  // What has no number has the colour of the first step; Grafana's own is green.
  expect(fieldConfig.defaults.thresholds?.steps[0]).toEqual({ value: null, color: 'text' });
}); // prettier-ignore

test.each(ofType('timeseries'))('%s: %s has marks between nothing and all', (_file, _title, { fieldConfig }) => {
  // Without digits Grafana puts marks at whole numbers alone, and a share has two of those.
  expect(fieldConfig.defaults.decimals).not.toBe(0);
});

test('where a step is described stands whole beside it, whichever step it is', () => {
  const [, , steps] = tables.find(([file, title]) => file === 'start-here.json' && title === 'What is the best next step?') ?? []; // prettier-ignore
  const [, width = 0] = columnsShown(steps as Table).find(([title]) => title === 'See') ?? [];
  expect(Object.values(STEPS).map(({ see }) => see).filter((see) => textPixels(see) > width)).toEqual([]); // prettier-ignore
});
