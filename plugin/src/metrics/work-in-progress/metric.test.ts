import { balanceOf, endInWords, inWords, littlesLaw, type Queue } from './little.ts';

const queue = (arrival: number, departure: number, rest: Partial<Queue> = {}): Queue => ({ arrival, departure, wip: 14, meanDays: 2.8, ...rest }); // prettier-ignore

test('five changes a day that stay for 2.8 days are 14, for 4.2 days 21', () => {
  expect(littlesLaw(5, 2.8)).toBeCloseTo(14, 12);
  expect(littlesLaw(5, 4.2)).toBeCloseTo(21, 12);
});

test('98 % more changes and 91 % more time for each are 3.78 times as many in review', () => {
  expect(littlesLaw(5 * 1.98, 2.8 * 1.91) / littlesLaw(5, 2.8)).toBeCloseTo(3.7818, 12);
});

test('what comes and what leaves balance within a tenth of what comes', () => {
  expect([queue(10, 9.1), queue(10, 10.9), queue(10, 9), queue(10, 11), queue(0, 0)].map(balanceOf)).toEqual(['stable', 'stable', 'growing', 'shrinking', 'stable']); // prettier-ignore
});

test('a queue that grows is told, and that what left understates it', () => {
  expect(inWords(queue(5, 5))).toBe('Stable: 5.0 come and 5.0 leave a day, 14 are under way; what left took 2.8 days, which would be 14 under way.'); // prettier-ignore
  expect(inWords(queue(6, 5))).toBe('Growing by 7.0 a week: 6.0 come and 5.0 leave a day, 14 are under way; what left took 2.8 days, which would be 14 under way, but what is there now takes longer than what left did.'); // prettier-ignore
  expect(inWords(queue(4, 5))).toMatch(/^Shrinking by 7.0 a week/);
});

test('the stock at the end stands beside the mean of it', () => {
  expect(endInWords(41, '2026-11-29')).toBe('At the end of 2026-11-29 41 are under way.');
  expect(inWords({ ...queue(5, 5), meanDays: 0.12 })).toContain(
    'what left took 2.9 hours, which would be 0.6 under way'
  );
});
