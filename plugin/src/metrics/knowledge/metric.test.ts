import { compute } from './compute.ts';

const context = { params: { groupBy: ['repo'] }, settings: {} };
const row = (n: number, few: number, nobody: number) => ({
  repo: 'acme/shop',
  service: null,
  n,
  few,
  nobody,
  n_dev: 6,
  one_person_share: 0.3,
});

test('of live lines those known to fewer than two, and those known to nobody', () => {
  expect(compute([row(400, 100, 40)], context as never).rows).toEqual([
    { repo: 'acme/shop', value: 0.25, orphan_share: 0.1, n: 400, n_dev: 6, one_person_share: 0.3, status: 'ok' },
  ]);
});

test('fewer than a hundred lines are no share', () => {
  expect(compute([row(99, 99, 0)], context as never).rows).toMatchObject([
    { value: null, orphan_share: null, status: 'low_n' },
  ]);
});
