import { mulberry32 } from '../../statistics/prng.ts';
import type { ComputeContext, ParamValues, Row } from '../define.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const context = (params: ParamValues = {}, k = 5): ComputeContext => ({
  params: { ...defaultParams(metric), ...params },
  from: new Date('2026-03-02T00:00:00Z'),
  to: new Date('2026-03-16T00:00:00Z'),
  tz: 'UTC',
  settings: { k },
  random: () => mulberry32(1),
});

/** A change: who wrote it, its size (1 = XS … 5 = XL, 0 = not known), and the two numbers of the measure. */
type Change = readonly [person: number, size: number, top: number, bottom?: number];

function row(cell: string, changes: readonly Change[], rest: Row = {}): Row {
  const pack = Buffer.alloc(20 * changes.length);
  changes.forEach(([person, size, top, bottom = 1], at) => {
    pack.writeBigInt64BE(BigInt(person), 20 * at);
    [size, top, bottom].forEach((value, place) => pack.writeInt32BE(value, 20 * at + 8 + 4 * place));
  });
  const complete = Date.UTC(2026, 2, 13) / 1000;
  return { cell, units: pack.toString('base64'), reviewers: 9, most_by_one: 2, complete_until: complete, ...rest };
}

/** Of each of so many people three small and one large change. @param takes Minutes of a change of that size by that person. */
const team = (people: number, takes: (size: number, person: number) => number, sizes: readonly number[] = [2, 2, 2, 4]): Change[] =>
  Array.from({ length: people }, (_, at) => sizes.map((size): Change => [1 + at, size, 60 * takes(size, at)])).flat(); // prettier-ignore
const both = (human: readonly Change[], ai: readonly Change[]) => [row('human', human), row('ai_heavy', ai)];
const judged = (rows: readonly Row[], params: ParamValues = {}) => {
  const answer = compute([...rows], context({ measure: 'effort', groupBy: ['code_source'], ...params }));
  return answer.rows.find(({ code_source: source }) => source === 'ai_heavy');
};

test('G-28: 126 comments on 6,000 lines are 2.1 for a hundred lines, 2.1 times those of 60', () => {
  const of = (comments: number) => Array.from({ length: 10 }, (_, at): Change => [1 + (at % 5), 4, comments / 10, 600]);
  const found = judged(both(of(60), of(130).map((change, at) => (at < 4 ? [change[0], 4, 12, 600] : change))), { measure: 'comments' });
  expect(found?.['value']).toBeCloseTo(2.1, 12);
  expect(found?.['gap']).toBeCloseTo(1.1, 12);
  expect(found?.['verdict']).toBe('more');
}); // prettier-ignore

test('G-28: 5.2 hours against 4 are 30 % more, and worse', () => {
  const hours = (mean: number) =>
    team(10, (_, person) => mean * (60 + (person % 3) - 1 + (person === 9 ? 0 : 0)), [2, 4]);
  const found = judged(both(hours(4), hours(5.2)));
  expect(found?.['gap']).toBeCloseTo(0.3, 9);
  expect(found).toMatchObject({ reference: 'human', verdict: 'worse', same_size_verdict: 'worse', basis: 'estimate' });
});

test('where AI only writes more large changes, more of them take long and no size takes longer', () => {
  const takes = (size: number, person: number): number => (size === 4 ? 300 : 30) + (person % 3);
  const found = judged(both(team(12, takes), team(12, takes, [2, 4, 4, 4])));
  expect(Number(found?.['gap'])).toBeGreaterThan(1);
  expect(found).toMatchObject({ verdict: 'worse', same_size_verdict: 'no_clear_difference' });
  expect(Number(found?.['same_size'])).toBeCloseTo(0, 9);
});

test('at equal size nothing is told of sizes that few people have, of one size alone, nor where few changes are left', () => {
  const takes = (size: number): number => 30 * size;
  const few = [...team(12, takes, [2, 2, 2, 3]), [1, 5, 60], [2, 5, 60]] as Change[];
  // Of XL the reference has two people: left out of both.
  expect(Number(judged(both(few, team(12, (size, person) => 2 * takes(size) + person, [2, 2, 3, 3])))?.['same_size'])).toBeGreaterThan(0.9);
  expect(judged(both(few, team(12, takes, [2, 3, 5, 5])))).toMatchObject({ same_size: null, same_size_verdict: null });
  expect(judged(both(team(12, takes, [2]), team(12, takes, [2])))).toMatchObject({ same_size: null });
}); // prettier-ignore

test('of a share the difference itself must matter', () => {
  const shares = (of: number) => Array.from({ length: 40 * 50 }, (_, at): Change => [1 + (at % 40), 2, Math.floor(at / 40) % 50 < of ? 1 : 0]);
  const found = judged([row('human', shares(2)), row('ai_heavy', shares(2).map((change, at) => (at % 40 < 20 ? change : [change[0], 2, Math.floor(at / 40) % 50 < 3 ? 1 : 0])))], { measure: 'unreviewed' });
  // 5 % against 4 %: a quarter more, and one point.
  expect(found).toMatchObject({ verdict: 'no_clear_difference', n_reviewers: null });
  expect(found?.['gap']).toBeCloseTo(0.25, 9);
}); // prettier-ignore

