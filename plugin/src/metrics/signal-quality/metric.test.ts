import { compute } from './compute.ts';

const context = (mode: string) => ({
  params: { mode },
  from: new Date(0),
  to: new Date(1),
  tz: 'UTC',
  settings: { k: 5 },
  random: () => () => 0,
});

test('a group of changes with fewer than k people behind it is hidden', () => {
  const { rows } = compute(
    [{ team: 'web', value: 0.5, confidence: 0.7, n: 8, n_dev: 3, status: 'ok' }],
    context('unknown_share')
  );
  expect(rows).toEqual([{ team: 'web', value: null, confidence: null, n: null, status: 'suppressed_k' }]);
});

test('telemetry of a tool is not about a group of people and stays', () => {
  const row = { tool: 'copilot', value: 24, status: 'ok' };
  expect(compute([row], context('tools'))).toEqual({ rows: [row] });
});
