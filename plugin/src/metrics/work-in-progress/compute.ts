import { dateFormat } from '../../statistics/date-format.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { isCutBucket, leastUnits, listOf, numberOf, numberOrNull, SEPARATOR, textOf } from '../parts/groups.ts';
import { balanceOf, endInWords, inWords, littlesLaw, type Queue } from './little.ts';
import { GROUPS } from './metric.ts';

/** What came, left and was there, of each group and bucket. */
export const compute: Compute = (rows, context) => ({ rows: rows.map((row) => rowOf(row, context)) });

const DAY_SECONDS = 86_400;

function rowOf(row: Row, context: ComputeContext): Row {
  const values = textOf(row['cell']).split(SEPARATOR);
  const names = GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  const [starts, ends, arrived, departed] = ['starts', 'ends', 'arrived', 'departed'].map((name) => numberOf(row[name])) as [number, number, number, number]; // prettier-ignore
  const days = (ends - starts) / DAY_SECONDS;
  const isShown = departed >= leastUnits(context, 'mean', 10);
  const queue: Queue = {
    arrival: arrived / days,
    departure: departed / days,
    wip: numberOf(row['inside']) / DAY_SECONDS / days,
    meanDays: numberOf(row['seconds']) / DAY_SECONDS / departed,
  };
  const numbers = isShown ? shownOf(queue) : HIDDEN;
  const isBucketed = context.params['bucket'] !== 'none';
  const time = isBucketed ? new Date(numberOf(row['at']) * 1000) : null;
  return {
    ...(time === null ? {} : { time }),
    ...Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])),
    value: numbers[String(context.params['show'])] ?? null,
    ...numbers,
    ...(isBucketed ? {} : openAtEnd(row, lastDayOf(ends, context))),
    n: departed,
    n_arrived: arrived,
    n_dev: numberOrNull(row['n_dev']),
    one_person_share: numberOrNull(row['one_person_share']),
    n_dev_arrived: arrived > 0 ? numberOrNull(row['n_dev_arrived']) : null,
    one_person_share_arrived: numberOrNull(row['one_person_share_arrived']),
    n_dev_departed: departed > 0 ? numberOrNull(row['n_dev_departed']) : null,
    one_person_share_departed: numberOrNull(row['one_person_share_departed']),
    status: isShown ? statusOf(time, ends, context) : 'low_n',
  };
}

/** The day that ends with the range, which may end within one. */
const lastDayOf = (ends: number, { tz }: ComputeContext): string =>
  dateFormat('sv', { timeZone: tz, dateStyle: 'short' }).format(new Date((ends - 1) * 1000));

function openAtEnd(row: Row, lastDay: string): Row {
  const open = numberOf(row['open']);
  return {
    n_open: open,
    at_end: endInWords(open, lastDay),
    n_dev_open: open > 0 ? numberOrNull(row['n_dev_open']) : null,
    one_person_share_open: numberOrNull(row['one_person_share_open']),
  };
}

const HIDDEN: Row = { wip: null, arrival: null, departure: null, ratio: null, growth: null, mean_days: null, wip_expected: null, balance: null, says: null }; // prettier-ignore

function shownOf(queue: Queue): Row {
  const { arrival, departure, wip, meanDays } = queue;
  const ratio = departure > 0 ? arrival / departure : null;
  return { wip, arrival, departure, ratio, growth: arrival - departure, mean_days: meanDays, wip_expected: littlesLaw(departure, meanDays), balance: balanceOf(queue), says: inWords(queue) }; // prettier-ignore
}

const statusOf = (time: Date | null, ends: number, context: ComputeContext): Status =>
  time !== null && isCutBucket(time, new Date(ends * 1000), context) ? 'partial' : 'ok';
