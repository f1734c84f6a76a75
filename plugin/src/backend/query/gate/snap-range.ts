/** Ranges by whole grains, so that no two answers differ by part of one (metrics.md 0.1). Pure. */
import { bucketStart, nextBucket, type Bucket, type Range } from '../../../statistics/buckets.ts';

/** Least step between two ranges. Four weeks: where people are few, for whom a single week mostly says too little. */
export type RangeGrain = 'day' | 'week' | 'four_weeks';

/** How a range is cut. */
export interface Grain {
  readonly grain: RangeGrain;
  /** Width of the answer's time buckets; null = one for the whole range. The first bucket is never cut. */
  readonly bucket: Bucket | null;
  /** Zone of the organisation: with that of a viewer a range could be shifted by an hour. */
  readonly tz: string;
  readonly now: Date;
}

/**
 * `from` back to the start of its grain, `to` back to the end of the last closed one; a range within one grain is that one. Never empty: at least
 * one closed grain.
 */
export function snapRange({ from, to }: Range, { grain, bucket, tz, now }: Grain): Range {
  const closed = grainStart(now, grain, tz);
  const back = grainStart(to < now ? to : now, grain, tz);
  const end = from >= back && back < closed ? nextGrain(back, grain, tz) : back;
  const last = grainStart(new Date(end.getTime() - 1), grain, tz);
  const start = grainStart(from < last ? from : last, grain, tz);
  return { from: bucket === null ? start : bucketStart(start, bucket, tz), to: end };
}

/** The closed grains that lie wholly in a range; empty = none does. */
export function wholeWithin({ from, to }: Range, { grain, tz, now }: Omit<Grain, 'bucket'>): Range {
  const start = grainStart(from, grain, tz);
  const first = start < from ? nextGrain(start, grain, tz) : start;
  const end = grainStart(to < now ? to : now, grain, tz);
  return { from: first, to: end < first ? first : end };
}

/** The days before a range, as many as it has; both ends of the range are starts of days. */
export function rangeBefore({ from, to }: Range, tz: string): Range {
  const days = Math.round((to.getTime() - from.getTime()) / DAY_MS);
  // The middle of its first day, whatever the clocks did since.
  return { from: bucketStart(new Date(from.getTime() - days * DAY_MS + DAY_MS / 2), 'day', tz), to: from };
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * 86_400_000;
/** The first Monday of 1970. */
const FIRST_MONDAY_MS = 4 * 86_400_000;
/** Four weeks are counted from the first Monday of 1970, in every zone the same ones. */
export const PERIOD = 4;

export function grainStart(at: Date, grain: RangeGrain, tz: string): Date {
  if (grain !== 'four_weeks') return bucketStart(at, grain, tz);
  const week = weekOf(at, tz);
  return weekStart(week - (week % PERIOD), tz);
}

function nextGrain(start: Date, grain: RangeGrain, tz: string): Date {
  return grain === 'four_weeks' ? weekStart(weekOf(start, tz) + PERIOD, tz) : nextBucket(start, grain, tz);
}

/** Number of the week that holds an instant; 0 = that of the first Monday of 1970. */
export function weekOf(at: Date, tz: string): number {
  return Math.round((bucketStart(at, 'week', tz).getTime() - FIRST_MONDAY_MS) / WEEK_MS);
}

/** Monday of a week by its number. */
export function weekStart(week: number, tz: string): Date {
  // The middle of its Monday, whatever the clocks did since.
  return bucketStart(new Date(FIRST_MONDAY_MS + week * WEEK_MS + WEEK_MS / 14), 'week', tz);
}

/** Start of the bucket that the end of a range cuts; null = it cuts none. */
export function cutBucket({ to }: Range, { bucket, tz }: Pick<Grain, 'bucket' | 'tz'>): Date | null {
  const start = bucket === null ? null : bucketStart(new Date(to.getTime() - 1), bucket, tz);
  return start === null || bucket === null || bucketStart(to, bucket, tz) > start ? null : start;
}
