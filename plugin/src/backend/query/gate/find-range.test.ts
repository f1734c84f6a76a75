// Ranges that a person can check with a pencil: weeks 0 to 15, the number of people of each.
import { findRange, type Choosing, type GroupWeeks } from './find-range.ts';

const group = (people: readonly number[], rest: Partial<GroupWeeks> = {}): GroupWeeks => {
  const periods = [0, 1, 2, 3].map((period) => [period, Math.max(0, ...people.slice(4 * period, 4 * period + 4))] as const);
  return {
    isSlow: false,
    weeks: new Map(people.flatMap((count, week) => (count === 0 ? [] : [[week, count] as const]))),
    periods: new Map(periods.filter(([, count]) => count > 0)),
    early: [],
    ...rest,
  };
}; // prettier-ignore
const choose = (groups: readonly GroupWeeks[], rest: Partial<Choosing> = {}) =>
  findRange({ groups, asked: { from: 0, to: 16 }, step: 1, k: 5, begin: null, closed: 16, isBucket: false, bucketEnd: null, ...rest }); // prettier-ignore
const full = Array.from({ length: 16 }, () => 9);
const at = (changes: Readonly<Record<number, number>>) => full.map((count, week) => changes[week] ?? count);

it('a range whose first and last weeks have enough people stays as it is', () => {
  expect(choose([group(full)])).toEqual({ from: 0, to: 16 });
  expect(choose([group(at({ 3: 1, 9: 2 }))])).toEqual({ from: 0, to: 16 });
});

it('weeks of few people are left out at both ends, and so are those beside which four weeks would tell of few', () => {
  // From week 1 on: beside whoever counts in four weeks, week 0 would be told. With week 1 it is enough people.
  expect(choose([group(at({ 0: 2 }))])).toEqual({ from: 2, to: 16 });
  expect(choose([group(at({ 0: 2, 1: 1, 2: 0, 3: 2 }))])).toEqual({ from: 4, to: 16 });
  expect(choose([group(at({ 15: 2 }))])).toEqual({ from: 0, to: 14 });
  expect(choose([group(at({ 14: 2, 15: 1 }))], { closed: 12 })).toEqual({ from: 0, to: 14 });
});

it('empty weeks at an end change nothing', () => {
  expect(choose([group(at({ 0: 0, 1: 0 }))])).toEqual({ from: 0, to: 16 });
});

it('most weeks of all groups are shown: many groups lose no weeks for the sake of one', () => {
  const late = group([0, 0, 0, 0, 1, 2, 0, 1, 6, 6, 6, 6, 6, 6, 6, 6]);
  // A single hidden group would take another one with it.
  expect(choose([group(full), late])).toEqual({ from: 8, to: 16 });
  expect(choose([group(full), group(full), group(full), group(full), late])).toEqual({ from: 0, to: 16 });
  const never = group(full.map(() => 2));
  expect(choose([group(full), group(full), group(full), never])).toEqual({ from: 0, to: 16 });
});

it('where people are few it is counted in four weeks', () => {
  const slow = group([3, 3, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 1, 0, 0, 0], { isSlow: true, periods: new Map([[0, 4], [1, 6], [2, 7], [3, 1]]) }); // prettier-ignore
  expect(choose([slow], { step: 4 })).toEqual({ from: 4, to: 12 });
});

it('at least half of the range is answered', () => {
  const end = group(full.map((_, week) => (week < 9 ? 1 : 7)));
  expect(choose([end])).toEqual({ from: 0, to: 16 });
});

it('a range that begins soon after the store takes its beginning along, if that is not far', () => {
  const growing = group(full.map((count, week) => (week < 3 ? 1 : count)), { early: [0, 1, 2, 3, 3] }); // prettier-ignore
  const begin = { from: 0, to: 4 };
  expect(choose([growing], { asked: { from: 2, to: 16 }, begin })).toEqual({ from: 0, to: 16 });
  expect(choose([growing], { asked: { from: 2, to: 6 }, begin })).toEqual({ from: 4, to: 6 });
});

it('a time bucket that is cut ends where every group has enough people, else it is left out', () => {
  const bucket = { asked: { from: 12, to: 15 }, isBucket: true, closed: 14 } as const;
  expect(choose([group(full), group(at({ 14: 2 }))], bucket)).toEqual({ from: 12, to: 14 });
  expect(choose([group(at({ 12: 1, 13: 1, 14: 1 }))], bucket)).toEqual({ from: 12, to: 12 });
});
