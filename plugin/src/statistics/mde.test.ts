import { asReduction, smallestEffect, unitsForShares } from './mde.ts';

describe('smallest effect (G-43)', () => {
  const percent = (correlation: number, designEffect: number) =>
    asReduction(smallestEffect({ sd: 1, counts: [200, 200], correlation, designEffect }) ?? NaN);

  it('gives the four planning cases', () => {
    expect(smallestEffect({ sd: 1, counts: [200, 200] })).toBeCloseTo(0.28016, 4);
    expect(percent(0, 1)).toBeCloseTo(0.24434, 4);
    expect(percent(0.6, 1)).toBeCloseTo(0.20079, 4);
    expect(percent(0, 1 + 19 * 0.1)).toBeCloseTo(0.37942, 4);
    expect(percent(0.6, 2.9)).toBeCloseTo(0.31728, 4);
  });

  it('gives the deployments that tell 10 % from 15 %', () => {
    expect(unitsForShares(0.1, 0.15)).toBe(683);
    expect(unitsForShares(0.1, 0.1)).toBeNull();
  });

  it('is absent without units', () => {
    expect(smallestEffect({ sd: 1, counts: [0, 5] })).toBeNull();
  });
});
