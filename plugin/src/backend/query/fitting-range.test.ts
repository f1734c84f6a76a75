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

test('a number and a table are of the range asked for, however short it is', () => {
  expect(daysOf({ format: 'numeric' }, { from: '2026-11-27T11:00:00Z' })).toBe('as asked');
  expect(daysOf({}, { from: '2026-11-27T11:00:00Z' })).toBe('as asked');
});
