import { dateTime, getFieldDisplayName, toDataFrame, type DataQueryRequest } from '@grafana/data';
import { metrics } from '../../metrics/registry.generated.ts';
import { notCompared, shiftOf, whyNotCompared } from './time-compare.ts';
import type { ThroughlineQuery } from './types.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const DAY = 86_400_000;
const [from, to] = [dateTime('2026-08-01T00:00:00Z'), dateTime('2026-11-01T00:00:00Z')];
const request = (range: object, rangeRaw: object | undefined) =>
  ({ range, rangeRaw, timezone: 'utc' }) as unknown as DataQueryRequest<ThroughlineQuery>;
const earlier = (days: number) => ({
  from: dateTime(from.valueOf() - days * DAY),
  to: dateTime(to.valueOf() - days * DAY),
});
const asComparison = (days: number) => ({ ...earlier(days), raw: earlier(days) });

it('knows the range of the panel from an earlier one', () => {
  const raw = { from: from.toISOString(), to: to.toISOString() };
  expect(shiftOf(request({ from, to, raw: { from, to } }, raw))).toBe(0);
  expect(shiftOf(request({ from, to, raw: { from: 'now-90d', to: 'now' } }, { from: 'now-90d', to: 'now' }))).toBe(0);
  expect(shiftOf(request({ from, to, raw: { from: 'now-90d', to: 'now' } }, undefined))).toBe(0);
  expect(shiftOf(request(asComparison(7), raw))).toBe(7 * DAY);
  const week = { from: dateTime().subtract(97, 'days'), to: dateTime().subtract(7, 'days') };
  expect(shiftOf(request({ ...week, raw: week }, { from: 'now-90d', to: 'now' })) / DAY).toBeCloseTo(7, 0);
});

it.each([
  [
    'flow',
    {},
    1,
    /^Not compared: Flow is answered here by whole periods of 7 d, so a range 1 d earlier has the same ones/,
  ],
  ['flow', {}, 7, null],
  ['flow', { bucket: 'day' }, 1, null],
  ['flow', { bucket: 'month' }, 7, /whole periods of 28 d/],
  ['durability', {}, 1, /of 7 d/],
  ['dora-by-source', { bucket: 'quarter' }, 28, /of 90 d/],
  ['review-queue', {}, 1, null],
  ['collector-health', {}, 1, null],
  ['no-such', {}, 1, null],
])('%s with %j, %d days earlier', (...[queryType, params, days, why]) => {
  const query = { refId: 'A', queryType, params, version: 1 };
  const told = whyNotCompared(query, registry.get(queryType), days * DAY);
  expect(told).toEqual(why === null ? null : expect.stringMatching(why));
  expect(whyNotCompared(query, registry.get(queryType), 0)).toBeNull();
});

it('says it in the panel, where the comparison would be', () => {
  const frame = notCompared({ refId: 'B' }, 'Not compared: because.');
  expect(frame).toMatchObject({
    refId: 'B',
    length: 0,
    meta: { notices: [{ severity: 'info', text: 'Not compared: because.' }] },
  });
});

it('is told apart by Grafana: a series of ours that was compared is labelled so', () => {
  const series = toDataFrame({
    refId: 'A-compare',
    meta: { timeCompare: { diffMs: 1, isTimeShiftQuery: true } },
    fields: [{ name: 'value', values: [1], config: { displayNameFromDS: 'AI-heavy' } }],
  });
  expect(getFieldDisplayName(series.fields[0]!, series, [series])).toBe('AI-heavy (comparison)');
});
