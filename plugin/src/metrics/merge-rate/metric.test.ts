import { compute } from './compute.ts';

const context = {
  params: { show: 'abandoned', bucket: 'none', groupBy: [], ci: true },
  settings: {},
  from: new Date('2026-03-02T00:00:00Z'),
  to: new Date('2026-03-09T00:00:00Z'),
  tz: 'UTC',
};
const row = (n: number, merged: number) => ({
  cell: '',
  opened_by: 'ai_agent',
  n,
  merged,
  n_dev: 6,
  one_person_share: 0.3,
});

test('shown is what was given up, with its own interval', () => {
  const [shown] = compute([row(40, 30)], context as never).rows;
  expect(shown).toMatchObject({ value: 0.25, abandoned_share: 0.25, status: 'ok' });
  expect(shown?.['lo']).toBeCloseTo(0.142, 3);
  expect(shown?.['hi']).toBeCloseTo(0.402, 3);
});

test('fewer than twenty changes are no share', () => {
  expect(compute([row(19, 19)], context as never).rows).toMatchObject([
    { value: null, lo: null, abandoned_share: null, n: 19, status: 'low_n' },
  ]);
});
