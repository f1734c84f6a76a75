import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import { wilson } from '../../statistics/intervals/proportion.ts';
import { seededRandom } from '../../statistics/prng.ts';
import type { ParamValues, Row } from '../define.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';
import { boundOf, sideOf } from './sides.ts';

const RANGE = { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-03-16T00:00:00Z'), tz: 'UTC' };

function computed(rows: Row[], params: ParamValues = {}): Row[] {
  const all = { ...defaultParams(metric), ...params } as ParamValues;
  return compute(rows, { ...RANGE, params: all, settings: { k: 5 }, random: seededRandom }).rows;
}

const shown = (rows: Row[], params: ParamValues = {}): Row[] => {
  const all = { ...defaultParams(metric), ...params } as ParamValues;
  return hideSmallGroups(metric, computed(rows, params), { params: all, k: 5, tz: 'UTC' });
};

/** A row as the query gives it. */
const cell = (so: number, n: number, rest: Row = {}): Row => ({
  time: null, back: 0, team: null, seniority: null, workflow: null, tool: 'all', basis: 'event', people: n, n, so, whole_n: n, whole_so: so, ...rest,
}); // prettier-ignore

test('G-33: 40 of 46 engineers are active, 205 of 500 commits have marks: shares with Wilson intervals', () => {
  const [row] = computed([cell(40, 46)]);
  expect(row?.['value']).toBeCloseTo(0.869565217, 9);
  expect([row?.['lo'], row?.['hi']]).toEqual([wilson({ count: 40, total: 46 })?.lo, wilson({ count: 40, total: 46 })?.hi]);
  expect(computed([cell(205, 500)])[0]?.['value']).toBeCloseTo(0.41, 9);
}); // prettier-ignore

test('of each group the tools of which something is known come first, in their order', () => {
  const none = { people: 46, whole_n: 0, whole_so: 0 };
  const team = (name: string) => [cell(0, 0, { ...none, team: name, tool: 'aider' }), cell(30, 46, { team: name, tool: 'copilot' }), cell(20, 46, { team: name, tool: 'cursor' })]; // prettier-ignore
  expect(computed([...team('a'), ...team('b')]).map(({ team: of, tool }) => [of, tool])).toEqual(
    ['a', 'b'].flatMap((of) => ['copilot', 'cursor', 'aider'].map((tool) => [of, tool]))
  );
});

test('G-50: 14 people, seven of high, five of low and two of no use: no and low use are hidden; four more and three more are both hidden already', () => {
  const bands = (...counts: ReadonlyArray<readonly [string, number]>) =>
    shown(
      counts.map(([bucket, n]) => ({ tool: 'x', bucket, n, of_n: counts.reduce((sum, [, own]) => sum + own, 0), active_days: 1 })),
      { mode: 'intensity' }
    ).map(({ bucket, n }) => [bucket, n]);
  expect(bands(['high', 7], ['low', 5], ['zero', 2])).toEqual([['high', 7], ['low', null], ['zero', null]]);
  expect(bands(['high', 6], ['low', 4], ['zero', 2])).toEqual([['high', 6], ['low', null], ['zero', null]]);
}); // prettier-ignore

test('whose use is unknown is in no share: not active, not idle, told beside it', () => {
  const [row] = computed([cell(10, 20, { people: 40 })]);
  expect(row).toMatchObject({ value: 0.5, n: 20, unknown: 20, unknown_share: 0.5 });
  expect(computed([cell(0, 0, { people: 40 })])[0]).toMatchObject({
    value: null,
    n: null,
    unknown: null,
    status: 'no_telemetry',
  });
});

test('marks in git alone tell the least: no high end, no change, and no mark is no zero', () => {
  const marks = (so: number, mode = 'active'): Row | undefined =>
    computed([cell(so, 30, { basis: 'declared' }), cell(14, 30, { basis: 'declared', back: 1 })], { mode, compare: 'four_weeks' })[0];
  const least = { value: 0.5, hi: null, before: null, delta: null, verdict: 'insufficient_data', bound: 'the least: only marks in git tell', status: 'ok' };
  expect([marks(15), marks(15, 'retention')]).toMatchObject([least, { ...least, verdict: null }]);
  expect(marks(15)?.['lo']).toBeCloseTo(0.3315, 3);
  expect(marks(0)).toMatchObject({ value: null, lo: null, hi: null, n: null, bound: 'only marks in git', status: 'no_telemetry' });
  expect(computed([cell(0, 30)])[0]).toMatchObject({ value: 0, status: 'ok' });
}); // prettier-ignore

test('a share is judged by its smaller side, and what is told instead holds', () => {
  expect(shown([cell(43, 46)])[0]).toMatchObject({ value: null, n: null, bound: 'at least 80 %', status: 'suppressed_k' });
  expect(shown([cell(3, 46)])[0]).toMatchObject({ value: null, bound: 'at most 20 %' });
  expect(shown([cell(46, 46)])[0]).toMatchObject({ value: 1, bound: null });
  expect(shown([cell(0, 46)])[0]).toMatchObject({ value: 0, bound: null });
  for (let n = 6; n < 60; n += 1) {
    for (let so = 0; so <= n; so += 1) {
      const bound = boundOf(cell(so, n), 5);
      const told = Number(/\d+/.exec(bound ?? '')?.[0] ?? Number.NaN) / 100;
      if (bound?.startsWith('at least')) expect(so / n).toBeGreaterThanOrEqual(told);
      if (bound?.startsWith('at most')) expect(so / n).toBeLessThanOrEqual(told);
      // Numbers of 1 to 4 on the other side give the same words: which of them it is follows from none.
      if (bound !== null) expect([1, 2, 3, 4].map((few) => boundOf(cell(so > n / 2 ? n - few : few, n), 5))).toEqual(Array(4).fill(bound));
    }
  }
}); // prettier-ignore

test('a tool is hidden where the row of all tools would tell of few who use another one, or of whom only another one tells', () => {
  expect(sideOf(cell(20, 40, { tool: 'x', whole_so: 22, whole_n: 40 }))).toBe(2);
  expect(sideOf(cell(20, 40, { tool: 'x', whole_so: 20, whole_n: 43 }))).toBe(3);
  expect(sideOf(cell(20, 40, { tool: 'x', whole_so: 30, whole_n: 60 }))).toBe(10);
  // Seats: people with an idle one of another tool.
  expect(sideOf({ so: 8, n: 20, so_people: 8, other_people: 12, rest_so_people: 3, rest_other_people: 9 })).toBe(3);
});

test('a verdict rests on the interval of the change, and there is none where the use of many is unknown', () => {
  const pair = (so: number, before: number, people = 200) =>
    computed([cell(so, 200, { people }), cell(before, 200, { back: 4 })], { compare: 'four_weeks' })[0];
  expect(pair(150, 100)).toMatchObject({ before: 0.5, delta: 0.25, verdict: 'improved' });
  expect(pair(100, 150)).toMatchObject({ verdict: 'regressed' });
  expect(pair(102, 100)).toMatchObject({ verdict: 'no_clear_change' });
  expect(pair(150, 100, 400)).toMatchObject({ verdict: 'insufficient_data' });
  const idle = computed([cell(150, 200), cell(100, 200, { back: 4 })], { mode: 'idle_seats', compare: 'four_weeks' });
  expect(idle[0]).toMatchObject({ verdict: 'regressed' });
  expect(computed([cell(150, 200), cell(100, 200, { back: 4 })], { mode: 'licensed', compare: 'four_weeks' })[0]).toMatchObject({ delta: 0.25, verdict: null });
}); // prettier-ignore

test('a share of four weeks before of few people is hidden beside a shown one', () => {
  const [row] = shown([cell(20, 46), cell(43, 46, { back: 4 })], { compare: 'four_weeks' });
  expect(row).toMatchObject({ value: 20 / 46, before: null, delta: null, verdict: null, status: 'ok' });
});

test('blockers have no share until a survey asks, and the panel says so', () => {
  const params = { ...defaultParams(metric), mode: 'blockers' } as ParamValues;
  const rows = [{ tool: 'x', reason: 'not asked', n: 6, team: null, seniority: null }];
  const { notices = [], rows: [row] } = compute(rows, { ...RANGE, params, settings: { k: 5 }, random: seededRandom });
  expect(row).toMatchObject({ reason: 'not asked', value: null, n: 6, status: 'not_asked' });
  expect(notices[0]?.text).toMatch(/no survey asks/);
}); // prettier-ignore

test('fewer than five people are no share', () => {
  expect(computed([cell(2, 4)])[0]).toMatchObject({ value: null, status: 'low_n' });
});
