import { bucketsOf, nextBucket, type Bucket } from '../../statistics/buckets.ts';
import { dateFormat } from '../../statistics/date-format.ts';
import { isCutBucket, listOf, SEPARATOR } from '../parts/groups.ts';
import type { ComputeContext, Row } from '../define.ts';
import { INNER_GROUPS, OUTER_GROUPS } from './metric.ts';

/** A group of deployments or changes. */
export interface Group {
  readonly cell: string;
  readonly isBaseline: boolean;
  /** Null = the whole range. */
  readonly time: Date | null;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Bucket and values without code_source. */
  readonly family: string;
  /** Values alone: the same group in another period. */
  readonly values: string;
}

/** Reads the group that a row of the query names. */
export function readGroup(cell: string, context: ComputeContext): Group {
  const parts = cell.split(SEPARATOR);
  const isBaseline = parts.shift() === 'baseline';
  const time = context.params['bucket'] === 'none' || isBaseline ? null : new Date(Number(parts.shift()) * 1000);
  const chosen = listOf(context, 'groupBy');
  const outer = OUTER_GROUPS.filter((name) => chosen.includes(name)).map(
    (name, index) => [name, parts[index] ?? 'unknown'] as const
  );
  // A deployment without a majority is mixed in every dimension of its changes: one value stands for all.
  const values = parts.slice(outer.length);
  const inner = INNER_GROUPS.filter((name) => chosen.includes(name)).map(
    (name, index) => [name, values[index] ?? values[0] ?? 'unknown'] as const
  );
  const dimensions = Object.fromEntries([...outer, ...inner]);
  const others = Object.entries(dimensions).filter(([name]) => name !== 'code_source');
  return {
    cell,
    isBaseline,
    time,
    dimensions,
    family: [String(time?.getTime() ?? isBaseline), ...others.map(([, value]) => value)].join(SEPARATOR),
    values: Object.values(dimensions).join(SEPARATOR),
  };
}

/** Values of team, repository and service of a group without its part. */
export function outerOf(cell: string, { params }: ComputeContext): string {
  const parts = cell.split(SEPARATOR);
  const isDated = parts[0] !== 'baseline' && params['bucket'] !== 'none';
  return parts.slice(isDated ? 2 : 1).join(SEPARATOR);
}

/** Until when data is complete, never after the end of the range. */
export function readClock(rows: readonly Row[], { to }: ComputeContext): Date {
  const at = rows.find((row) => typeof row['complete_until'] === 'number')?.['complete_until'];
  return typeof at === 'number' ? new Date(Math.min(at * 1000, to.getTime())) : to;
}

/** Whether the group's bucket is cut by the range or by the end of the data. */
export function isCut({ time }: Group, at: Date, context: ComputeContext): boolean {
  return time !== null && isCutBucket(time, at, context);
}
/** Observed calendar days of a group's period in the query's zone that are not closed: a day of 23 or 25 hours is one day, a cut day its part. */
export function daysOf(
  group: Group,
  { at, observedFrom, closed }: { at: Date; observedFrom: Date | null; closed: ReadonlySet<number> },
  { params, from, before = from, tz }: ComputeContext
): number {
  const asked = group.isBaseline ? before : from;
  const first = observedFrom !== null && observedFrom > asked ? observedFrom : asked;
  const last = group.isBaseline ? from : at;
  const start = group.time !== null && group.time > first ? group.time : first;
  const bucketEnd = group.time === null ? last : nextBucket(group.time, String(params['bucket']) as Bucket, tz);
  const end = bucketEnd < last ? bucketEnd : last;
  if (end <= start) {
    return 0;
  }
  return bucketsOf({ from: start, to: end }, 'day', tz).reduce((days, day) => {
    if (closed.size > 0 && closed.has(localDayOf(day, tz))) return days;
    const next = nextBucket(day, 'day', tz);
    const covered = Math.min(next.getTime(), end.getTime()) - Math.max(day.getTime(), start.getTime());
    return days + covered / (next.getTime() - day.getTime());
  }, 0);
}

const FIRST_DAY = Date.UTC(2000, 0, 1);

/** Local day of an instant, from 2000-01-01 on, as the query files count them. */
function localDayOf(at: Date, tz: string): number {
  const date = dateFormat('sv-SE', { timeZone: tz }).format(at);
  return Math.round((Date.parse(date) - FIRST_DAY) / 86_400_000);
}
