import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import { metric } from './metric.ts';

const asked = (mode: string) => ({ params: { mode, groupBy: ['team'] }, k: 5 });

test('a group of changes with fewer than k people behind it is hidden', () => {
  const row = { team: 'web', value: 0.5, confidence: 0.7, n: 8, n_dev: 3, one_person_share: 0.4, status: 'ok' };
  expect(hideSmallGroups(metric, [row], asked('unknown_share'))).toEqual([
    { team: 'web', value: null, confidence: null, n: null, status: 'suppressed_k' },
  ]);
});

test('telemetry of a tool is not about a group of people and stays, only how few use it is hidden', () => {
  const row = { tool: 'copilot', value: 24, people: 4, status: 'ok' };
  expect(hideSmallGroups(metric, [row], asked('tools'))).toEqual([{ ...row, people: null }]);
  expect(hideSmallGroups(metric, [{ ...row, people: 5 }], asked('tools'))).toEqual([{ ...row, people: 5 }]);
});
