// The parts of the edge rules that no store is needed for: which year is judged, and how long the store's beginning is.
import { filteredMetric } from '../../fixtures/gate-metrics.ts';
import { wayIn } from './begin.ts';
import { slowQuery } from './find-slow.ts';

const instantsOf = (now: string): unknown[] =>
  slowQuery({ metric: filteredMetric, params: { groupBy: [] }, unit: 'merged', tz: 'UTC', k: 5, now: new Date(now) })
    .sql.values.filter((value) => typeof value === 'string' && value.endsWith('Z'))
    .sort();

it('who is slow is judged by the 52 closed weeks before today, the same ones all week', () => {
  expect(instantsOf('2026-11-25T12:00:00Z')).toEqual(['2025-11-24T00:00:00.000Z', '2026-11-23T00:00:00.000Z']);
  expect(instantsOf('2026-11-29T23:59:00Z')).toEqual(instantsOf('2026-11-23T00:00:00Z'));
  expect(instantsOf('2026-11-30T00:00:00Z')).not.toEqual(instantsOf('2026-11-29T23:59:00Z'));
});

it('the beginning of a store is its first 91 days, wherever summer time begins, or until enough people have come', () => {
  const first = new Date('2026-01-15T08:30:00Z');
  const quarter = { from: first, to: new Date('2026-04-16T08:30:00Z') };
  expect(wayIn(first, null)).toEqual(quarter);
  expect(wayIn(first, new Date('2026-02-01T00:00:00Z'))).toEqual(quarter);
  expect(wayIn(first, new Date('2026-09-01T00:00:00Z')).to).toEqual(new Date('2026-09-01T00:00:00.001Z'));
});
