import { poissonInterval } from './poisson.ts';

// Published exact limits (Ulm 1990, Am J Epidemiol 131:373, table of 95 % limits of a Poisson count).
test.each([
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [5, 1.6235, 11.668],
  [10, 4.7954, 18.39],
  [100, 81.364, 121.628],
])('of %d events', (count, lo, hi) => {
  const found = poissonInterval(count);
  expect(found.lo).toBeCloseTo(lo, 2);
  expect(found.hi).toBeCloseTo(hi, 2);
});
