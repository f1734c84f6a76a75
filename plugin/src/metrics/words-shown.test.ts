// Texts that a table of the demo organisation shows, of every metric and each of its examples: words, never the ids by which code knows them.
import { DEMO_NOW as now, timeline } from '../../../collector/testing/demo.ts';
import { buildFrames } from '../backend/frames/frames.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { questionsOf } from '../backend/fixtures/questions-of.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { computes } from './compute.generated.ts';
import type { Metric, ParamValues } from './define.ts';
import { columnsOf, parseQuery } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const demo = demoStore();
const { signal } = new AbortController();
const range = { from: timeline(now).start, to: now };

/** Each question of a metric as it opens, by who wrote the code where that can be asked, and its examples. */
function asked(metric: Metric): ParamValues[] {
  const all = questionsOf(metric);
  const { groupBy } = metric.params;
  const isGrouped = groupBy?.kind === 'groupBy' && groupBy.allowed.includes('code_source');
  const grouped = isGrouped ? all.map((params) => ({ ...params, groupBy: ['code_source'] })) : [];
  return [...all, ...grouped, ...metric.examples.map(({ params }) => params)];
}

/** What an organisation calls its own: shown as it is. */
const NAMES: readonly string[] = ['team', 'repo', 'service', 'tool', 'feature'];

const isId = (text: string): boolean => /(^|[\s,:])[a-z][a-z0-9]*(_[a-z0-9]+)+($|[\s,:.])/.test(text);

test.each(metrics.filter(({ ofAsker }) => ofAsker !== true).map((metric) => [metric.id, metric] as const))('%s tells in words', async (_id, metric) => {
  const info = await new StoreInfoCache(demo.store, migrations).read(signal);
  const told = new Set<string>();
  for (const params of asked(metric)) {
    const { rows } = await askMetric({ catalog, store: demo.store, info }, { metric: metric.id, params, ...range });
    const parsed = parseQuery({ queryType: metric.id, params, version: 1 }, registry);
    const [frame] = buildFrames({ metric, params: parsed.params, format: 'table', refId: 'A', rows, totalRows: rows.length, notices: [], isAlert: false, sql: '' });
    const columns = new Map(columnsOf(metric, parsed.params).map((column) => [column.name, column]));
    for (const { name, type, values, config } of frame?.fields ?? []) {
      const column = columns.get(name);
      if (type !== 'string' || column === undefined || column.role === 'link' || column.isForeign === true || NAMES.includes(name)) continue;
      const words = new Map((config.mappings ?? []).flatMap((mapping) => (mapping.type === 'value' ? Object.entries(mapping.options) : [])));
      for (const value of new Set(values)) {
        const shown = typeof value === 'string' ? (words.get(value)?.text ?? value) : '';
        if (isId(shown)) told.add(`${name}: ${shown}`);
      }
    }
  }
  expect([...told]).toEqual([]);
}, 120_000); // prettier-ignore
