/** The days before a range that stand beside each row (`shows` in `units`). Pure. */
import { bucketStart } from '../../../statistics/buckets.ts';
import { countedOf, type Asked } from './find-described.ts';
import { grainStart, type RangeGrain } from './snap-range.ts';

const DAY_MS = 86_400_000;

/**
 * Where they begin: back to the start of a whole grain, so that what they hold is what a question for a range holds. Undefined = the question shows
 * no such days.
 */
export function startBefore(
  asked: Asked,
  { from, grain }: { readonly from: Date; readonly grain?: RangeGrain },
  tz: string
): Date | undefined {
  const shows = countedOf(asked)?.shows;
  if (typeof shows !== 'object') return undefined;
  const start = from.getTime() - shows.days * DAY_MS;
  // The middle of its first day, whatever the clocks did since.
  return grain === undefined ? new Date(start) : grainStart(bucketStart(new Date(start + DAY_MS / 2), 'day', tz), grain, tz);
} // prettier-ignore
