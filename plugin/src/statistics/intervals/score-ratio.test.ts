import fc from 'fast-check';
import { shareRatio, type ShareRatio } from './score-ratio.ts';

type Counts = readonly [count: number, total: number];

const ratio = (...[[count, total], [other, otherTotal]]: readonly [Counts, Counts]): ShareRatio =>
  shareRatio({ count, total }, { count: other, total: otherTotal }) as ShareRatio;

const rounded = (estimate: ShareRatio): number[] => {
  const { lo, hi } = estimate.intervalAt(0.95);
  return [estimate.value, lo, hi].map((number) => Number(number.toFixed(4)));
};

/** P(count of a binomial), 0…total. */
function binomial(total: number, share: number): number[] {
  const log = (number: number): number =>
    Array.from({ length: number }, (_, index) => Math.log(index + 1)).reduce((sum, one) => sum + one, 0);
  return Array.from({ length: total + 1 }, (_, count) =>
    Math.exp(
      log(total) - log(count) - log(total - count) + count * Math.log(share) + (total - count) * Math.log(1 - share)
    )
  );
}

describe('ratio of shares', () => {
  it('is the score interval of Miettinen and Nurminen (G-20)', () => {
    expect(rounded(ratio([23, 200], [15, 300]))).toEqual([2.3, 1.2422, 4.2613]);
    expect(ratio([23, 200], [15, 300]).isCorrected).toBe(false);
    expect(rounded(ratio([20, 20], [5, 20]))).toEqual([4, 2.1206, 9.0314]);
  });

  it('has a value with halves added where a side has no event, and no upper end where the second has none', () => {
    const none = ratio([0, 20], [5, 20]);
    expect([none.isCorrected, none.intervalAt(0.95).lo]).toEqual([true, 0]);
    expect(none.value).toBeCloseTo(0.5 / 5.5, 12);
    const unlimited = ratio([9, 50], [0, 50]);
    expect(unlimited.intervalAt(0.95).hi).toBe(Infinity);
    expect(unlimited.intervalAt(0.95).lo).toBeGreaterThan(1);
    expect(ratio([0, 20], [0, 20]).intervalAt(0.95)).toEqual({ lo: 0, hi: Infinity });
  });

  it('is absent without units', () => {
    expect(shareRatio({ count: 1, total: 2 }, { count: 0, total: 0 })).toBeNull();
    expect(shareRatio({ count: 0, total: 0 }, { count: 1, total: 2 })).toBeNull();
  });

  it('holds the truth as often as it says: the exact share of all outcomes of 10, 20 and 40 units', () => {
    const coverage = (units: number): number => {
      const [one, two] = [binomial(units, 0.2), binomial(units, 0.1)];
      let held = 0;
      one.forEach((p, count) =>
        two.forEach((q, other) => {
          const { lo, hi } = ratio([count, units], [other, units]).intervalAt(0.95);
          held += lo <= 2 && hi >= 2 ? p * q : 0;
        })
      );
      return held;
    };
    for (const units of [10, 20, 40]) {
      expect(coverage(units)).toBeGreaterThan(0.95);
      expect(coverage(units)).toBeLessThan(0.97);
    }
  });

  it('keeps its number inside, turns over with its sides, and has p below 0.05 exactly where 1 is outside', () => {
    const share = fc
      .tuple(fc.nat(300), fc.integer({ min: 1, max: 300 }))
      .map(([count, total]) => ({ count: Math.min(count, total), total }));
    fc.assert(
      fc.property(share, share, (one, two) => {
        const [there, back] = [shareRatio(one, two) as ShareRatio, shareRatio(two, one) as ShareRatio];
        const { lo, hi } = there.intervalAt(0.95);
        expect(lo).toBeLessThanOrEqual(there.value);
        expect(hi).toBeGreaterThanOrEqual(there.value);
        if (!there.isCorrected) {
          expect(Math.log(back.intervalAt(0.95).hi)).toBeCloseTo(-Math.log(lo), 6);
        }
        const p = there.pAgainst?.(1) ?? NaN;
        if (Math.abs(p - 0.05) > 1e-6 && !there.isCorrected) {
          expect(p < 0.05).toBe(lo > 1 || hi < 1);
        }
      })
    );
  });
});
