import { tHalfWidth, tTwoSided } from './student-t.ts';

describe('the t distribution', () => {
  it('has the quantiles of scipy.stats.t', () => {
    expect(tHalfWidth(0.95, 4)).toBeCloseTo(2.7764451051977934, 7);
    expect(tHalfWidth(0.95, 9)).toBeCloseTo(2.262157162798205, 7);
    expect(tHalfWidth(0.975, 3.7)).toBeCloseTo(3.6452778976078735, 7);
    expect(tHalfWidth(0.99, 12.3)).toBeCloseTo(3.0410295709435236, 7);
    expect(tHalfWidth(0.95, 200)).toBeCloseTo(1.9718962236339088, 6);
  });

  it('tends to the normal one', () => {
    expect(tHalfWidth(0.95, 1e6)).toBeCloseTo(1.959963984540054, 10);
    expect(tHalfWidth(0.95, 99_999)).toBeCloseTo(1.959963984540054, 4);
  });

  it('gives two-sided p', () => {
    expect(tTwoSided(2.5, 7.5)).toBeCloseTo(0.03882025827362553, 9);
    expect(tTwoSided(-2.5, 7.5)).toBeCloseTo(0.03882025827362553, 9);
    expect(tTwoSided(0, 7.5)).toBe(1);
  });
});
