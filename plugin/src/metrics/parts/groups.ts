/** Groups of a result and what metrics read of rows and params. A group is named by the start of its bucket and its values of groupBy. */
import { bucketStart, daysBetween, isPartial, nextBucket, type Bucket } from '../../statistics/buckets.ts';
import type { Cell, ComputeContext, Row } from '../define.ts';

/** Between the values of a group (chr(31) in the queries). */
export const SEPARATOR = '\u001f';

export const numberOf = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : 0);
export const numberOrNull = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null);
export const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');

/** A list param: a filter's values or the dimensions grouped by. Empty = all, or none. */
export function listOf({ params }: ComputeContext, name: string): readonly string[] {
  const value = params[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Rows by the text of a column, in the order of their first row. */
export function groupRows(rows: readonly Row[], name: string): ReadonlyMap<string, Row[]> {
  return Map.groupBy(rows, (row) => textOf(row[name]));
}

/** Whether the bucket that begins at a time is cut by the range or by the end of the data (null = not looked at). */
export function isCutBucket(start: Date, dataEnd: Date | null, { params, from, to, tz }: ComputeContext): boolean {
  const end = nextBucket(start, String(params['bucket']) as Bucket, tz);
  return isPartial({ from: start, to: end }, { from, to }, dataEnd);
}

/** The same of a row's bucket (time; null = none), by the end of the data that it carries (complete_until). */
export const isCutRow = (row: Row, time: Date | null, context: ComputeContext): boolean =>
  time !== null && isCutBucket(time, new Date(numberOf(row['complete_until']) * 1000), context);

/**
 * Observed weeks of a group: of its bucket (time; null = none) in the range, from the week of the first fact that is known (known_from of the row)
 * up to the end of the data (complete_until). A week of 167 or 169 hours is one week.
 */
export function weeksOf(row: Row, time: Date | null, { params, from, to, tz }: ComputeContext): number {
  const known = numberOrNull(row['known_from']);
  const begins = [from.getTime(), time?.getTime() ?? 0];
  if (known !== null) begins.push(bucketStart(new Date(known * 1000), 'week', tz).getTime());
  const ends = [to.getTime(), numberOf(row['complete_until']) * 1000];
  if (time !== null) ends.push(nextBucket(time, String(params['bucket']) as Bucket, tz).getTime());
  return Math.max(0, daysBetween({ from: new Date(Math.max(...begins)), to: new Date(Math.min(...ends)) }, tz) / 7);
}

/** The organisation's least number of units for a kind of number (setting `min_n`), else the given default of metrics.md 0.13. */
export function leastUnits({ settings }: ComputeContext, kind: string, fallback: number): number {
  const all = settings['min_n'];
  const own = typeof all === 'object' && all !== null ? (all as Record<string, unknown>)[kind] : undefined;
  return typeof own === 'number' ? own : fallback;
}

/** Units of one group, and how many of them are of unknown source. */
export interface UnknownUnits {
  readonly family: string;
  readonly units: number;
  readonly unknown: number;
}

/** Share of units of unknown source in each family of groups; null = nothing counted in it. */
export function unknownShareByFamily(all: readonly UnknownUnits[]): (family: string) => number | null {
  const sums = new Map<string, { units: number; unknown: number }>();
  for (const { family, units, unknown } of all) {
    const sum = sums.get(family) ?? { units: 0, unknown: 0 };
    sum.units += units;
    sum.unknown += unknown;
    sums.set(family, sum);
  }
  return (family) => {
    const sum = sums.get(family);
    return sum === undefined || sum.units === 0 ? null : sum.unknown / sum.units;
  };
}
