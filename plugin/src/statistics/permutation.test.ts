import { permutationTest } from './permutation.ts';
import { mulberry32, seededRandom } from './prng.ts';

const logs = (pairs: ReadonlyArray<readonly [number, number]>) => pairs.map(([before, now]) => Math.log(now / before));
const zero = logs([[10, 10], [12, 12], [8, 8.4], [9, 9], [11, 10.5]]); // prettier-ignore
const low = logs([[10, 9.5], [12, 12], [9, 9], [8, 8.2], [11, 10.8]]); // prettier-ignore
const high = logs([[10, 7], [12, 8.4], [9, 7.2], [8, 6.4], [11, 8.8]]); // prettier-ignore
const p = (control: readonly number[], treated: readonly number[]) =>
  permutationTest(control, treated, seededRandom('x'));

describe('permutation test', () => {
  it('is exact for few clusters (G-13)', () => {
    expect(p(zero, high)).toBeCloseTo(2 / 252, 12);
    expect(p(zero, low)).toBeCloseTo(180 / 252, 12);
  });

  it('cannot fall below 1/6 with one treated and five control clusters', () => {
    expect(p([1, 2, 3, 4, 5], [100])).toBeCloseTo(1 / 6, 12);
  });

  it('is symmetric in its arms, 1 for equal values and absent without clusters', () => {
    expect(p(high, zero)).toBe(p(zero, high));
    expect(p([1, 1, 1], [1, 1, 1])).toBe(1);
    expect(p([], [1])).toBeNull();
  });

  it('does not depend on the order of people where it draws', () => {
    const random = mulberry32(5);
    const [control, treated] = [0, 0.2].map((shift) => Array.from({ length: 14 }, () => random() + shift)) as [number[], number[]]; // prettier-ignore
    expect(p(control.toReversed(), [...treated.slice(5), ...treated.slice(0, 5)])).toBe(p(control, treated));
  });

  it('agrees between exact, drawn and normal p', () => {
    const random = mulberry32(3);
    const arm = (count: number, shift: number) => Array.from({ length: count }, () => random() + shift);
    const control = arm(60, 0);
    const treated = arm(60, 0.1);
    const drawn = p(control, treated) ?? NaN;
    // The same values twice in arms of 120: z grows by √2.
    const doubled = p([...control, ...control], [...treated, ...treated]) ?? NaN;
    expect(drawn).toBeGreaterThan(0.001);
    expect(drawn).toBeLessThan(0.2);
    expect(doubled).toBeLessThan(drawn);
    const same = arm(400, 0);
    expect(p(same.slice(0, 200), same.slice(200)) ?? 0).toBeGreaterThan(0.01);
    expect(p(same, same)).toBeCloseTo(1, 9);
  });

  it('never gives 0 from draws', () => {
    const one = Array.from({ length: 20 }, (_, index) => index);
    expect(p(one, one.map((value) => value + 1000))).toBe(1 / 10000); // prettier-ignore
  });
});
