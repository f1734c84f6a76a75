/** What an answer says of how the question was asked: for which range it is, and which numbers were taken to their steps. */
import type { Metric, Notice, ParamValues } from '../../../metrics/define.ts';
import { isParamShown } from '../../../metrics/query.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { dateFormat } from '../../../statistics/date-format.ts';
import type { MetricRequest } from '../run-metric.ts';
import type { RangeGrain } from './snap-range.ts';

/**
 * Said where the answer is for another range than was asked for: its ends lie within a grain, which is shown whole or not at all, or its edges hold
 * few people.
 * @param k Least number of people, where the edges moved; else null.
 */
export function rangeNotices(
  { isAlert, from, to }: MetricRequest,
  range: Range,
  { grain, tz, k }: { grain: RangeGrain; tz: string; k: number | null }
): Notice[] {
  const isSame = range.to.getTime() === to.getTime() && range.from.getTime() === from.getTime();
  if (isAlert || isSame) return [];
  const dayOf = dateFormat('en-GB', {
    timeZone: tz,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const [closed, one] = {
    day: ['days', 'day'],
    week: ['weeks', 'week'],
    four_weeks: ['periods of four weeks', 'four weeks'],
  }[grain];
  const why =
    k === null ? '' : `, because at the edge of the range asked for ${one} would have fewer than ${String(k)} people`;
  return [
    {
      severity: 'info',
      text: `Shown for closed ${closed}: ${dayOf.format(range.from)} to ${dayOf.format(range.to.getTime() - 1)}${why}.`,
    },
  ]; // prettier-ignore
}

/** Numbers that cannot be walked: each at its step. Only those that differ from what was asked. */
export function safeParams({ params: declared }: Metric, params: ParamValues): Record<string, number> {
  const stepped = Object.entries(declared).flatMap(([name, param]) => {
    if (param.kind !== 'number' || param.steps === undefined || !isParamShown(param, params)) return [];
    const step = param.steps.findLast((candidate) => candidate <= Number(params[name])) ?? param.steps[0];
    return step === undefined || step === params[name] ? [] : [[name, step] as const];
  });
  return Object.fromEntries(stepped);
}

export function stepNotices(safe: Readonly<Record<string, number>>, params: ParamValues): Notice[] {
  return Object.entries(safe).map(([name, step]) => ({
    severity: 'info',
    text: `${name} ${String(params[name])} is answered as ${String(step)}: answers of numbers close by would differ by single people.`,
  }));
}
