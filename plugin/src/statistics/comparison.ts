/** Comparisons that are judged together: the interval that is drawn is the one that the verdict rests on (metrics.md 4.9). */
import { LEVEL, pAgainst, type Estimate } from './intervals/estimate.ts';
import { holm } from './holm.ts';
import type { Interval } from './intervals/proportion.ts';

/** A comparison as it is drawn. */
export interface Compared {
  /** Two-sided, of this comparison alone. */
  readonly p: number;
  /** Holm-adjusted; below 0.05 exactly where `interval` excludes the value of no difference. */
  readonly pHolm: number;
  readonly interval: Interval;
  /** Level of `interval`: 0.95 of a comparison that is judged alone, higher where Holm asks for more. */
  readonly level: number;
}

/** Comparisons of one answer; null stays null and does not count. @param against No difference: 0, or 1 of ratios. */
export function compareTogether(estimates: ReadonlyArray<Estimate | null>, against = 0): Array<Compared | null> {
  const ps = estimates.map((estimate) => (estimate === null ? null : pAgainst(estimate, against)));
  const { adjusted, factors } = holmFactors(ps);
  return estimates.map((estimate, index) => {
    const [p, pHolm, factor] = [ps[index], adjusted[index], factors[index]];
    if (estimate === null || typeof p !== 'number' || typeof pHolm !== 'number' || typeof factor !== 'number') {
      return null;
    }
    const level = 1 - (1 - LEVEL) / factor;
    return { p, pHolm, level, interval: estimate.intervalAt(level) };
  });
}

/** Holm's p, and by what each p was multiplied before it was capped at 1. */
function holmFactors(ps: ReadonlyArray<number | null>): {
  adjusted: Array<number | null>;
  factors: Array<number | null>;
} {
  const tested = ps.filter((p) => p !== null).length;
  // Divided by their number first: so nothing reaches Holm's cap at 1, and the factor can be read off.
  const scaled = holm(ps.map((p) => (p === null ? null : p / Math.max(1, tested))));
  const factors = ps.map((p, index) => {
    const found = scaled[index];
    return p === null || typeof found !== 'number' ? null : p === 0 ? tested : (found * tested) / p;
  });
  return { adjusted: holm(ps), factors };
}
