/**
 * Quantile of sorted values, type 7 (linear between order statistics; Postgres `percentile_cont`). Null = no values.
 * @param p 0..1.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  const last = sorted.length - 1;
  const position = last * p;
  const below = Math.floor(position);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, last)];
  return low === undefined || high === undefined ? null : low + (position - below) * (high - low);
}

/** Quantile of values in any order, type 7. Null = no values. @param p 0..1. */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** Median, type 7. Null = no values. */
export function median(values: ArrayLike<number>): number | null {
  return quantile(values, 0.5);
}

/** Arithmetic mean. Null = no values. */
export function mean(values: ArrayLike<number>): number | null {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index] ?? 0;
  }
  return values.length === 0 ? null : sum / values.length;
}

/** Standard deviation of a sample (n − 1). Null = fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) {
    return null;
  }
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    squares += ((values[index] ?? 0) - centre) ** 2;
  }
  return Math.sqrt(squares / (values.length - 1));
}
