// What an XY chart draws of a curve of shares: its first field across, one line up, and the line of equal parts.
import { DEMO_NOW as now, timeline } from '../../../collector/testing/demo.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { buildFrames } from '../backend/frames/frames.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { computes } from './compute.generated.ts';
import type { Metric, ParamValues } from './define.ts';
import { columnsOf, defaultParams } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const demo = demoStore();

/** The modes of a metric in which it has such a curve. */
function curvesOf(metric: Metric): ParamValues[] {
  const { mode } = metric.params;
  const modes = mode?.kind === 'choice' ? mode.choices.map(({ value }) => ({ mode: value })) : [{}];
  const own: ParamValues = metric.id === 'cycle-time-by-usage' ? { tool: ['claude-code'], workflow: ['change'] } : {};
  return modes
    .map((params) => ({ ...defaultParams(metric), ...own, ...params, curve: true }))
    .filter((params) => columnsOf(metric, params).some(({ even }) => even !== undefined));
}

const curves = metrics.flatMap((metric) => curvesOf(metric).map((params) => [metric.id, metric, params] as const));

test('both metrics of concentration have one', () => {
  expect(curves.map(([id]) => id)).toEqual(['cycle-time-by-usage', 'review-burden']);
});

test.each(curves)('%s: one line from nothing to all, above that of equal parts', async (_id, metric, params) => {
  const info = await new StoreInfoCache(demo.store, migrations).read(new AbortController().signal);
  const range = { from: timeline(now).start, to: now };
  const { rows } = await askMetric({ catalog, store: demo.store, info }, { metric: metric.id, params, ...range });
  const frames = buildFrames({ metric, params, format: 'timeseries', refId: 'A', rows, totalRows: rows.length, notices: [], isAlert: false, sql: '' }); // prettier-ignore
  expect(frames).toHaveLength(1);
  const [across, up, even, ...others] = frames[0]?.fields ?? [];
  expect(others).toEqual([]);
  expect([across?.name, up?.name, even?.name]).toEqual(['people_share', 'value', 'even']);
  expect(up?.config.custom?.['axisLabel']).not.toBe(across?.config.custom?.['axisLabel']);
  const [places, shares] = [across, up].map((field) => (field?.values ?? []) as number[]);
  expect(places?.length).toBeGreaterThan(2);
  expect([places?.at(0), shares?.at(0), places?.at(-1), shares?.at(-1)]).toEqual([0, 0, 1, 1]);
  const isOver = places?.slice(1, -1).every((place, at) => (shares?.[at + 1] ?? 0) > place);
  expect(isOver).toBe(true);
  expect(shares).toEqual(shares?.toSorted((one, two) => one - two));
  expect(up?.config.displayNameFromDS).toMatch(/known at [1-9]\d* points?$/);
});
