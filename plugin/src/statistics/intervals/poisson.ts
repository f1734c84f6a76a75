/** Interval of a count of rare events. */
import library from 'jstat';
import type { Interval } from './proportion.ts';

const { chisquare } = library.jStat;

/** Exact interval of the expected count behind a count of independent events (Garwood 1936: quantiles of chi-squared, halved). @param count ≥ 0. */
export function poissonInterval(count: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return {
    lo: count === 0 ? 0 : chisquare.inv(tail, 2 * count) / 2,
    hi: chisquare.inv(1 - tail, 2 * count + 2) / 2,
  };
}
