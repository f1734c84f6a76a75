// A line has a point where its bucket is over, and inside the range: half a month beside whole ones would read as a fall.
import { DEMO_NOW as now } from '../../../collector/testing/demo.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { questionsOf } from '../backend/fixtures/questions-of.ts';
import { buildFrames } from '../backend/frames/frames.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { nextBucket, type Bucket, type Range } from '../statistics/buckets.ts';
import { computes } from './compute.generated.ts';
import type { Metric, ParamValues } from './define.ts';
import { columnsOf, defaultParams, isParamShown } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const demo = demoStore();
const { signal } = new AbortController();

/** Neither end is that of a week or a month; one is the morning of a month's first day. */
const RANGES: readonly Range[] = [now, new Date('2026-11-01T03:00:00Z')].map((to) => ({ from: new Date('2026-03-18T07:00:00Z'), to })); // prettier-ignore
const BUCKETS: readonly Bucket[] = ['day', 'week', 'month', 'quarter'];

/** Params of each line that a metric can draw: every question, every bucket. */
function linesOf(metric: Metric): Array<ParamValues & { readonly bucket: Bucket }> {
  const { bucket: param } = metric.params;
  return questionsOf(metric)
    .flatMap((asked) => BUCKETS.map((bucket) => ({ ...defaultParams(metric), ...asked, bucket })))
    .filter((params) => param !== undefined && isParamShown(param, params))
    .filter((params) => columnsOf(metric, params).some(({ role }) => role === 'time'));
}

/** Tells how things stand, as of the end of the last closed week of a bucket. */
const AT_INSTANTS: readonly string[] = ['adoption'];
const drawn = metrics.filter(({ formats, ofAsker, id }) => formats.includes('timeseries') && ofAsker !== true && !AT_INSTANTS.includes(id)); // prettier-ignore
const lines = drawn
  .map((metric) => [metric.id, metric, linesOf(metric)] as const)
  .filter(([, , all]) => all.length > 0);

test.each(lines)('%s draws no bucket that is not over', async (_id, metric, all) => {
  const info = await new StoreInfoCache(demo.store, migrations).read(signal);
  const { rows: [clock] } = await demo.database.pool.query<{ complete_until: Date }>('select complete_until from data_clock');
  let points = 0;
  for (const params of all) {
    for (const range of RANGES) {
      const { rows } = await askMetric({ catalog, store: demo.store, info }, { metric: metric.id, params, ...range, tz: 'UTC' });
      const until = Math.min(range.to.getTime(), clock?.complete_until.getTime() ?? 0);
      const frames = buildFrames({ metric, params, format: 'timeseries', refId: 'A', rows, totalRows: rows.length, notices: [], isAlert: false, sql: '' });
      for (const { fields: [time, value] } of frames) {
        const shown = (time?.values ?? []).filter((_, index) => typeof value?.values[index] === 'number') as number[];
        points += shown.length;
        const cut = shown.filter((at) => at < range.from.getTime() || nextBucket(new Date(at), params.bucket, 'UTC').getTime() > until);
        expect({ params, cut: cut.map((at) => new Date(at)) }).toEqual({ params, cut: [] });
      }
    }
  }
  expect(points).toBeGreaterThan(0);
}, 120_000); // prettier-ignore
