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

/** [changes, sum] by person. */
function row(people: ReadonlyArray<readonly [number, number]>, rest: Row = {}): Row {
  const units = Buffer.alloc(8 * people.length);
  people.flat().forEach((value, index) => units.writeInt32BE(value, 4 * index));
  const [n, top] = [0, 1].map((place) => people.reduce((sum, own) => sum + (own[place] ?? 0), 0)) as [number, number];
  return { cell: '', n, top, units: units.toString('base64'), n_dev: people.length, one_person_share: 0.3, known_share: 1, look_minutes: 60, complete_until: Date.parse('2026-06-01') / 1000, ...rest };
} // prettier-ignore
const only = (one: Row, params: ParamValues = {}): Row => compute([one], context(params)).rows[0] as Row;

const EVEN = Array.from({ length: 8 }, () => [10, 2] as const);

test('people who are alike and people who are not share a rate, and not an interval', () => {
  const even = only(row(EVEN));
  const uneven = only(row(EVEN.map((_, index) => [10, index < 4 ? 4 : 0])));
  expect([even['value'], uneven['value']]).toEqual([0.2, 0.2]);
  const width = ({ lo, hi }: Row): number => Number(hi) - Number(lo);
  expect(width(uneven)).toBeGreaterThan(width(even) + 0.1);
});

test('a share of few changes is none, nor is one that might be anything', () => {
  expect(only(row([[19, 2]]))).toMatchObject({ value: null, lo: null, n: 19, status: 'low_n' });
  expect(only(row([[8, 8], [8, 0], [8, 8], [8, 0], [8, 4]]))).toMatchObject({ value: null, lo: null, n: 40, status: 'too_wide' }); // prettier-ignore
});

test('what is looked at less often than hourly, or was looked at once, is a poll; other numbers have no looks', () => {
  const basis = (look_minutes: number | null): unknown => only(row(EVEN, { look_minutes }))['basis'];
  expect([basis(15), basis(60), basis(61), basis(null)]).toEqual(['hourly', 'hourly', 'poll', 'poll']);
  expect(only(row(EVEN), { metric: 'ejections' })).not.toHaveProperty('basis');
});

test('each number is in its unit', () => {
  const seconds = row(EVEN.map(() => [10, 3600]));
  expect(only(seconds, { metric: 'conflict_hours' })['value']).toBe(0.1);
  expect(only(seconds, { metric: 'rebase_minutes' })['value']).toBe(6);
  expect(only(row(EVEN), { metric: 'ejections' })['value']).toBe(20);
});
