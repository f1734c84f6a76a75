import { differenceSpread } from './intervals/welch.ts';
import { asReduction, smallestEffect, unitsForShares } from './mde.ts';

describe('smallest effect (G-43)', () => {
  const percent = (correlation: number, designEffect: number) =>
    asReduction(smallestEffect({ error: Math.sqrt((2 / 200) * (1 - correlation ** 2) * designEffect), degrees: Infinity })); // prettier-ignore

  it('gives the four planning cases', () => {
    expect(smallestEffect({ error: 0.1, degrees: Infinity })).toBeCloseTo(0.28016, 4);
    expect(percent(0, 1)).toBeCloseTo(0.24434, 4);
    expect(percent(0.6, 1)).toBeCloseTo(0.20079, 4);
    expect(percent(0, 1 + 19 * 0.1)).toBeCloseTo(0.37942, 4);
    expect(percent(0.6, 2.9)).toBeCloseTo(0.31728, 4);
  });

  it('gives the deployments that tell 10 % from 15 %', () => {
    expect(unitsForShares(0.1, 0.15)).toBe(683);
    expect(unitsForShares(0.1, 0.1)).toBeNull();
  });

  it('is larger of few people: by t as in Welch’s test, of arms of unlike spread', () => {
    // Means of five: variances 10 and 0.1, error √2.02, 4.08 degrees of freedom; t 2.757 and 0.938.
    const spread = differenceSpread([2, 4, 6, 8, 10], [1, 1.2, 1.4, 1.6, 1.8]);
    expect(spread.error).toBeCloseTo(Math.sqrt(2.02), 9);
    expect(spread.degrees).toBeCloseTo(4.08, 2);
    expect(smallestEffect(spread)).toBeCloseTo(5.252, 2);
    expect(smallestEffect({ error: 0, degrees: 1 })).toBe(0);
  });
});
