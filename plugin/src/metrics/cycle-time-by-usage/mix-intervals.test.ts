import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { mixEstimates, type PersonSums, type Sums } from './mix-intervals.ts';

const people = (all: readonly Sums[]): PersonSums[] => all.map((sums) => [{ group: 0, sums }]);
const even: readonly Sums[] = Array.from({ length: 6 }, (_, i) => [10, 1000 + 10 * i, 10, 800 - 10 * i]);

test('a ratio over people who are alike has an interval', () => {
  const interval = intervalOf(mixEstimates(people(even), { adjustedPct: -0.2 }).adjusted);
  expect(interval?.lo).toBeGreaterThan(0.6);
  expect(interval?.hi).toBeLessThan(0.9);
});

test('where one person decides it all there is none, instead of an end at 10^22', () => {
  // Without the last one the mean after is a thousand times smaller: leaving people out by turns says nothing about the next one.
  const one: Sums = [10, 1000, 10, 1e9];
  const { raw, adjusted } = mixEstimates(people([...even.slice(0, 5), one]), { adjustedPct: 1000 });
  expect([raw, adjusted]).toEqual([null, null]);
});
