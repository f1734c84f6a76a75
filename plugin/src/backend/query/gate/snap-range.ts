/** Ranges by whole grains, so that no two answers differ by part of one (metrics.md 0.1). Pure. */
import { bucketStart, type Bucket, type Range } from '../../../statistics/buckets.ts';

/** How a range is cut. */
export interface Grain {
  /** Least step between two ranges. */
  readonly grain: 'day' | 'week';
  /** Width of the answer's time buckets; null = one for the whole range. The first bucket is never cut. */
  readonly bucket: Bucket | null;
  /** Zone of the organisation: with that of a viewer a range could be shifted by an hour. */
  readonly tz: string;
  readonly now: Date;
}

/** `from` back to the start of its grain, `to` back to the end of the last closed one; never empty: at least one closed grain. */
export function snapRange({ from, to }: Range, { grain, bucket, tz, now }: Grain): Range {
  const end = bucketStart(to < now ? to : now, grain, tz);
  const last = bucketStart(new Date(end.getTime() - 1), grain, tz);
  const start = bucketStart(from < last ? from : last, grain, tz);
  return { from: bucket === null ? start : bucketStart(start, bucket, tz), to: end };
}

/** Start of the bucket that the end of a range cuts; null = it cuts none. */
export function cutBucket({ to }: Range, { bucket, tz }: Pick<Grain, 'bucket' | 'tz'>): Date | null {
  const start = bucket === null ? null : bucketStart(new Date(to.getTime() - 1), bucket, tz);
  return start === null || bucket === null || bucketStart(to, bucket, tz) > start ? null : start;
}
