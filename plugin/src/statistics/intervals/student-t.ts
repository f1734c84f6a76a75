/** Student's t distribution, by jStat. */
import library from 'jstat';
import { normalCdf, normalQuantile } from './normal.ts';

const { studentt } = library.jStat;
/** From here on the normal distribution differs by less than 1e-5. */
const NORMAL_FROM = 100_000;
/** Results with many intervals ask for the same few quantiles. */
const known = new Map<string, number>();
const MOST_KNOWN = 5000;

/** Half-width of a two-sided interval in standard errors. @param level 0..1, e.g. 0.95. @param degrees > 0, need not be whole. */
export function tHalfWidth(level: number, degrees: number): number {
  const key = `${level} ${degrees}`;
  const found = known.get(key);
  if (found !== undefined) {
    return found;
  }
  const p = (1 + level) / 2;
  const width = degrees >= NORMAL_FROM ? normalQuantile(p) : studentt.inv(p, degrees);
  if (known.size >= MOST_KNOWN) {
    known.clear();
  }
  known.set(key, width);
  return width;
}

/** P(|T| ≥ |t|). */
export function tTwoSided(t: number, degrees: number): number {
  if (t === 0) {
    return 1;
  }
  const below = -Math.abs(t);
  return Math.min(1, 2 * (degrees >= NORMAL_FROM ? normalCdf(below) : studentt.cdf(below, degrees)));
}
