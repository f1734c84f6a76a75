import { wilson } from '../../statistics/intervals/proportion.ts';
import { quantiles } from '../../statistics/quantile.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutBucket, leastUnits, numberOf, weeksOf } from '../parts/groups.ts';
import { integers } from '../parts/packs.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';

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
      return sizes(row, context);
    case 'gates':
      return { ...shareOf(row, isShown, context), retries: isShown ? part(row, 'retries') : null };
    default:
      return reliability(row, isShown, context);
  }
}

/** Least number of changes for a number: counts have none. */
const leastOf = (context: ComputeContext): number => {
  const { metric, show } = context.params;
  if (metric === 'throughput') return 0;
  return metric === 'size' && show !== 'xl_share' ? leastUnits(context, 'median', 10) : leastUnits(context, 'proportion', 20);
}; // prettier-ignore

const part = (row: Row, name: string): number => numberOf(row[name]) / numberOf(row['n']);

function throughput(row: Row, { time, context }: Asked): Row {
  const weeks = weeksOf(row, time, context);
  const personWeeks = numberOf(row['person_weeks']);
  return {
    value: weeks > 0 ? numberOf(row['n']) / weeks : null,
    per_developer: personWeeks > 0 ? numberOf(row['known_n']) / personWeeks : null,
  };
}

/** A share needs more changes than a median. */
function sizes(row: Row, context: ComputeContext): Row {
  const isEnough = (kind: string, least: number): boolean => numberOf(row['n']) >= leastUnits(context, kind, least);
  const [p50 = null, p90 = null] = isEnough('median', 10) ? quantiles(integers(row['lines']), [0.5, 0.9]) : [];
  const found = { p50, p90, xl_share: isEnough('proportion', 20) ? part(row, 'hits') : null };
  return { value: found[String(context.params['show']) as keyof typeof found], p90, xl_share: found.xl_share };
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
