import { mulberry32 } from '../../statistics/prng.ts';
import type { ComputeContext, ParamValues, Row } from '../define.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const context = (params: ParamValues): ComputeContext => ({
  params: { ...defaultParams(metric), ...params },
  from: new Date('2026-03-02T00:00:00Z'),
  to: new Date('2026-03-30T00:00:00Z'),
  tz: 'UTC',
  settings: {},
  random: () => mulberry32(1),
});
const until = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
const row = (rest: Row): Row => ({ cell: '', n: 40, n_dev: 6, one_person_share: 0.3, complete_until: until('2026-06-01'), ...rest }); // prettier-ignore
const only = (rows: readonly Row[], params: ParamValues) => compute([...rows], context(params)).rows;

test('changes per week are of the weeks of which data is complete, in a chart of those of its bucket', () => {
  expect(only([row({})], {})).toMatchObject([{ value: 10, per_developer: null, status: 'ok' }]);
  expect(only([row({ complete_until: until('2026-03-16') })], {})).toMatchObject([{ value: 20 }]);
  const cell = (day: string) => ({ cell: String(until(day)), complete_until: until('2026-03-19') });
  const weeks = only([row(cell('2026-03-16')), row(cell('2026-03-09'))], { bucket: 'week' });
  expect(weeks).toMatchObject([{ value: 40, status: 'ok' }, { value: expect.closeTo((40 * 7) / 3, 9), status: 'partial' }]); // prettier-ignore
});

test('a week with a change of clocks is one week, and weeks before the first known change are none', () => {
  const berlin = { ...context({}), to: new Date('2026-03-29T22:00:00Z'), from: new Date('2026-03-01T23:00:00Z'), tz: 'Europe/Berlin' }; // prettier-ignore
  expect(compute([row({})], berlin).rows).toMatchObject([{ value: 10 }]);
  const known = Date.parse('2026-03-18T12:00:00Z') / 1000;
  expect(only([row({ known_from: known })], {})).toMatchObject([{ value: 20 }]);
});

test('what the store does not know is named, and no zero', () => {
  const parts = { hits: 36, reverted: 2, rewritten: 0, failed: 0, reopened: 0 };
  const [git] = only([row({ ...parts, knows_lines: true, knows_incidents: false, knows_issues: false })], {
    metric: 'reliability',
  });
  expect(git).toMatchObject({ value: 0.9, reverted_share: 0.05, rewritten_share: 0, incident_share: null, reopened_share: null }); // prettier-ignore
  expect(git?.['known']).toBe('reverts, rewrites; not known: incidents, reopened issues');
});

test('a share of few changes is none', () => {
  expect(only([row({ n: 19, hits: 19, retries: 3 })], { metric: 'gates' })).toMatchObject([{ value: null, lo: null, retries: null, n: 19, status: 'low_n' }]); // prettier-ignore
  const sizes = { n: 19, hits: 3, lines: '' };
  expect(only([row(sizes)], { metric: 'size' })).toMatchObject([{ xl_share: null, n: 19, status: 'ok' }]);
  expect(only([row(sizes)], { metric: 'size', show: 'xl_share' })).toMatchObject([{ value: null, status: 'low_n' }]);
});
