import fc from 'fast-check';
import { rateRatio, shareDifference, wilson, type Ranged } from './proportion.ts';

const rounded = ({ value, lo, hi }: Ranged) => [value, lo, hi].map((number) => Number(number.toFixed(4)));

describe('proportion', () => {
  it('gives Wilson intervals (G-10)', () => {
    const nine = wilson({ count: 9, total: 10 });
    expect(nine?.lo).toBeCloseTo(0.59585, 4);
    expect(nine?.hi).toBeCloseTo(0.98212, 4);
    const none = wilson({ count: 0, total: 10 });
    expect(none?.lo).toBe(0);
    expect(none?.hi).toBeCloseTo(0.27753, 4);
  });

  it('gives differences of shares (G-18: lines as independent, and as changes that stand or fall whole)', () => {
    const lines = shareDifference({ count: 290, total: 500 }, { count: 380, total: 500 });
    expect(rounded(lines as Ranged)).toEqual([-0.18, -0.2362, -0.1221]);
    const changes = shareDifference({ count: 29, total: 50 }, { count: 38, total: 50 });
    expect(rounded(changes as Ranged)).toEqual([-0.18, -0.3484, 0.0042]);
  });

  it('gives ratios of rates (G-49)', () => {
    const defects = rateRatio({ count: 170, total: 100 }, { count: 100, total: 100 });
    expect(rounded(defects as Ranged)).toEqual([1.7, 1.3279, 2.1763]);
    expect(defects?.isCorrected).toBe(false);
  });

  it('adds one half to both counts if one is 0', () => {
    expect(rateRatio({ count: 0, total: 3 }, { count: 0, total: 3 })?.value).toBe(1);
  });

  it('is absent without units', () => {
    expect(wilson({ count: 0, total: 0 })).toBeNull();
    expect(shareDifference({ count: 0, total: 0 }, { count: 1, total: 2 })).toBeNull();
    expect(rateRatio({ count: 1, total: 0 }, { count: 1, total: 2 })).toBeNull();
  });

  it('keeps intervals around their number, shares within [0, 1] and differences within [-1, 1]', () => {
    const share = fc
      .tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 }))
      .map(([count, total]) => ({ count: Math.min(count, total), total }));
    fc.assert(
      fc.property(share, share, (one, two) => {
        const interval = wilson(one);
        expect(interval?.lo).toBeGreaterThanOrEqual(0);
        expect(interval?.hi).toBeLessThanOrEqual(1);
        expect(interval?.lo).toBeLessThanOrEqual(one.count / one.total);
        expect(interval?.hi).toBeGreaterThanOrEqual(one.count / one.total);
        for (const estimate of [shareDifference(one, two), rateRatio(one, two)]) {
          expect(estimate?.lo).toBeLessThanOrEqual((estimate?.value ?? NaN) + 1e-12);
          expect(estimate?.hi).toBeGreaterThanOrEqual((estimate?.value ?? NaN) - 1e-12);
        }
        const difference = shareDifference(one, two);
        expect(Math.abs(difference?.lo ?? 0)).toBeLessThanOrEqual(1 + 1e-12);
        expect(Math.abs(difference?.hi ?? 0)).toBeLessThanOrEqual(1 + 1e-12);
      })
    );
  });
});
