import fc from 'fast-check';
import { concentration, topShare } from './concentration.ts';

describe('concentration', () => {
  it('sees a speed-up carried by four of twelve (G-11)', () => {
    const result = concentration([4.2, 0, 0, 4.2, 0, 0, 4.2, 0, 0, 4.2, 0, 0]);
    expect(result?.gini).toBeCloseTo(2 / 3, 12);
    expect(result?.herfindahl).toBeCloseTo(0.25, 12);
    expect(result?.effectiveContributors).toBeCloseTo(4, 12);
    expect(result?.carriers80).toBe(4);
    expect(result && topShare(result, 4)).toBeCloseTo(1, 12);
  });

  it('gives the review load of G-29', () => {
    const result = concentration([40, 25, 15, 8, 5, 3, 2, 2]);
    expect(result?.gini).toBeCloseTo(0.525, 12);
    expect(result && topShare(result, 2)).toBeCloseTo(0.65, 12);
    expect(result?.herfindahl).toBeCloseTo(0.2556, 12);
    expect(result?.carriers80).toBe(3);
  });

  it('is absent where nobody contributed', () => {
    expect(concentration([0, 0])).toBeNull();
    expect(concentration([])).toBeNull();
    expect(concentration([-1, 0])).toBeNull();
  });

  it('stays within its bounds and ignores order and scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (values, scale) => {
          const result = concentration(values);
          if (result !== null) {
            expect(result.gini).toBeGreaterThanOrEqual(-1e-12);
            expect(result.gini).toBeLessThan(1);
            expect(result.effectiveContributors).toBeLessThanOrEqual(values.length + 1e-9);
            expect(topShare(result, result.carriers80)).toBeGreaterThanOrEqual(0.8 - 1e-9);
            expect(topShare(result, result.carriers80 - 1)).toBeLessThan(0.8);
            const other = concentration(values.toReversed().map((value) => value * scale));
            expect(other?.gini).toBeCloseTo(result.gini, 9);
            expect(other?.carriers80).toBe(result.carriers80);
          }
        }
      )
    );
  });
});
