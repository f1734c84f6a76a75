import fc from 'fast-check';
import { holm } from './holm.ts';

describe('holm', () => {
  it('steps down and never falls (worked example 1 of the effect)', () => {
    const [high, low] = holm([2 / 252, 180 / 252]);
    expect(high).toBeCloseTo(0.015873, 6);
    expect(low).toBeCloseTo(0.714286, 6);
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('does not count cells that were not tested', () => {
    expect(holm([null, 0.03, null])).toEqual([null, 0.03, null]);
    expect(holm([])).toEqual([]);
  });

  it('keeps order, never lowers p and stays within [0, 1]', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const adjusted = holm(ps) as number[];
        ps.forEach((p, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          ps.forEach((other, second) =>
            expect(p < other && (adjusted[index] ?? 0) > (adjusted[second] ?? 0)).toBe(false)
          );
        });
      })
    );
  });
});
