/** Permutation test of the difference of means of two arms of cluster values (metrics.md 4.3), two-sided. */
import { normalCdf } from './intervals/normal.ts';
import type { Random } from './prng.ts';

/** More ways to split the clusters are drawn, not listed. */
export const EXACT_LIMIT = 20_000;
/** Draws when not exact: p = (hits + 1) / (draws + 1). */
export const DRAWS = 9999;
/** From this size of the smaller arm on, the permutation distribution is taken as the normal one with its own variance. */
export const NORMAL_FROM = 100;
const TIE = 1e-12;

/**
 * p of |mean(treated) − mean(control)| under all relabellings of the clusters. Null = an arm is empty.
 * Exact up to EXACT_LIMIT combinations, then random draws, and for large arms the normal limit.
 */
export function permutationTest(control: readonly number[], treated: readonly number[], random: Random): number | null {
  if (control.length === 0 || treated.length === 0) {
    return null;
  }
  const [small, large] = control.length < treated.length ? [control, treated] : [treated, control];
  // In an order of their own, so that the rows may come in any.
  const pool = Float64Array.from([...Float64Array.from(small).sort(), ...Float64Array.from(large).sort()]);
  const split = { pool, size: small.length, total: sumOf(pool) };
  const observed = meanGap(split, sumOf(pool.subarray(0, small.length))) - TIE;
  if (combinations(pool.length, small.length) <= EXACT_LIMIT) {
    return exact(split, observed);
  }
  return small.length >= NORMAL_FROM ? normalLimit(split, observed) : drawn(split, observed, random);
}

interface Split {
  readonly pool: Float64Array;
  /** Clusters of the smaller arm. */
  readonly size: number;
  readonly total: number;
}

function meanGap({ pool, size, total }: Split, sum: number): number {
  return Math.abs(sum / size - (total - sum) / (pool.length - size));
}

function exact(split: Split, observed: number): number {
  let hits = 0;
  let count = 0;
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      count += 1;
      hits += meanGap(split, sum) >= observed ? 1 : 0;
      return;
    }
    for (let index = from; index <= split.pool.length - left; index += 1) {
      choose(index + 1, left - 1, sum + (split.pool[index] ?? 0));
    }
  };
  choose(0, split.size, 0);
  return hits / count;
}

function drawn(split: Split, observed: number, random: Random): number {
  const { pool, size } = split;
  let hits = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    let sum = 0;
    // A partial shuffle of any order is a random choice, so the pool need not be put back.
    for (let place = 0; place < size; place += 1) {
      const other = place + Math.floor(random() * (pool.length - place));
      const value = pool[other] as number;
      pool[other] = pool[place] as number;
      pool[place] = value;
      sum += value;
    }
    hits += meanGap(split, sum) >= observed ? 1 : 0;
  }
  return (hits + 1) / (DRAWS + 1);
}

function normalLimit({ pool, size, total }: Split, observed: number): number {
  const count = pool.length;
  const centre = total / count;
  const variance = pool.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (count - 1);
  const error = Math.sqrt(variance * (1 / size + 1 / (count - size)));
  return error === 0 ? 1 : Math.min(1, 2 * normalCdf(-Math.max(0, observed) / error));
}

function combinations(total: number, chosen: number): number {
  let count = 1;
  for (let factor = 1; factor <= chosen && count <= EXACT_LIMIT; factor += 1) {
    count = (count * (total - chosen + factor)) / factor;
  }
  return Math.round(count);
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index] ?? 0;
  }
  return sum;
}
