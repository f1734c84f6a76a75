/** Time buckets in an IANA zone (metrics.md 0.1, 0.3), equal to Postgres' date_trunc(bucket, at at time zone tz) at time zone tz. */

import { dateFormat } from './date-format.ts';

export type Bucket = 'day' | 'week' | 'month' | 'quarter';

/** A half-open range of instants. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Start of the bucket that holds an instant. Weeks start on Monday 00:00 local. @throws RangeError for an unknown zone. */
export function bucketStart(at: Date, bucket: Bucket, tz: string): Date {
  const local = new Date(at.getTime() + offsetAt(at.getTime(), tz));
  return fromLocal(truncate(local, bucket), tz);
}

/** Start of the bucket after the one that starts at `start`. A week of 167 or 169 hours is one bucket. */
export function nextBucket(start: Date, bucket: Bucket, tz: string): Date {
  const local = truncate(new Date(start.getTime() + offsetAt(start.getTime(), tz)), bucket);
  return fromLocal(addTo(local, bucket), tz);
}

/** Starts of all buckets that meet the range, in order. */
export function bucketsOf(range: Range, bucket: Bucket, tz: string): Date[] {
  const starts: Date[] = [];
  for (let start = bucketStart(range.from, bucket, tz); start < range.to; start = nextBucket(start, bucket, tz)) {
    starts.push(start);
  }
  return starts;
}

/** Calendar days of a range: a day of 23 or 25 hours is one day, a cut day its part. Negative where the range ends before it begins. */
export function daysBetween({ from, to }: Range, tz: string): number {
  return dayOf(to, tz) - dayOf(from, tz);
}

/** Local day of an instant, counted from 1970-01-01, with the part of it that is over. */
function dayOf(at: Date, tz: string): number {
  const start = bucketStart(at, 'day', tz);
  const next = nextBucket(start, 'day', tz);
  const day = Math.floor((start.getTime() + offsetAt(start.getTime(), tz)) / 86_400_000);
  return day + (at.getTime() - start.getTime()) / (next.getTime() - start.getTime());
}

/**
 * Whether a bucket is not wholly inside the range and the time up to which data is complete.
 * @param watermark Null = not known; then only the range counts.
 */
export function isPartial(bucketRange: Range, range: Range, watermark: Date | null): boolean {
  const end = watermark !== null && watermark < range.to ? watermark : range.to;
  return bucketRange.from < range.from || bucketRange.to > end;
}

/** Local wall-clock fields are kept as if they were UTC. */
function truncate(local: Date, bucket: Bucket): Date {
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  const day = local.getUTCDate();
  switch (bucket) {
    case 'day':
      return utc(year, month, day);
    case 'week':
      return utc(year, month, day - ((local.getUTCDay() + 6) % 7));
    case 'month':
      return utc(year, month, 1);
    case 'quarter':
      return utc(year, month - (month % 3), 1);
  }
}

function addTo(local: Date, bucket: Bucket): Date {
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  const day = local.getUTCDate();
  switch (bucket) {
    case 'day':
      return utc(year, month, day + 1);
    case 'week':
      return utc(year, month, day + 7);
    case 'month':
      return utc(year, month + 1, 1);
    case 'quarter':
      return utc(year, month + 3, 1);
  }
}

function utc(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month, day));
}

/** As Postgres: a time that the clocks skip is moved forward, one that comes twice means the second (standard time). */
function fromLocal(local: Date, tz: string): Date {
  const asUtc = local.getTime();
  const before = offsetAt(asUtc - 86_400_000, tz);
  const after = offsetAt(asUtc + 86_400_000, tz);
  const candidates = [asUtc - before, asUtc - after].filter((instant) => instant + offsetAt(instant, tz) === asUtc);
  return new Date(candidates.length === 0 ? asUtc - before : Math.max(...candidates));
}

/** Offsets by zone and second: the groups of a chart ask for the same bucket starts again and again, and a formatter is slow. */
const offsets = new Map<string, Map<number, number>>();
const MOST_OFFSETS = 10_000;

/** Local time − UTC in ms. */
function offsetAt(instant: number, tz: string): number {
  let known = offsets.get(tz);
  if (known === undefined || known.size >= MOST_OFFSETS) {
    known = new Map();
    offsets.set(tz, known);
  }
  const second = Math.floor(instant / 1000);
  const offset = known.get(second) ?? offsetOf(instant, tz);
  known.set(second, offset);
  return offset;
}

function offsetOf(instant: number, tz: string): number {
  const formatter = dateFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(instant / 1000) * 1000;
}
