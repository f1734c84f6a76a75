/** The buckets of the range: one for the whole range, or those of the param bucket. */
import type { ComputeContext } from '../define.ts';
import { bucketsOf, isPartial, nextBucket, type Bucket } from '../../statistics/buckets.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 604_800_000;
/** Monday that week 0 begins with. */
const FIRST_MONDAY_MS = Date.UTC(2000, 0, 3);

export interface TimeSlots {
  /** Null = one slot for the whole range. */
  readonly bucket: Bucket | null;
  readonly starts: readonly Date[];
  /** Slot of an instant in minutes since 1970; −1 = outside. */
  readonly of: (minutes: number | undefined) => number;
  /** Slot that holds the noon of a week's Monday; a week that began before the range belongs to the first; −1 = later. */
  readonly ofWeek: (week: number) => number;
  /** @param watermark Minutes since 1970; null = not known. */
  readonly isPartial: (slot: number, watermark: number | null) => boolean;
}

export function timeSlots({ params, from, to, tz }: ComputeContext): TimeSlots {
  const bucket = params['bucket'] === 'none' || params['bucket'] === undefined ? null : (params['bucket'] as Bucket);
  if (bucket === null) {
    return {
      bucket,
      starts: [],
      of: () => 0,
      ofWeek: (week) => (mondayOf(week) < to ? 0 : -1),
      isPartial: () => false,
    };
  }
  const starts = bucketsOf({ from, to }, bucket, tz);
  const firstMinutes = starts.map((start) => start.getTime() / MINUTE_MS);
  const of = (minutes: number | undefined) => lastAtOrBefore(firstMinutes, minutes ?? -1);
  return {
    bucket,
    starts,
    of,
    ofWeek: (week) => {
      const noon = mondayOf(week).getTime() / MINUTE_MS + 720;
      return noon * MINUTE_MS >= to.getTime() ? -1 : Math.max(0, of(noon));
    },
    isPartial: (slot, watermark) => {
      const start = starts[slot] as Date;
      const range = { from: start, to: nextBucket(start, bucket, tz) };
      return isPartial(range, { from, to }, watermark === null ? null : new Date(watermark * MINUTE_MS));
    },
  };
}

/** The Monday of a week as a date. */
export function mondayOf(week: number): Date {
  return new Date(FIRST_MONDAY_MS + week * WEEK_MS);
}

function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
