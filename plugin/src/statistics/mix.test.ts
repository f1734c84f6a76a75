import fc from 'fast-check';
import { decompose, type MixGroup } from './mix.ts';

const groups = (rows: ReadonlyArray<readonly [string, number, number, number, number]>): MixGroup[] =>
  rows.map(([key, countBefore, meanBefore, countAfter, meanAfter]) => ({ key, countBefore, meanBefore, countAfter, meanAfter })); // prettier-ignore

describe('mix', () => {
  it('finds no mix shift in the founding figures (G-14)', () => {
    const result = decompose(groups([['refactor', 40, 17, 40, 13.26], ['bugfix', 20, 4, 20, 4], ['feature', 40, 6, 40, 6.24]])); // prettier-ignore
    expect(result?.deltaPct).toBeCloseTo(-0.14, 9);
    expect(result?.adjustedPct).toBeCloseTo(-0.14, 9);
    expect(result?.terms.map(({ within }) => Number(within.toFixed(6)))).toEqual([-1.496, 0, 0.096]);
    expect(result?.mix).toBeCloseTo(0, 9);
    expect(result?.isReversed).toBe(false);
  });

  it('sees a reversal (G-15)', () => {
    const result = decompose(
      groups([
        ['refactor', 20, 10, 80, 11],
        ['feature', 80, 20, 20, 22],
      ])
    );
    expect(result?.deltaPct).toBeCloseTo(-0.2666666667, 9);
    expect(result?.adjustedPct).toBeCloseTo(0.1, 9);
    expect([result?.within, result?.mix, result?.delta].map((value) => value?.toFixed(9))).toEqual(['1.500000000', '-6.300000000', '-4.800000000']); // prettier-ignore
    expect(result?.isReversed).toBe(true);
  });

  it('splits the stage sums of G-26 when every stage is a group of one unit', () => {
    const stages = groups([['s1', 1, 5.2, 1, 3.3], ['s2', 1, 2.8, 1, 2.6], ['s3', 1, 1.6, 1, 1.8], ['s4', 1, 3.1, 1, 2.1]]); // prettier-ignore
    expect(decompose(stages)?.deltaPct).toBeCloseTo(9.8 / 12.7 - 1, 9);
    expect(decompose(stages)?.mix).toBeCloseTo(0, 12);
  });

  it('lets an absent group borrow its mean, and is silent when too much is left out', () => {
    const result = decompose(
      groups([
        ['old', 10, 5, 0, NaN],
        ['same', 90, 10, 90, 9],
        ['new', 0, NaN, 10, 20],
      ])
    );
    expect(result?.droppedWeight).toBeCloseTo(0.1, 12);
    expect(result?.adjustedPct).toBeCloseTo(-0.1, 12);
    expect(result?.terms.map(({ within }) => within)[0]).toBe(0);
    expect(
      decompose(
        groups([
          ['old', 30, 5, 0, 0],
          ['same', 70, 10, 90, 9],
        ])
      )?.adjustedPct
    ).toBeNull();
    expect(decompose(groups([['old', 30, 5, 0, 0]]))).toBeNull();
    expect(decompose([])).toBeNull();
  });

  it('adds up: within + mix = delta', () => {
    const group = fc.record({
      key: fc.string(),
      countBefore: fc.nat(50),
      meanBefore: fc.double({ min: 0, max: 1000, noNaN: true }),
      countAfter: fc.nat(50),
      meanAfter: fc.double({ min: 0, max: 1000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 8 }), (list) => {
        const result = decompose(list);
        if (result !== null) {
          expect(Math.abs(result.within + result.mix - result.delta)).toBeLessThan(1e-9);
          expect(result.terms.reduce((sum, { within, mix }) => sum + within + mix, 0)).toBeCloseTo(result.delta, 9);
        }
      })
    );
  });
});
