/** Panel time comparison: Grafana asks the same queries once more for an earlier range. Pure. */
import { createDataFrame, dateMath, dateTime, type DataFrame, type DataQueryRequest } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Metric } from '../../metrics/define.ts';
import { peopleRules } from '../../metrics/query.ts';
import { inLanguage } from './metric-words.ts';
import { readQuery, valuesWithDefaults } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';

const DAY_MS = 86_400_000;
/** A week across a change of clocks is an hour off. */
const HOUR_MS = 3_600_000;

type Request = Pick<DataQueryRequest<ThroughlineQuery>, 'range' | 'rangeRaw' | 'timezone'>;

/** How much earlier a request begins than the range that the panel shows; 0 = it is that range. */
export function shiftOf({ range, rangeRaw, timezone }: Request): number {
  if (rangeRaw === undefined) return 0;
  const isRelative = typeof rangeRaw.from === 'string' && rangeRaw.from.includes('now');
  // The range of the panel itself keeps its words.
  if (isRelative && typeof range.raw.from === 'string') return 0;
  const shown = isRelative ? dateMath.toDateTime(rangeRaw.from, { timezone }) : dateTime(rangeRaw.from);
  const shift = shown === undefined || !shown.isValid() ? 0 : shown.valueOf() - range.from.valueOf();
  return Math.abs(shift) < HOUR_MS ? 0 : shift;
}

/** Days that a range must move by so that its answer is another one: numbers come by whole buckets, those about people by whole weeks. */
const WIDTHS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 28, quarter: 90 };

function leastDays(metric: Metric, params: Readonly<Record<string, unknown>>): number {
  const values = valuesWithDefaults(metric, params);
  const bucket = metric.params['bucket'] === undefined ? undefined : WIDTHS[String(values['bucket'])];
  const isAboutPeople = peopleRules(metric, values).some(({ count }) => count !== null);
  return bucket ?? (isAboutPeople && metric.grain !== 'day' ? 7 : 1);
}

/** Why a comparison would show the panel's own number again; null = it compares. */
export function whyNotCompared(query: ThroughlineQuery, metric: Metric | undefined, shiftMs: number): string | null {
  if (metric === undefined || shiftMs === 0) return null;
  const least = leastDays(metric, readQuery(query).params);
  if (Math.abs(shiftMs) >= least * DAY_MS - HOUR_MS) return null;
  return t(
    'time-compare.same',
    'Not compared: {{metric}} is answered here by whole periods of {{least}} d, so a range {{days}} d earlier has the same ones. Compare with {{least}} days before or more.',
    {
      metric: inLanguage(metric).title,
      least,
      days: Math.round((10 * Math.abs(shiftMs)) / DAY_MS) / 10,
      interpolation: { escapeValue: false },
    }
  );
}

/** What stands in for a comparison that is none. */
export function notCompared({ refId }: ThroughlineQuery, text: string): DataFrame {
  return createDataFrame({ refId, fields: [], meta: { notices: [{ severity: 'info', text }] } });
}
