// What the boards' panels show of the demo organisation: one effect has one interval wherever it stands, tables cut no word and are not half empty.
import { DEMO_NOW as now, timeline } from '../../../collector/testing/demo.ts';
import { boards } from '../../../dashboards/src/boards.ts';
import type { PanelSpec, Query } from '../../../dashboards/src/parts.ts';
import { BOARD_PIXELS, rowPixels, rowsIn, shownColumns, textPixels } from '../../../dashboards/src/pixels.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { HIDDEN_CELL, wraps } from '../backend/frames/field-config.ts';
import { lookOf } from '../backend/frames/words.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { computes } from './compute.generated.ts';
import type { Row } from './define.ts';
import { columnsOf, parseQuery } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const signal = new AbortController().signal;
const { start } = timeline(now);

const demo = demoStore();
const answers = new Map<string, Row[]>();

/** As Grafana asks with every filter on All and one tool. */
function chosen({ queryType, params }: Query): Record<string, unknown> {
  const known = Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$'));
  const tool = Object.hasOwn(params, 'tool') ? { tool: ['claude-code'] } : {};
  return { ...Object.fromEntries(known), ...(queryType === 'cycle-time-by-usage' ? tool : {}) };
}

async function ask(query: Query): Promise<Row[]> {
  const stored = { queryType: query.queryType, params: chosen(query), version: 1 };
  const key = JSON.stringify(stored);
  const found = answers.get(key);
  if (found !== undefined) return found;
  const info = await new StoreInfoCache(demo.store, migrations).read(signal);
  const { queryType: metric, params } = stored;
  const { rows } = await askMetric({ catalog, store: demo.store, info }, { metric, params, from: start, to: now });
  answers.set(key, [...rows]);
  return [...rows];
}

type Asking = PanelSpec & { readonly query: Query };
const panels = boards.flatMap(({ title, rows }) =>
  rows.flatMap((row) =>
    row.panels.flatMap((panel) =>
      panel.query === undefined ? [] : [[`${title}: ${panel.title}`, panel as Asking] as const]
    )
  )
);
const isTable = ([, { query }]: readonly [string, Asking]): boolean => (query.params['format'] ?? 'table') === 'table';

/** Each compared effect of a panel, by what it is about, with its interval. */
async function effectsOf(query: Query): Promise<Array<[effect: string, interval: unknown]>> {
  const { metric, params } = parseQuery({ queryType: query.queryType, params: chosen(query), version: 1 }, registry);
  const columns = columnsOf(metric, params);
  const labels = columns.filter(({ role }) => role === 'label').map(({ name }) => name);
  const bounds = columns.filter(({ name }) => /(^|_)(lo|hi)$/.test(name)).map(({ name }) => name);
  if (bounds.length === 0 || !columns.some(({ name }) => name === 'verdict')) return [];
  const about = ['mode', 'metric', 'measure', 'unit', 'groupBy', 'bucket', 'window', 'bands'].map(
    (name) => params[name]
  );
  return (await ask(query))
    .filter((row) => bounds.some((name) => typeof row[name] === 'number'))
    .map((row) => [
      JSON.stringify([metric.id, ...about, labels.map((name) => row[name])]),
      bounds.map((name) => row[name]),
    ]);
}

test('the same effect has the same interval on every board', async () => {
  const found = new Map<string, Set<string>>();
  const seen = new Map<string, number>();
  for (const [, { query }] of panels.filter(isTable)) {
    for (const [effect, interval] of await effectsOf(query)) {
      found.set(effect, (found.get(effect) ?? new Set()).add(JSON.stringify(interval)));
      seen.set(effect, (seen.get(effect) ?? 0) + 1);
    }
  }
  expect([...found].filter(([, intervals]) => intervals.size > 1).map(([effect, all]) => [effect, ...all])).toEqual([]);
  // Heavy users' effect and the gaps of durability stand on two boards each.
  expect([...seen.values()].filter((count) => count > 1).length).toBeGreaterThan(3);
}, 60_000);

const tables = panels.filter(([, { type, columns }]) => type === 'table' && columns !== undefined);

/** A cell as the data source says it; of an answer that is compared with one group, by its name. */
function words(name: string, cell: string): string {
  if (name === 'status' && cell === 'suppressed_k') return HIDDEN_CELL.text ?? '';
  return cell
    .split(', ')
    .map((one) => (lookOf(name, one).text ?? one).replace(/ reference$/, ' human'))
    .join(', ');
}

/** Rows that the panel keeps (looks.ts onlyRows). */
function kept({ query, columns = [], transformations = [] }: Asking, rows: readonly Row[]): readonly Row[] {
  const names = new Map(shownColumns(query, columns).map(({ name, column }) => [name, column.name]));
  const wanted = transformations.flatMap(
    ({ options }) => (options as { filters?: Array<{ fieldName: string; config: { options: { value: string } } }> }).filters ?? []
  );
  return rows.filter((row) => wanted.every(({ fieldName, config }) => row[names.get(fieldName) ?? ''] === config.options.value));
} // prettier-ignore

test.each(tables)('%s cuts no word', async (_title, panel) => {
  const { query, columns = [] } = panel;
  const rows = kept(panel, await ask(query));
  const cut = shownColumns(query, columns)
    .filter(({ column }) => !wraps(column))
    .flatMap(({ title, column, width }) =>
      rows
        .map((row) => row[column.name])
        .filter((cell) => typeof cell === 'string' && column.type === 'string')
        .map((cell) => words(column.name, cell as string))
        .filter((text) => width !== null && textPixels(text) > width)
        .map((text) => `${title} (${String(width)}): ${text}`)
    );
  expect([...new Set(cut)]).toEqual([]);
});

/** What an empty stretch of a table may be, in rows: other organisations have more. */
const MOST_EMPTY = 2;
/** Lists that another organisation fills, or whoever is signed in. */
const LISTS = /^(Evidence|Who opened evidence|My work|0 · Start here):/;

/** Rows of one line that rows take whose sentences go on in the next lines. */
function linesOf({ query, columns = [] }: Asking, rows: readonly Row[]): number {
  const all = shownColumns(query, columns);
  const rest = BOARD_PIXELS - all.reduce((sum, { width }) => sum + (width ?? 0), 0);
  const sentences = all.filter(({ column }) => wraps(column));
  const high = (row: Row) => rowPixels(sentences.map(({ column, width }) => ({ text: String(row[column.name] ?? ''), width: width ?? rest })));
  return rows.reduce((sum, row) => sum + high(row) / 36, 0);
} // prettier-ignore

test.each(tables.filter(([title]) => !LISTS.test(title)))('%s is not half empty, and shows all of its sentences', async (_title, panel) => {
  const lines = linesOf(panel, await ask(panel.query));
  expect(rowsIn(panel.height) - lines).toBeLessThanOrEqual(MOST_EMPTY);
  if (panel.query.params['compare'] === 'phases') expect(rowsIn(panel.height)).toBeGreaterThanOrEqual(Math.floor(lines));
}); // prettier-ignore
