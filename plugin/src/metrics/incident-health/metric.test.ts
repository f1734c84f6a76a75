import { mulberry32 } from '../../statistics/prng.ts';
import type { ParamValues } from '../define.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const at = (text: string): Date => new Date(text);
const context = (params: ParamValues, settings: Record<string, unknown> = {}) => ({
  params: { ...defaultParams(metric), ...params },
  from: at('2026-03-02T00:00:00Z'),
  to: at('2026-03-30T00:00:00Z'),
  tz: 'UTC',
  settings,
  random: () => mulberry32(1),
});

function pack(...minutes: number[]): string {
  const bytes = Buffer.alloc(8 * minutes.length);
  minutes.forEach((one, place) => bytes.writeDoubleBE(one, 8 * place));
  return bytes.toString('base64');
}

test('golden G-32: an open incident is under way, neither left out nor over', () => {
  const row = { cell: '', n: 5, bad_order_n: 0, over: pack(30, 45, 60, 240), open: pack(120), complete_until: 0 };
  const asked = (least: number) => compute([row], context({ metric: 'restore' }, { min_n: { median: least } })).rows;
  expect(asked(5)).toMatchObject([{ value: 60, closed_p50: 52.5, closed_mean: 93.75, open_n: 1, status: 'ok' }]);
  expect(asked(6)).toMatchObject([{ value: null, closed_mean: null, open_n: 1, status: 'low_n' }]);
  const middle = { ...row, n: 6, over: pack(30, 45, 60, 100), open: pack(240, 240) };
  expect(compute([middle], context({ metric: 'restore' }, { min_n: { median: 5 } })).rows).toMatchObject([{ value: 80 }]); // prettier-ignore
  const half = { ...row, over: pack(30, 45), open: pack(120, 120, 120) };
  expect(compute([half], context({ metric: 'restore' }, { min_n: { median: 5 } })).rows).toMatchObject([{ value: null, closed_p50: 37.5 }]); // prettier-ignore
});

test('a week without an incident is 0 since the first known one, and not before it', () => {
  const seconds = (text: string): number => at(text).getTime() / 1000;
  const row = {
    cell: String(seconds('2026-03-16T00:00:00Z')),
    n: 3,
    deployments: 0,
    security_n: 0,
    weight: null,
    no_severity_n: 3,
    complete_until: seconds('2026-03-26T00:00:00Z'),
    known_from: seconds('2026-03-10T12:00:00Z'),
  };
  const { rows } = compute([row], context({ bucket: 'week' }));
  expect(rows.map(({ time, value, weighted, per_100_deployments: per }) => [time, value, weighted, per])).toEqual([
    [at('2026-03-09T00:00:00Z'), 0, 0, null],
    [at('2026-03-16T00:00:00Z'), 3, null, null],
    [at('2026-03-23T00:00:00Z'), 0, 0, null],
  ]);
  expect(rows.map(({ status }) => status)).toEqual(['ok', 'ok', 'partial']);
  expect(compute([], context({ bucket: 'week' })).rows).toEqual([]);
});
