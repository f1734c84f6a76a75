import fc from 'fast-check';
import { compareTogether } from './comparison.ts';
import { LINEAR, estimateOf } from './intervals/estimate.ts';
import { holm } from './holm.ts';

const estimate = (centre: number, error: number) => estimateOf({ scale: LINEAR, centre, error, degrees: 12 });

describe('comparisons judged together', () => {
  it('draws a comparison that stands alone at 95 %', () => {
    const [only] = compareTogether([estimate(-0.2, 0.05)]);
    expect(only?.level).toBeCloseTo(0.95, 12);
    expect(only?.pHolm).toBe(only?.p);
  });

  it('draws the clearest of three at 98.3 %, the next at 97.5 %', () => {
    const [clear, middle, weak, none] = compareTogether([estimate(-0.5, 0.05), estimate(-0.15, 0.05), estimate(0.01, 0.05), null]); // prettier-ignore
    expect(clear?.level).toBeCloseTo(1 - 0.05 / 3, 10);
    expect(middle?.level).toBeCloseTo(0.975, 10);
    expect(weak?.level).toBeCloseTo(0.95, 10);
    expect(none).toBeNull();
  });

  it('excludes no difference exactly where the adjusted p is below 0.05: the verdict rests on what is drawn', () => {
    const effects = fc.array(fc.record({ centre: fc.double({ min: -0.3, max: 0.3, noNaN: true }), error: fc.double({ min: 0.01, max: 0.2, noNaN: true }) }), { minLength: 1, maxLength: 12 }); // prettier-ignore
    fc.assert(
      fc.property(effects, (rows) => {
        const compared = compareTogether(rows.map(({ centre, error }) => estimate(centre, error)));
        for (const one of compared) {
          const distance = Math.abs((one?.pHolm ?? 1) - 0.05);
          if (one !== null && distance > 1e-6) {
            expect(one.interval.lo > 0 || one.interval.hi < 0).toBe(one.pHolm < 0.05);
          }
        }
        expect(compared.map((one) => one?.pHolm)).toEqual(holm(compared.map((one) => one?.p ?? null)));
      })
    );
  });
});
