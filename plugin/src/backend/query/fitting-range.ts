/** Ranges too short for what is asked: answered for one that fits. Grafana opens panels with hours, rules with minutes. */
import type { Notice } from '../../metrics/define.ts';
import { BUCKET_UNITS, LINE_DAYS, RULE_DAYS } from '../../metrics/parts/ranges.ts';
import { parseQuery, type ParsedQuery } from '../../metrics/query.ts';
import { nextBucket, type Bucket, type Range } from '../../statistics/buckets.ts';
import { snapRange } from './gate/snap-range.ts';
import { checkRange } from './instant.ts';
import { zoneOf, type EngineParts, type MetricRequest } from './run-metric.ts';

const DAY_MS = 86_400_000;

export interface Fitted {
  readonly range: Range;
  /** Null = the range is the one asked for. */
  readonly notice: Notice | null;
}

/**
 * A rule of less than a day looks at the time that a panel at "Last 90 days" does: days are the smallest step of a rule. A line of less than two
 * points is drawn for a year, so that there is one, and Grafana offers to zoom to it.
 * @throws QueryError, BackendError.
 */
export function fittingRange(parts: EngineParts, request: MetricRequest, now: Date): Fitted {
  const { isAlert, from, to } = request;
  const parsed = parseQuery(request.stored, parts.catalog.metrics);
  checkRange(request);
  const upToEnd = (days: number, text: string): Fitted => ({
    range: { from: new Date(to.getTime() - days * DAY_MS), to },
    notice: { severity: 'info', text },
  });
  if (isAlert) return to.getTime() - from.getTime() < DAY_MS ? upToEnd(RULE_DAYS, RULE_TEXT) : { range: { from, to }, notice: null };
  const bucket = bucketOfLine(parsed);
  const tz = zoneOf(parts, null);
  return bucket === null || isLine(snapRange({ from, to }, { grain: parsed.metric.grain ?? 'week', bucket, tz, now }), bucket, tz)
    ? { range: { from, to }, notice: null }
    : upToEnd(LINE_DAYS, lineText(bucket));
} // prettier-ignore

/** Null = no line over time is asked for. */
function bucketOfLine({ metric, params, format }: ParsedQuery): Bucket | null {
  const { bucket } = params;
  const isOverTime = format === 'timeseries' && metric.params['bucket'] !== undefined;
  return isOverTime && typeof bucket === 'string' && Object.hasOwn(BUCKET_UNITS, bucket) ? (bucket as Bucket) : null;
}

/** Of two points at least. The range begins with a whole bucket. */
const isLine = ({ from, to }: Range, bucket: Bucket, tz: string): boolean => nextBucket(from, bucket, tz) < to;

const RULE_TEXT = `Days are the smallest step of a rule, and its range is shorter: answered for the ${String(RULE_DAYS)} days up to its end, as a panel at "Last ${String(RULE_DAYS)} days".`;

const lineText = (bucket: Bucket): string =>
  `The range holds less than two closed ${BUCKET_UNITS[bucket]}, too little for a line: drawn for the year up to its end. Zoom to data, or choose "Last 1 year".`;
