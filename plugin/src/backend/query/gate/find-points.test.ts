// Charts by week that a person can check with a pencil: weeks 0 to 15, the number of people of each.
import type { GroupWeeks } from './find-range.ts';
import { weeksBeside } from './find-points.ts';

const group = (people: readonly number[], isSlow = false): GroupWeeks => ({
  isSlow,
  weeks: new Map(people.flatMap((count, week) => (count === 0 ? [] : [[week, count] as const]))),
  periods: new Map([0, 1, 2, 3].map((period) => [period, Math.max(0, ...people.slice(4 * period, 4 * period + 4))] as const).filter(([, count]) => count > 0)),
  early: [],
}); // prettier-ignore
const all = { from: 0, to: 16 };
const full = Array.from({ length: 16 }, () => 9);
const at = (changes: Readonly<Record<number, number>>) => full.map((count, week) => changes[week] ?? count);

describe('beside weeks of few people', () => {
  it('nothing is hidden where there are none', () => {
    expect(weeksBeside(group(full), all, 5)).toEqual([]);
    expect(weeksBeside(group(at({ 3: 0, 4: 0 })), all, 5)).toEqual([]);
  });

  it('the week before is hidden, at the start of the chart the one after', () => {
    expect(weeksBeside(group(at({ 6: 2 })), all, 5)).toEqual([5]);
    expect(weeksBeside(group(at({ 0: 2 })), all, 5)).toEqual([1]);
    expect(weeksBeside(group(at({ 15: 4 })), all, 5)).toEqual([14]);
  });

  it('one is hidden for several in a row, and weeks of nobody between make no difference', () => {
    expect(weeksBeside(group(at({ 6: 2, 7: 1 })), all, 5)).toEqual([5]);
    expect(weeksBeside(group(at({ 5: 0, 6: 2 })), all, 5)).toEqual([4]);
    expect(weeksBeside(group(at({ 6: 2, 9: 2 })), all, 5)).toEqual([5, 8]);
  });

  it('only weeks of the chart count', () => {
    expect(weeksBeside(group(at({ 6: 2 })), { from: 6, to: 16 }, 5)).toEqual([7]);
    expect(weeksBeside(group(at({ 6: 2 })), { from: 7, to: 16 }, 5)).toEqual([]);
    expect(weeksBeside(group(full.map(() => 2)), all, 5)).toEqual([]);
  });

  it('in groups counted in four weeks one of the same four is hidden, and of the next four where these have none', () => {
    expect(weeksBeside(group(at({ 6: 2 }), true), all, 5)).toEqual([4]);
    expect(weeksBeside(group(at({ 4: 2, 5: 2, 6: 2 }), true), all, 5)).toEqual([7]);
    expect(weeksBeside(group(at({ 4: 2, 5: 2, 6: 2, 7: 1 }), true), all, 5)).toEqual([0]);
    expect(weeksBeside(group(at({ 0: 2, 1: 0, 2: 0, 3: 1 }), true), all, 5)).toEqual([4]);
  });
});
