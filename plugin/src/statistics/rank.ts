/** Rank view of two arms of cluster values, for skewed times (metrics.md 4.4). */
import { normalCdf } from './intervals/normal.ts';
import { quantileOfSorted } from './quantile.ts';

/** Result of the Mann–Whitney test. */
export interface MannWhitney {
  /** Pairs in which the value of the first arm is larger; ties count one half. */
  readonly u: number;
  /** Two-sided, normal approximation with tie and continuity correction; 1 where all values are equal. */
  readonly p: number;
}

/** Null = an arm is empty. */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney | null {
  const pairs = first.length * second.length;
  if (pairs === 0) {
    return null;
  }
  const { rankSum, ties } = rankSumOf(first, second);
  const u = rankSum - (first.length * (first.length + 1)) / 2;
  const count = first.length + second.length;
  const variance = (pairs / 12) * (count + 1 - ties / (count * (count - 1)));
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  return { u, p: variance <= 0 ? 1 : Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance))) };
}

/** Cliff's δ = P(first > second) − P(first < second), −1..1. Null = an arm is empty. */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number | null {
  const test = mannWhitney(first, second);
  return test === null ? null : (2 * test.u) / (first.length * second.length) - 1;
}

/** Hodges–Lehmann shift: median of all differences first − second. Null = an arm is empty. */
export function hodgesLehmann(first: readonly number[], second: readonly number[]): number | null {
  const pairs = first.length * second.length;
  if (pairs === 0) {
    return null;
  }
  const ascending = Float64Array.from(first).sort();
  const other = Float64Array.from(second).sort();
  if (pairs <= 20_000) {
    const differences = new Float64Array(pairs);
    ascending.forEach((value, row) =>
      other.forEach((less, column) => (differences[row * other.length + column] = value - less))
    );
    return quantileOfSorted(differences.sort(), 0.5);
  }
  const low = differenceOfRank(ascending, other, Math.ceil(pairs / 2));
  return pairs % 2 === 1 ? low : (low + differenceOfRank(ascending, other, pairs / 2 + 1)) / 2;
}

/** The rank-th smallest difference, by bisection on its value: a million pairs need not be listed. */
function differenceOfRank(first: Float64Array, second: Float64Array, rank: number): number {
  let low = (first[0] ?? 0) - (second.at(-1) ?? 0);
  let high = (first.at(-1) ?? 0) - (second[0] ?? 0);
  for (let step = 0; step < 100 && high - low > 1e-13 * Math.max(1, Math.abs(high)); step += 1) {
    const middle = (low + high) / 2;
    if (countUpTo(first, second, middle) >= rank) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

/** Number of pairs with first − second ≤ limit; both ascending. */
function countUpTo(first: Float64Array, second: Float64Array, limit: number): number {
  let count = 0;
  let place = 0;
  for (const value of first) {
    while (place < second.length && value - (second[place] as number) > limit) {
      place += 1;
    }
    count += second.length - place;
  }
  return count;
}

function rankSumOf(first: readonly number[], second: readonly number[]): { rankSum: number; ties: number } {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ];
  all.sort((one, two) => one.value - two.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    let ofFirst = 0;
    while (end < all.length && all[end]?.value === all[start]?.value) {
      ofFirst += all[end]?.isFirst === true ? 1 : 0;
      end += 1;
    }
    const size = end - start;
    rankSum += ofFirst * (start + (size + 1) / 2);
    ties += size ** 3 - size;
    start = end;
  }
  return { rankSum, ties };
}
