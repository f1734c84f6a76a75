import { compute } from './compute.ts';

const context = {
  params: {},
  from: new Date(0),
  to: new Date(1),
  tz: 'UTC',
  settings: { k: 5 },
  random: () => () => 0,
};

test('a group with fewer than k people shows no number and no count', () => {
  const { rows, notices } = compute([{ team: 'web', value: 2, p50: 1, n: 9, n_dev: 4, status: 'ok' }], context);
  expect(rows).toEqual([{ team: 'web', value: null, p50: null, n: null, n_dev: null, status: 'suppressed_k' }]);
  expect(notices?.[0]?.text).toContain('1 of 1 groups are hidden');
});

test('two large groups are shown as they are', () => {
  const rows = [6, 8].map((people) => ({ team: String(people), value: 2, p50: 1, n: 9, n_dev: people, status: 'ok' }));
  expect(compute(rows, context)).toEqual({ rows, notices: [] });
});
