import { mulberry32 } from '../../statistics/prng.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const context = (settings: Record<string, unknown>) => ({
  params: { ...defaultParams(metric), metric: 'flakes' },
  from: new Date('2026-03-01T00:00:00Z'),
  to: new Date('2026-04-01T00:00:00Z'),
  tz: 'UTC',
  settings,
  random: () => mulberry32(1),
});
/** Golden G-30: of A F,P · B P · C F · D P,P · E F,F,P two are flaky, and 3 of 4 failed attempts passed later. */
const golden = { cell: '', n: 5, hits: 2, failed: 4, failed_flaky: 3, complete_until: 0 };

test('two of five jobs are flaky, three of four failures are chance; of so few it is said only where the organisation wants it', () => {
  expect(compute([golden], context({ min_n: { proportion: 4 } })).rows).toMatchObject([{ value: 0.4, flaky_failure_share: 0.75, n: 5, status: 'ok' }]); // prettier-ignore
  expect(compute([golden], context({})).rows).toMatchObject([{ value: null, lo: null, flaky_failure_share: null, n: 5, status: 'low_n' }]); // prettier-ignore
});

test('where nothing failed no failure is chance', () => {
  const rows = compute([{ ...golden, n: 30, hits: 0, failed: 0, failed_flaky: 0 }], context({})).rows;
  expect(rows).toMatchObject([{ value: 0, flaky_failure_share: null, status: 'ok' }]);
});
