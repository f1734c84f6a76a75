/** The standard normal distribution. */
import library from 'jstat';

/** Half-width of a 95 % interval in standard errors. */
export const Z95 = 1.959963984540054;

/** P(Z ≤ z), absolute error below 1e-14 (series of Marsaglia 2004). */
export function normalCdf(z: number): number {
  if (Math.abs(z) > 8.5) {
    return z > 0 ? 1 : 0;
  }
  let sum = z;
  let term = z;
  for (let odd = 3; Math.abs(term) > 1e-18 && odd < 400; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)));
}

/** The z with P(Z ≤ z) = p, by jStat; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  return p <= 0 || p >= 1 ? (p <= 0 ? -Infinity : Infinity) : library.jStat.normal.inv(p, 0, 1);
}

/** Half-width of a two-sided interval in standard errors. @param level 0..1, e.g. 0.95. */
export function zHalfWidth(level: number): number {
  return level === 0.95 ? Z95 : normalQuantile((1 + level) / 2);
}
