/** Ranges too short for what is asked: answered for one that fits. Grafana opens panels with hours, rules with minutes. */
import type { Metric, Notice } from '../../metrics/define.ts';
import { BUCKET_UNITS, LINE_DAYS, RULE_DAYS } from '../../metrics/parts/ranges.ts';
import { parseQuery, type ParsedQuery } from '../../metrics/query.ts';
import { nextBucket, type Bucket, type Range } from '../../statistics/buckets.ts';
import { snapRange } from './gate/snap-range.ts';
import { checkRange } from './instant.ts';
import { zoneOf, type EngineParts, type MetricRequest } from './run-metric.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A week in which clocks go forward has an hour less. */
const LEAST_WEEK_MS = 7 * DAY_MS - HOUR_MS;

export interface Fitted {
  readonly range: Range;
  /** Null = the range is the one asked for. */
  readonly notice: Notice | null;
  /** Of a line before the range asked for: the instant up to which it is to be zoomed out, so that the newest weeks are in sight too; null = it is no such line. */
  readonly zoomTo: Date | null;
}

/**
 * A rule of less than a day looks at the time that a panel at "Last 90 days" does: days are the smallest step of a rule. Numbers, tables and
 * lines of less than a week are all of a year, and so is a line of less than two points, so that there is one: Grafana offers to zoom to it.
 * @throws QueryError, BackendError.
 */
export function fittingRange(parts: EngineParts, request: MetricRequest, now: Date): Fitted {
  const { isAlert, from, to } = request;
  const parsed = parseQuery(request.stored, parts.catalog.metrics);
  checkRange(request);
  const asAsked: Fitted = { range: { from, to }, notice: null, zoomTo: null };
  const upToEnd = (days: number, text: string): Fitted => ({
    range: { from: new Date(to.getTime() - days * DAY_MS), to },
    notice: { severity: 'info', text },
    zoomTo: null,
  });
  if (isAlert) return to.getTime() - from.getTime() < DAY_MS ? upToEnd(RULE_DAYS, RULE_TEXT) : asAsked;
  const bucket = bucketOfLine(parsed);
  const isShort = isOfWeeks(parsed.metric) && to.getTime() - from.getTime() < (bucket === 'day' ? DAY_MS : LEAST_WEEK_MS);
  if (bucket === null) return isShort ? upToEnd(LINE_DAYS, NUMBER_TEXT) : asAsked;
  const tz = zoneOf(parts, null);
  const grain = parsed.metric.grain ?? 'week';
  if (!isShort && isLine(snapRange({ from, to }, { grain, bucket, tz, now }), bucket, tz)) return asAsked;
  const { to: end } = snapRange({ from: to, to }, { grain, bucket: null, tz, now });
  // Grafana offers it only for points of which all lie before the range. By whole hours, so that one answer serves for an hour.
  const before = new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS - 1);
  return { ...upToEnd(LINE_DAYS, lineText(bucket)), zoomTo: end < before ? end : before };
} // prettier-ignore

/** Whether it counts units of closed weeks, or speaks of answers that do; else it lists what is there, or tells how things stand. */
const isOfWeeks = ({ units, grain, params, asksGate }: Metric): boolean =>
  (units !== undefined && grain !== 'day') || params['bucket'] !== undefined || asksGate === true;

/** Null = no line over time is asked for. */
function bucketOfLine({ metric, params, format }: ParsedQuery): Bucket | null {
  const { bucket } = params;
  const isOverTime = format === 'timeseries' && metric.params['bucket'] !== undefined;
  return isOverTime && typeof bucket === 'string' && Object.hasOwn(BUCKET_UNITS, bucket) ? (bucket as Bucket) : null;
}

/** Of two points at least. The range begins with a whole bucket. */
const isLine = ({ from, to }: Range, bucket: Bucket, tz: string): boolean => nextBucket(from, bucket, tz) < to;

const RULE_TEXT = `Days are the smallest step of a rule, and its range is shorter: answered for the ${String(RULE_DAYS)} days up to its end, as a panel at "Last ${String(RULE_DAYS)} days".`;

const NUMBER_TEXT =
  'The range is shorter than a week, the least that is answered: answered, as lines are, for the year up to its end. "Last 7 days" and longer ranges are answered as they are.';

const lineText = (bucket: Bucket): string =>
  `The range holds less than two closed ${BUCKET_UNITS[bucket]}, too little for a line: drawn for the year up to its end. Zoom to data, or choose "Last 1 year".`;
