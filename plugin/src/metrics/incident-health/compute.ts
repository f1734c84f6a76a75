import { bucketStart, nextBucket, type Bucket } from '../../statistics/buckets.ts';
import type { Compute, ComputeContext, Row } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { isCutBucket, leastUnits, numberOf, numberOrNull, weeksOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';
import { byResponder, perChange } from './people.ts';
import { times } from './times.ts';

/** One row a group; of rates also for buckets without an incident. */
export const compute: Compute = (rows, context) => {
  if (context.params['metric'] === 'per_change') return perChange(rows, context);
  if (context.params['metric'] === 'responders') return byResponder(rows, context);
  const named = byCell(rows).map((row) => ({ row, ...readCell(row, GROUPS, context) }));
  const isRate = context.params['metric'] === 'rate';
  const all = isRate ? withQuiet(named, context) : named;
  return {
    rows: all.map(({ row, time, dimensions }): Row => {
      const complete = new Date(numberOf(row['complete_until']) * 1000);
      const isCut = time !== null && isCutBucket(time, complete, context);
      const isShown = isRate || numberOf(row['n']) >= leastUnits(context, 'median', 10);
      return {
        ...(time === null ? {} : { time }),
        ...dimensions,
        ...(isRate ? rates(row, time, context) : times(row, isShown)),
        n: numberOf(row['n']),
        status: !isShown ? 'low_n' : isCut ? 'partial' : 'ok',
      };
    }),
  };
};

interface Named extends ReturnType<typeof readCell> {
  readonly row: Row;
}

/** Buckets since the first known incident in which nothing happened: they were observed. */
function withQuiet(named: readonly Named[], { params, from, to, tz }: ComputeContext): Named[] {
  const bucket = String(params['bucket']) as Bucket;
  const [first] = named;
  if (first === undefined || first.time === null) return [...named];
  const { complete_until: complete = null, known_from: known = null } = first.row;
  const since = bucketStart(new Date(Math.max(from.getTime(), numberOf(known) * 1000)), bucket, tz);
  const until = Math.min(to.getTime(), numberOf(complete) * 1000);
  return [...Map.groupBy(named, ({ dimensions }) => JSON.stringify(dimensions)).values()].flatMap((own) => {
    const found: Named[] = [];
    const byTime = new Map(own.map((one) => [one.time?.getTime(), one]));
    const { dimensions } = own[0] as Named;
    for (let time = since; time.getTime() < until; time = nextBucket(time, bucket, tz)) {
      const quiet = {
        n: 0,
        deployments: 0,
        security_n: 0,
        weight: 0,
        no_severity_n: 0,
        complete_until: complete,
        known_from: known,
      };
      found.push(byTime.get(time.getTime()) ?? { row: quiet, time, dimensions });
    }
    return found;
  });
}

function rates(row: Row, time: Date | null, context: ComputeContext): Row {
  const weeks = weeksOf(row, time, context);
  const [n, deployments, weight] = [numberOf(row['n']), numberOf(row['deployments']), numberOrNull(row['weight'])];
  return {
    value: weeks > 0 ? n / weeks : null,
    per_100_deployments: deployments > 0 ? (100 * n) / deployments : null,
    weighted: weeks > 0 && weight !== null ? weight / weeks : null,
    security_n: numberOf(row['security_n']),
    no_severity_n: numberOf(row['no_severity_n']),
  };
}
