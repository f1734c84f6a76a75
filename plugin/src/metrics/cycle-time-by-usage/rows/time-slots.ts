/** The buckets of the range: one for the whole range, or those of the param bucket. */
import type { ComputeContext } from '../../define.ts';
import { bucketsOf, isPartial, nextBucket, type Bucket } from '../../../statistics/buckets.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 604_800_000;
/** Monday that week 0 begins with. */
const FIRST_MONDAY_MS = Date.UTC(2000, 0, 3);

export interface TimeSlots {
  /** Null = one slot for the whole range. */
  readonly bucket: Bucket | null;
  readonly starts: readonly Date[];
  /** Slots of the ends of units, minutes since 1970; −1 = outside. Null = all are in slot 0. */
  readonly ofUnits: (ended: Int32Array) => Int32Array | null;
  /** Slot that holds the noon of a week's Monday; a week that began before the range belongs to the first; −1 = later. */
  readonly ofWeek: (week: number) => number;
  /** @param watermark Minutes since 1970; null = not known. */
  readonly isPartial: (slot: number, watermark: number | null) => boolean;
}

export function timeSlots({ params, from, to, tz }: ComputeContext): TimeSlots {
  const bucket = params['bucket'] === 'none' || params['bucket'] === undefined ? null : (params['bucket'] as Bucket);
  const weekSlots = new Map<number, number>();
  const cached = (week: number, find: () => number) => {
    const slot = weekSlots.get(week) ?? find();
    weekSlots.set(week, slot);
    return slot;
  };
  if (bucket === null) {
    return {
      bucket,
      starts: [],
      ofUnits: () => null,
      ofWeek: (week) => cached(week, () => (mondayOf(week) < to ? 0 : -1)),
      isPartial: () => false,
    };
  }
  const starts = bucketsOf({ from, to }, bucket, tz);
  const firstMinutes = starts.map((start) => start.getTime() / MINUTE_MS);
  const known = new WeakMap<Int32Array, Int32Array>();
  return {
    bucket,
    starts,
    // Every tool asks for the same units.
    ofUnits: (ended) => {
      const slots = known.get(ended) ?? ended.map((minutes) => lastAtOrBefore(firstMinutes, minutes));
      known.set(ended, slots);
      return slots;
    },
    ofWeek: (week) =>
      cached(week, () => {
        const noon = mondayOf(week).getTime() / MINUTE_MS + 720;
        return noon * MINUTE_MS >= to.getTime() ? -1 : Math.max(0, lastAtOrBefore(firstMinutes, noon));
      }),
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
