import { compute } from './compute.ts';

const context = {
  params: { bucket: 'none', groupBy: [] },
  settings: {},
  from: new Date('2026-01-01T00:00:00Z'),
  to: new Date('2026-04-01T00:00:00Z'),
  tz: 'UTC',
};
const row = (n: number, features: number, unknown: number) => ({ cell: '', n, features, unknown, n_dev: 6, n_dev_features: 5 }); // prettier-ignore

test('where nothing says what issues are, how many features there were is not known; where something does, it may be none', () => {
  const { rows } = compute([row(8, 0, 8), row(8, 0, 3), row(8, 6, 2)], context as never);
  expect(rows).toMatchObject([
    { value: null, others: 0, unknown: 8, unknown_share: 1, status: 'undefined' },
    { value: 0, others: 5, unknown: 3, n_dev_features: null, status: 'ok' },
    { value: 6, others: 0, unknown: 2, n_dev_features: 5, status: 'ok' },
  ]);
});
