import { wilson } from '../../statistics/intervals/proportion.ts';
import { quantiles } from '../../statistics/quantile.ts';
import { bucketStart, nextBucket, type Bucket } from '../../statistics/buckets.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutBucket, leastUnits, numberOf } from '../parts/groups.ts';
import { integers } from '../parts/packs.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';

const WEEK_MS = 7 * 86_400_000;

/** One row a group, by the number that is asked for. */
export const compute: Compute = (rows, context) => ({
  rows: byCell(rows).map((row): Row => {
    const { time, dimensions } = readCell(row, CHANGE_GROUPS, context);
    const complete = new Date(numberOf(row['complete_until']) * 1000);
    const isCut = time !== null && isCutBucket(time, complete, context);
    return {
      ...(time === null ? {} : { time }),
      ...dimensions,
      ...numbersOf(row, { time, context }),
      n: numberOf(row['n']),
      n_dev: numberOf(row['n_dev']),
      one_person_share: row['one_person_share'] ?? null,
      status: statusOf(row, isCut, context),
    };
  }),
});

interface Asked {
  readonly time: Date | null;
  readonly context: ComputeContext;
}

function numbersOf(row: Row, asked: Asked): Row {
  const { context } = asked;
  const isShown = numberOf(row['n']) >= leastOf(context);
  switch (context.params['metric']) {
    case 'throughput':
      return throughput(row, asked);
    case 'size':
      return sizes(row, isShown, context);
    case 'gates':
      return { ...shareOf(row, isShown, context), retries: isShown ? part(row, 'retries') : null };
    default:
      return reliability(row, isShown, context);
  }
}

/** Least number of changes for a number: counts have none. */
const leastOf = (context: ComputeContext): number => {
  if (context.params['metric'] === 'throughput') return 0;
  return context.params['metric'] === 'size' ? leastUnits(context, 'median', 10) : leastUnits(context, 'proportion', 20);
}; // prettier-ignore

const part = (row: Row, name: string): number => numberOf(row[name]) / numberOf(row['n']);

/** Weeks of the bucket as far as the range and the data go. */
function weeksOf(row: Row, { time, context }: Asked): number {
  const { from, to, tz, params } = context;
  const ends = [to.getTime(), numberOf(row['complete_until']) * 1000];
  const bucket = String(params['bucket']) as Bucket;
  if (time !== null) ends.push(nextBucket(bucketStart(time, bucket, tz), bucket, tz).getTime());
  return (Math.min(...ends) - Math.max(from.getTime(), time?.getTime() ?? 0)) / WEEK_MS;
}

function throughput(row: Row, asked: Asked): Row {
  const weeks = weeksOf(row, asked);
  const personWeeks = numberOf(row['person_weeks']);
  return {
    value: weeks > 0 ? numberOf(row['n']) / weeks : null,
    per_developer: personWeeks > 0 ? numberOf(row['known_n']) / personWeeks : null,
  };
}

function sizes(row: Row, isShown: boolean, { params }: ComputeContext): Row {
  if (!isShown) return { value: null, p90: null, xl_share: null };
  const [p50, p90] = quantiles(integers(row['lines']), [0.5, 0.9]);
  const found = { p50: p50 ?? null, p90: p90 ?? null, xl_share: part(row, 'hits') };
  return { value: found[String(params['show']) as keyof typeof found], p90: found.p90, xl_share: found.xl_share };
}

function shareOf(row: Row, isShown: boolean, { params }: ComputeContext): Row {
  if (!isShown) return { value: null, lo: null, hi: null };
  const interval = params['ci'] === true ? wilson({ count: numberOf(row['hits']), total: numberOf(row['n']) }) : null;
  return { value: part(row, 'hits'), lo: interval?.lo ?? null, hi: interval?.hi ?? null };
}

function reliability(row: Row, isShown: boolean, context: ComputeContext): Row {
  const parts = [
    { column: 'reverted_share', name: 'reverted', isKnown: true, says: 'reverts' },
    { column: 'rewritten_share', name: 'rewritten', isKnown: row['knows_lines'] === true, says: 'rewrites' },
    { column: 'incident_share', name: 'failed', isKnown: row['knows_incidents'] === true, says: 'incidents' },
    { column: 'reopened_share', name: 'reopened', isKnown: row['knows_issues'] === true, says: 'reopened issues' },
  ];
  const list = (isKnown: boolean): string =>
    parts.filter((one) => one.isKnown === isKnown).map(({ says }) => says).join(', '); // prettier-ignore
  return {
    ...shareOf(row, isShown, context),
    ...Object.fromEntries(parts.map(({ column, name, isKnown }) => [column, isShown && isKnown ? part(row, name) : null])),
    known: list(false) === '' ? list(true) : `${list(true)}; not known: ${list(false)}`,
  };
} // prettier-ignore

function statusOf(row: Row, isCut: boolean, context: ComputeContext): Status {
  if (numberOf(row['n']) < leastOf(context)) return 'low_n';
  return isCut ? 'partial' : 'ok';
}