test('a share whose interval leaves nearly everything open is not known, nor is what is compared with it', () => {
  // Of 24 people one has nearly all that another team reviewed.
  const lopsided = Array.from({ length: 24 }, (_, person) => Array.from({ length: person === 0 ? 200 : 2 }, (__, at): Change => [1 + person, 2, person === 0 ? at % 2 : Number(person < 5 && at === 0)])).flat();
  const rows = [row('human', lopsided), row('ai_heavy', team(24, (_, person) => (person % 3 === 0 ? 1 / 60 : 0)))];
  const { rows: told } = compute(rows, context({ measure: 'cross_team', groupBy: ['code_source'], compare_to: 'human' }));
  const at = (source: string) => told.find(({ code_source: of }) => of === source);
  expect(at('human')).toMatchObject({ value: null, lo: null, hi: null, status: 'too_wide' });
  expect(at('ai_heavy')).toMatchObject({ value: 1 / 3, gap: null, verdict: 'insufficient_data', status: 'ok' });
}); // prettier-ignore

test('who is behind a measure of reviewers: of those who wrote and those who reviewed the fewer', () => {
  const changes = team(10, () => 30, [2, 2]);
  const [of] = compute([row('', changes, { reviewers: 3, most_by_one: 17 })], context()).rows;
  expect(of).toMatchObject({ n_dev: 10, n_reviewers: 3, side_dev: 3, side_share: 0.85 });
  const [unreviewed] = compute([row('', changes, { reviewers: 0, most_by_one: 0 })], context({ measure: 'unreviewed' })).rows;
  expect(unreviewed).toMatchObject({ side_dev: 10, n_reviewers: null, side_share: 0.1 });
}); // prettier-ignore

test('times have percentiles; an interval is of the mean; a lower end of the comparison stands in value for rules', () => {
  const rows = [row('', team(6, (_, person) => 10 * (1 + person)))];
  expect(compute(rows, context()).rows[0]).toMatchObject({ value: 35, p50: 35, n: 24, status: 'ok' });
  expect(compute(rows, context({ show: 'p90' })).rows[0]).toMatchObject({ value: 60, lo: null });
  const gap = judged(both(team(12, (size, person) => size + (person % 3)), team(12, (size, person) => 2 * (size + (person % 4)))), { show: 'gap_lo' });
  expect(gap?.['value']).toBe(gap?.['gap_lo']);
  expect(Number(gap?.['value'])).toBeGreaterThan(0.3);
  expect(compute([row('', team(2, () => 5, [2, 2]))], context()).rows[0]).toMatchObject({ value: null, p90: null, status: 'low_n' });
}); // prettier-ignore

describe('load', () => {
  const load = (hours: readonly number[], params: ParamValues = {}, k = 5): Row[] =>
    compute([{ cell: '', seconds: hours.map((hour) => hour * 3600).join(' '), n: 40 }], context({ mode: 'load', ...params }, k)).rows; // prettier-ignore

  test('G-29: eight reviewers with 40 to 2 hours: told where nothing is hidden, else three of them carry 80 %', () => {
    const golden = [40, 25, 15, 8, 5, 3, 2, 2];
    const [open] = load(golden, {}, 1);
    expect(open).toMatchObject({ n_dev: 8, top_2_share: 0.65, status: 'ok' });
    expect(open?.['value']).toBeCloseTo(0.525, 12);
    expect(open?.['hhi']).toBeCloseTo(0.2556, 12);
    expect(open?.['effective']).toBeCloseTo(3.9, 1);
    expect(load(golden)).toMatchObject([{ value: null, hhi: null, top_share: null, top_2_share: null, status: 'suppressed_k' }]); // prettier-ignore
  });

  test('the share of two is told of twenty reviewers, and what is largest in steps that leave some', () => {
    const even = (people: number): number[] => Array.from({ length: people }, () => 1);
    expect(load(even(19))).toMatchObject([{ top_2_share: null, top_share: 4 / 19 }]);
    expect(load(even(20))).toMatchObject([{ top_2_share: 0.1, top_share: 0.2 }]);
    expect(load(even(6))).toMatchObject([{ top_share: null }]);
    expect(load(even(20), { curve: true }).map(({ largest, value }) => [largest, value])).toEqual([['none', 0], ['4', 0.2], ['10', 0.5], ['20', null], ['50', null], ['all', 1]]); // prettier-ignore
  });
});

test('hours by seniority are parts of all hours of the group', () => {
  const of = (cell: string, seniority: string, minutes: number): Row => ({ cell, seniority, minutes, n: 10, n_dev: 5, one_person_share: 0.2 });
  const { rows } = compute([of('web', 'senior', 300), of('web', 'junior', 100), of('ops', 'mid', 50)], context({ mode: 'seniority', groupBy: ['team'] }));
  expect(rows.map(({ team: name, seniority, value }) => [name, seniority, value])).toEqual([['ops', 'mid', 1], ['web', 'junior', 0.25], ['web', 'senior', 0.75]]);
}); // prettier-ignore
