// The ranges that Grafana opens with, hours for a panel and minutes for a rule: asked of the demo organisation as Grafana asks.
import { CoreApp, dateTime, FieldType, type DataFrame, type TimeRange } from '@grafana/data';
import { DEMO_NOW as now } from '../../../collector/testing/demo.ts';
import { askDemo, last, type Span } from '../backend/fixtures/ask-demo.ts';
import { answeredRange } from '../editor/answer/answer-facts.ts';
import { withLevels } from '../editor/answer/levels.ts';
import { forPanel } from '../editor/state/for-panel.ts';
import type { Format } from './define.ts';
import { metrics } from './registry.generated.ts';

const HOUR_MS = 3_600_000;
const ask = askDemo();

const query = (queryType: string, params: Record<string, unknown> = {}) => ({ refId: 'A', queryType, params, version: 1 }); // prettier-ignore
const offering = (format: Format) => metrics.filter(({ formats }) => formats.includes(format)).map((metric) => [metric.id, metric] as const); // prettier-ignore

/** Times of all points, as a time series panel draws them. */
async function timesOf(metric: (typeof metrics)[number], span: Span): Promise<number[]> {
  const [from, to] = [dateTime(span.from), dateTime(span.to)];
  const range = { from, to, raw: { from, to } };
  const frames = await ask(forPanel(query(metric.id), metric, { app: CoreApp.Explore, panelPluginId: 'timeseries', range }), span); // prettier-ignore
  for (const frame of frames.filter(({ length }) => length > 0)) expectRowsOf(frame, range);
  const drawn = withLevels({ data: frames }, 'timeseries', range).data as DataFrame[];
  const times = drawn.flatMap(({ fields }) => fields.filter(({ type }) => type === FieldType.time).flatMap(({ values }) => values as number[])); // prettier-ignore
  return [...new Set(times)].sort((one, other) => one - other);
}

/** Links to the rows behind the numbers open all of their time. */
function expectRowsOf(frame: DataFrame, asked: TimeRange): void {
  const { from, to } = answeredRange(frame, asked);
  const numbers = frame.fields.filter(({ type }) => type === FieldType.number);
  // A line to zoom to goes on without a value: behind that there are no rows.
  const isTold = (_: unknown, index: number): boolean => numbers.some(({ values }) => values[index] !== null);
  const times = frame.fields
    .filter(({ type }) => type === FieldType.time)
    .flatMap(({ values }) => (values as number[]).filter(isTold));
  expect(frame.meta?.custom).toHaveProperty('range');
  // A range that begins within a bucket has that bucket's start before it.
  const [, ...others] = [...new Set(times)].sort((one, other) => one - other);
  expect(others.filter((time) => time < from.valueOf() || time > to.valueOf())).toEqual([]);
}

/** Grafana's "Data outside time range": offered for two points or more of which none lies between first and last. */
const isOutside = (times: readonly number[], { from, to }: Span): boolean =>
  times.length < 2 || !(Number(times[0]) <= to && Number(times.at(-1)) >= from);

describe.each(offering('numeric'))('%s', (_id, metric) => {
  it.each([1, 7 * 24])('over %i hours: a line, or one that "Zoom to data" finds at once', async (hours) => {
    const span = last(hours);
    const times = await timesOf(metric, span);
    expect(times.length).toBeGreaterThanOrEqual(2);
    if (!isOutside(times, span)) return;
    const zoomed = { from: Number(times[0]), to: Number(times.at(-1)) };
    // Drawn for a year the newest closed weeks are in it, as far as they lie before the range.
    const isYear = zoomed.to - zoomed.from > 30 * 24 * HOUR_MS;
    const closed = Math.min(span.from, now.getTime() - 7 * 24 * HOUR_MS) - HOUR_MS;
    expect(zoomed.to).toBeGreaterThanOrEqual(isYear ? closed : zoomed.from);
    expect(isOutside(await timesOf(metric, zoomed), zoomed)).toBe(false);
  });

  it('six hours are answered as a year, as a line, a number and a table', async () => {
    const { from, to } = last(6);
    const ranges = async (params: Record<string, unknown>, span: Span) => {
      const [frame] = await ask(query(metric.id, params), span);
      const all = (frame?.meta?.custom as { range?: unknown } | undefined)?.range;
      return JSON.stringify(all);
    };
    const year = { from: to - 365 * 24 * HOUR_MS, to };
    const isOfMoment = ['review-queue', 'collector-health'].includes(metric.id);
    for (const params of [{ format: 'numeric' }, { format: 'table' }]) {
      const isSame = (await ranges(params, { from, to })) === (await ranges(params, year));
      expect(isSame).toBe(!isOfMoment);
    }
  });

  it('a rule of ten minutes answers what a panel at "Last 90 days" shows', async () => {
    const stored = query(metric.id, { format: 'numeric' });
    const numbers = (frames: readonly DataFrame[]) =>
      frames.flatMap(({ fields }) =>
        fields.flatMap(({ labels = {}, values, type }) =>
          type === FieldType.number && values[0] !== null && !Object.values(labels).includes('together') ? [[labels, values[0]]] : []
        )
      );
    const rule = numbers(await ask(stored, last(1 / 6), true));
    expect(rule).toEqual(numbers(await ask(stored, last(90 * 24))));
    expect(rule.length).toBeGreaterThan(0);
  }, 120_000);
}); // prettier-ignore
