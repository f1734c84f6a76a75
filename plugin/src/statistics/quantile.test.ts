import fc from 'fast-check';
import { mean, median, quantile, quantiles, standardDeviation } from './quantile.ts';

describe('quantile', () => {
  it('is type 7', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([10], 0.9)).toBe(10);
    // G-21 and G-32: medians of lead times and of incident durations.
    expect(median([24, 48, 6])).toBe(24);
    expect(median([30, 45, 60, 240])).toBe(52.5);
    expect(mean([30, 45, 60, 240])).toBe(93.75);
  });

  it('sorts numbers as numbers and leaves its input alone', () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it('is absent without values, and so is a spread of one', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(mean([])).toBeNull();
    expect(standardDeviation([3])).toBeNull();
    expect(standardDeviation([2, 4])).toBeCloseTo(Math.SQRT2, 12);
  });

  it('is the same without sorting, ties and all, and leaves every value in its place', () => {
    const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, (list) => {
        const ps = [0, 0.1, 0.5, 0.75, 0.9, 1];
        const given = Float64Array.from(list);
        expect(quantiles(given, ps)).toEqual(ps.map((p) => quantile(list, p)));
        expect([...given]).toEqual(list);
      })
    );
    expect(quantiles(new Float64Array(0), [0.5])).toEqual([null]);
  });

  it('lies within the values and rises with p', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (list, one, two) => {
        const low = quantile(list, Math.min(one, two)) as number;
        const high = quantile(list, Math.max(one, two)) as number;
        expect(low).toBeGreaterThanOrEqual(Math.min(...list));
        expect(high).toBeLessThanOrEqual(Math.max(...list));
        expect(low).toBeLessThanOrEqual(high + 1e-9);
      })
    );
  });
});
