import { Z95, normalCdf, normalQuantile } from './normal.ts';

describe('standard normal distribution', () => {
  it('agrees with tables', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 13);
    expect(normalCdf(-5)).toBeCloseTo(2.866515718791939e-7, 14);
    expect(normalCdf(40)).toBe(1);
    expect(normalCdf(-40)).toBe(0);
  });

  it('inverts itself', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(Z95, 12);
    expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
