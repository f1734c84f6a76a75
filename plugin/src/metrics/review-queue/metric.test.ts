import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import { metric } from './metric.ts';

const asked = { params: { groupBy: ['team'] }, k: 5, tz: 'UTC' };
const row = (team: string, people: number) => ({
  team,
  value: 2,
  p50: 1,
  n: 9,
  n_dev: people,
  one_person_share: 0.4,
  status: 'ok',
});

test('a group with fewer than k people shows no number and no count', () => {
  const hidden = { team: 'web', value: null, p50: null, n: null, n_dev: null, status: 'suppressed_k' };
  expect(hideSmallGroups(metric, [row('web', 4)], asked)).toEqual([hidden]);
});

test('two large groups are shown as they are', () => {
  const shown = hideSmallGroups(metric, [row('web', 6), row('app', 8)], asked);
  expect(shown).toMatchObject([
    { team: 'web', n_dev: 6, value: 2, status: 'ok' },
    { team: 'app', n_dev: 8, value: 2, status: 'ok' },
  ]);
  expect(shown[0]).not.toHaveProperty('one_person_share');
});
