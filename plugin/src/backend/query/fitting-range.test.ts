import { metrics } from '../../metrics/registry.generated.ts';
import { fittingRange } from './fitting-range.ts';
import type { EngineParts } from './run-metric.ts';

const at = (text: string) => new Date(text);
const now = at('2026-11-27T12:00:00Z');
const catalog = { metrics: new Map(metrics.map((metric) => [metric.id, metric])) };
const parts = { catalog, info: { settings: { default_tz: 'Europe/Berlin' } }, store: { settings: {} } } as unknown as EngineParts; // prettier-ignore
const daysOf = (params: Record<string, unknown>, span: { from: string; to?: string }, isAlert = false) => {
  const stored = { queryType: 'flow', params, version: 1 };
  const asked = { stored, from: at(span.from), to: span.to === undefined ? now : at(span.to), isAlert };
  const { range, notice } = fittingRange(parts, asked, now);
  expect(range.to).toEqual(asked.to);
  expect(notice === null).toBe(range.from.getTime() === asked.from.getTime());
  return notice === null ? 'as asked' : (range.to.getTime() - range.from.getTime()) / 86_400_000;
};

test('a rule of less than a day looks at 90 days; any other keeps its range', () => {
  const rule = (from: string) => daysOf({ format: 'numeric' }, { from }, true);
  expect(rule('2026-11-27T11:50:00Z')).toBe(90);
  expect(rule('2026-11-26T12:00:01Z')).toBe(90);
  expect(rule('2026-11-26T12:00:00Z')).toBe('as asked');
});

test('a line needs two points: else it is drawn for a year', () => {
  const line = (bucket: string, from: string, to?: string) =>
    daysOf({ format: 'timeseries', bucket }, { from, ...(to === undefined ? {} : { to }) });
  expect(line('month', '2026-11-27T06:00:00Z')).toBe(365);
  expect(line('week', '2026-11-20T12:00:00Z')).toBe(365);
  expect(line('week', '2026-11-13T12:00:00Z')).toBe('as asked');
  // One closed week by day, and what Grafana zooms to in it.
  expect(line('day', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z')).toBe('as asked');
  expect(line('day', '2026-11-15T23:00:00Z', '2026-11-19T23:00:00Z')).toBe('as asked');
});

test('one rule: what is shorter than a week is answered for a year, as a number, a table and a line', () => {
  const asked = (params: Record<string, unknown>, from: string) => daysOf(params, { from });
  const formats = [{ format: 'numeric' }, {}, { format: 'timeseries', bucket: 'week' }];
  for (const from of ['2026-11-27T11:00:00Z', '2026-11-27T06:00:00Z', '2026-11-21T12:00:00Z']) {
    expect(formats.map((params) => asked(params, from))).toEqual([365, 365, 365]);
  }
  // Last 7 days, also where clocks go forward, and a few hours of a line by day.
  expect(formats.slice(0, 2).map((params) => asked(params, '2026-11-20T13:00:00Z'))).toEqual(['as asked', 'as asked']);
  expect(asked({ format: 'timeseries', bucket: 'day' }, '2026-11-27T06:00:00Z')).toBe(365);
});

test('what is listed, and how things stand, is of the range asked for, however short it is', () => {
  const from = at('2026-11-27T06:00:00Z');
  for (const queryType of ['evidence', 'delivery-events', 'evidence-log', 'review-queue', 'collector-health']) {
    const stored = { queryType, params: {}, version: 1 };
    expect(fittingRange(parts, { stored, from, to: now, isAlert: false }, now).notice).toBeNull();
  }
});

test('a line is zoomed to with its newest weeks, up to the end of the last closed one or right before the range', () => {
  const zoomTo = (bucket: string, from: string) => {
    const stored = { queryType: 'flow', params: { format: 'timeseries', bucket }, version: 1 };
    return fittingRange(parts, { stored, from: at(from), to: now, isAlert: false }, now).zoomTo?.toISOString();
  };
  expect(zoomTo('month', '2026-11-27T06:00:00Z')).toBe('2026-11-22T23:00:00.000Z');
  expect(zoomTo('month', '2026-11-20T12:34:00Z')).toBe('2026-11-20T11:59:59.999Z');
  expect(zoomTo('week', '2026-08-20T12:34:00Z')).toBeUndefined();
});
