import fc from 'fast-check';
import { quantile } from './quantile.ts';
import { cliffsDelta, hodgesLehmann, mannWhitney } from './rank.ts';

const zero: ReadonlyArray<readonly [number, number]> = [[10, 10], [12, 12], [8, 8.4], [9, 9], [11, 10.5]]; // prettier-ignore
const high: ReadonlyArray<readonly [number, number]> = [[10, 7], [12, 8.4], [9, 7.2], [8, 6.4], [11, 8.8]]; // prettier-ignore
const logs = (pairs: ReadonlyArray<readonly [number, number]>) => pairs.map(([before, now]) => Math.log(now / before));
const now = (pairs: ReadonlyArray<readonly [number, number]>) => pairs.map(([, value]) => value);

describe('rank view', () => {
  it('gives the figures of worked example 1 (G-13)', () => {
    expect(hodgesLehmann(logs(high), logs(zero))).toBeCloseTo(-0.27193371548, 9);
    expect(cliffsDelta(now(zero), now(high))).toBeCloseTo(0.88, 12);
  });

  it('corrects for ties and continuity (by hand: U = 1, σ² = 9/12 · (7 − 24/30), z = 3/√4.65)', () => {
    const test = mannWhitney([1, 2, 2], [2.5, 3, 2]);
    expect(test?.u).toBe(1);
    expect(test?.p).toBeCloseTo(0.16416, 5);
    expect(mannWhitney([1, 1], [1, 1])?.p).toBe(1);
  });

  it('is absent without values', () => {
    expect([mannWhitney([], [1]), cliffsDelta([1], []), hodgesLehmann([], [])]).toEqual([null, null, null]);
  });

  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });

  it('counts pairs', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const wins = first.flatMap((one) => second.map((two) => (one > two ? 1 : one === two ? 0.5 : 0)));
        expect(mannWhitney(first, second)?.u).toBeCloseTo(
          wins.reduce<number>((sum, win) => sum + win, 0),
          9
        );
        expect((cliffsDelta(first, second) ?? 0) + (cliffsDelta(second, first) ?? 0)).toBeCloseTo(0, 9);
      })
    );
  });

  it('finds the median difference of large arms without listing the pairs', () => {
    const large = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 150, maxLength: 160 });
    fc.assert(
      fc.property(large, large, (first, second) => {
        const all = first.flatMap((one) => second.map((two) => one - two));
        expect(hodgesLehmann(first, second)).toBeCloseTo(quantile(all, 0.5) ?? NaN, 9);
      }),
      { numRuns: 20 }
    );
  });
});
