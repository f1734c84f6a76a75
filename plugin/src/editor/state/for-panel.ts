/** What a query that leaves its shape open becomes in a panel: that which the panel draws. */
import { CoreApp, type DataQueryRequest } from '@grafana/data';
import type { Format, Metric, ParamValue, ParamValues } from '../../metrics/define.ts';
import { LINE_DAYS } from '../../metrics/parts/ranges.ts';
import { columnsOf, defaultParams, isParamShown } from '../../metrics/query.ts';
import { readQuery, writeQuery } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';

/** Where a query is shown. */
export interface PanelPlace {
  readonly app?: string;
  readonly panelPluginId?: string;
  readonly range?: DataQueryRequest['range'];
}

/** Panels whose width is time. */
export const OVER_TIME: ReadonlySet<string> = new Set([
  'timeseries',
  'state-timeline',
  'status-history',
  'heatmap',
  'candlestick',
]);
const ONE_NUMBER = new Set(['stat', 'gauge', 'bargauge', 'piechart']);
/** Rows with all their columns, whatever a metric has first. */
const ALL_COLUMNS = new Set(['throughline-interval-panel']);
/** Panels that draw an interval as two more groups, not as a band. */
const NO_BAND = new Set(['state-timeline', 'status-history', 'heatmap', 'histogram', 'barchart']);
const EXPLORE: string = CoreApp.Explore;
const ALERTS: ReadonlySet<string> = new Set([CoreApp.UnifiedAlerting, CoreApp.CloudAlerting]);
const DAY_MS = 86_400_000;
/** Buckets for ranges of up to so many days, each with the coarser ones: a dozen or more points, and enough behind each. */
const BUCKETS = [
  { days: 21, fitting: ['day', 'week', 'month'] },
  { days: 120, fitting: ['week', 'month'] },
  { days: Infinity, fitting: ['month'] },
] as const;
/** Monday is the fourth day of 1970. */
const MONDAY = 4;
/** Of shorter ranges no line can be drawn. */
const LEAST_DAYS = 2;

const isAlert = ({ app }: PanelPlace): boolean => app !== undefined && ALERTS.has(app);

/** Days from one end of the range to the other; undefined = the place tells no range. */
export const daysOf = ({ range }: PanelPlace): number | undefined =>
  range === undefined ? undefined : (range.to.valueOf() - range.from.valueOf()) / DAY_MS;

/** Days of a line: the backend draws a year where the range holds too little for one, as where it lies in the week that is not over. */
function daysOfLine(place: PanelPlace): number | undefined {
  const days = daysOf(place);
  if (days === undefined || place.range === undefined) return undefined;
  const today = Math.floor(Date.now() / DAY_MS);
  const monday = (today - ((today - MONDAY) % 7)) * DAY_MS;
  return days <= LEAST_DAYS || place.range.from.valueOf() >= monday ? LINE_DAYS : days;
}

/** They draw over any number: a curve as it is, of anything else rows. */
const OVER_NUMBERS = new Set(['trend', 'xychart']);

/** The format that a panel draws; undefined = the metric's own, as everywhere that tells nothing of itself. @param given Params of the query. */
export function formatFor(
  metric: Metric,
  place: PanelPlace,
  given: Readonly<Record<string, unknown>> = {}
): Format | undefined {
  const { app, panelPluginId = '' } = place;
  if (isAlert(place)) return undefined;
  const isCurve = OVER_NUMBERS.has(panelPluginId) && hasAxis(metric, given);
  const isOverTime = isCurve || OVER_TIME.has(panelPluginId) || (app === EXPLORE && panelPluginId === '');
  const ofRows = ONE_NUMBER.has(panelPluginId) ? 'numeric' : ALL_COLUMNS.has(panelPluginId) ? 'table' : undefined;
  // A number for the whole range is drawn as a level over it (levels.ts).
  const overTime = isCurve || hasTime(metric, given) ? 'timeseries' : 'numeric';
  const wanted = isOverTime ? overTime : ofRows;
  return metric.formats.find((format) => format === wanted);
}

/** Whether the question can be asked by buckets of time. */
function hasTime(metric: Metric, given: Readonly<Record<string, unknown>>): boolean {
  const { bucket } = metric.params;
  const [, width = ''] = bucket?.kind === 'choice' ? bucket.choices.map(({ value }) => value) : [];
  const asked = { ...defaultParams(metric), ...(given as ParamValues), ...(width === '' ? {} : { bucket: width }) };
  return columnsOf(metric, asked).some(({ role }) => role === 'time');
}

/** The bucket of a series over the range; undefined = as the metric has it. */
function bucketFor(metric: Metric, place: PanelPlace): string | undefined {
  const { bucket } = metric.params;
  const days = daysOfLine(place);
  if (bucket?.kind !== 'choice' || bucket.default !== 'none' || days === undefined || isAlert(place)) return undefined;
  const fitting: readonly string[] = BUCKETS.find((one) => days <= one.days)?.fitting ?? [];
  const offered = bucket.choices.map(({ value }) => value);
  return fitting.find((value) => offered.includes(value));
}

const textOf = (value: unknown): unknown => (typeof value === 'boolean' ? String(value) : value);

/** Whether the answer has a step of its own, as a curve has ages: no bucket of time belongs to it. */
const hasAxis = ({ columns, params: known }: Metric, given: Readonly<Record<string, unknown>>): boolean =>
  columns.some(
    ({ isAxis, when = {} }) =>
      isAxis === true &&
      Object.entries(when).every(([name, values]) =>
        values.some((value) => value === textOf(given[name] ?? known[name]?.default))
      )
  );

/** What the metric draws over time where the query leaves it open, as far as it has a meaning there. */
function overTime({ overTime: own = {}, params: known }: Metric, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const all = Object.fromEntries(Object.entries(known).map(([name, param]) => [name, (given[name] ?? param.default) as ParamValue]));
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => {
      const param = known[name];
      return given[name] === undefined && param !== undefined && isParamShown(param, all) ? [[name, String(value)]] : [];
    })
  );
} // prettier-ignore

/** What the place decides of a query that leaves it open: its format, and the bucket of a series. */
export function decidedBy(
  place: PanelPlace,
  metric: Metric,
  params: Readonly<Record<string, unknown>>
): Readonly<Record<string, string>> {
  const format = params['format'] === undefined ? formatFor(metric, place, params) : undefined;
  const isSeries = (format ?? params['format']) === 'timeseries';
  const bucket =
    isSeries && params['bucket'] === undefined && !hasAxis(metric, params) ? bucketFor(metric, place) : undefined;
  const { ci } = metric.params;
  const hasNoBand = isSeries && NO_BAND.has(place.panelPluginId ?? '') && ci?.kind === 'boolean' && params['ci'] === undefined; // prettier-ignore
  return {
    ...(format === undefined ? {} : { format }),
    ...(hasNoBand ? { ci: 'false' } : {}),
    ...(bucket === undefined ? {} : { bucket, ...overTime(metric, params) }),
  };
}

/** The query with format and bucket of its panel where it says neither; what it says stays. */
export function forPanel(query: ThroughlineQuery, metric: Metric | undefined, place: PanelPlace): ThroughlineQuery {
  const { queryType, params, fault } = readQuery(query);
  const decided = metric === undefined || fault !== null ? {} : decidedBy(place, metric, params);
  if (Object.keys(decided).length === 0) return query;
  const tz = query.tz === undefined ? {} : { tz: query.tz };
  return { ...writeQuery(query, queryType, { ...params, ...decided }), ...tz };
}
