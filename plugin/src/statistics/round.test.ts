import fc from 'fast-check';
import { roundHalfUp } from './round.ts';

describe('round', () => {
  it('is decimal half-up, not half-even and not binary', () => {
    expect([2.25, 3.25, 2.75, -2.25, 0.05, 0.04, 1.005 * 10].map((value) => roundHalfUp(value, 1))).toEqual([2.3, 3.3, 2.8, -2.3, 0.1, 0, 10.1]); // prettier-ignore
    expect([roundHalfUp(1.005, 2), roundHalfUp(9.349999999999999, 1), roundHalfUp(2.5, 0), roundHalfUp(-0.04, 1)]).toEqual([1.01, 9.4, 3, 0]); // prettier-ignore
    expect([roundHalfUp(0, 1), roundHalfUp(123456.5, 0), roundHalfUp(1e20, 2), roundHalfUp(999.95, 1)]).toEqual([0, 123457, 1e20, 1000]); // prettier-ignore
  });

  it('gives the twelve agent rows to one decimal (G-31): hours saved and ratio from manual hours and agent minutes', () => {
    const rows = [
      [4, 25, 3.6, 9.6], [3, 20, 2.7, 9], [8, 30, 7.5, 16], [5, 25, 4.6, 12], [2, 12, 1.8, 10], [3.5, 45, 2.8, 4.7],
      [4, 45, 3.3, 5.3], [3, 20, 2.7, 9], [2.5, 15, 2.3, 10], [2, 15, 1.8, 8], [4, 20, 3.7, 12], [3, 20, 2.7, 9],
    ] as const; // prettier-ignore
    for (const [manualHours, agentMinutes, saved, ratio] of rows) {
      expect(roundHalfUp(manualHours - agentMinutes / 60, 1)).toBe(saved);
      expect(roundHalfUp((manualHours * 60) / agentMinutes, 1)).toBe(ratio);
    }
    const manual = rows.reduce((sum, row) => sum + row[0] * 60, 0);
    const agent = rows.reduce((sum, row) => sum + row[1], 0);
    expect((manual - agent) / 60).toBeCloseTo(39.1333333333, 9);
    expect(manual / agent).toBeCloseTo(9.0410958904, 9);
  });

  it('stays within half a unit', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(6), (value, digits) => {
        expect(Math.abs(roundHalfUp(value, digits) - value)).toBeLessThanOrEqual(
          0.5 * 10 ** -digits * (1 + 1e-6) + 1e-9
        );
      })
    );
  });
});
