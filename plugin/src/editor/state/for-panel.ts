/** What a query that leaves its shape open becomes in a panel: that which the panel draws. */
import { CoreApp, type DataQueryRequest } from '@grafana/data';
import type { Format, Metric } from '../../metrics/define.ts';
import { readQuery, writeQuery } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';

/** Where a query is shown. */
export interface PanelPlace {
  readonly app?: string;
  readonly panelPluginId?: string;
  readonly range?: DataQueryRequest['range'];
}

const OVER_TIME = new Set(['timeseries', 'state-timeline', 'status-history', 'heatmap', 'candlestick']);
const ONE_NUMBER = new Set(['stat', 'gauge', 'bargauge', 'piechart']);
const EXPLORE: string = CoreApp.Explore;
const ALERTS: ReadonlySet<string> = new Set([CoreApp.UnifiedAlerting, CoreApp.CloudAlerting]);
const DAY_MS = 86_400_000;
/** Buckets for ranges of up to so many days: a dozen or more points, and enough behind each. */
const BUCKETS = [
  { days: 21, bucket: 'day' },
  { days: 120, bucket: 'week' },
  { days: Infinity, bucket: 'month' },
] as const;

/** The format that a panel draws; undefined = the metric's own, as everywhere that tells nothing of itself. */
export function formatFor(metric: Metric, { app, panelPluginId = '' }: PanelPlace): Format | undefined {
  if (app !== undefined && ALERTS.has(app)) return undefined;
  const wanted = OVER_TIME.has(panelPluginId) || (app === EXPLORE && panelPluginId === '') ? 'timeseries' : ONE_NUMBER.has(panelPluginId) ? 'numeric' : undefined; // prettier-ignore
  return metric.formats.find((format) => format === wanted);
}

/** The bucket of a series over the range; undefined = as the metric has it. */
function bucketFor(metric: Metric, { range }: PanelPlace): string | undefined {
  const { bucket } = metric.params;
  if (bucket?.kind !== 'choice' || bucket.default !== 'none' || range === undefined) return undefined;
  const days = (range.to.valueOf() - range.from.valueOf()) / DAY_MS;
  const fitting = BUCKETS.find((one) => days <= one.days)?.bucket;
  return bucket.choices.find(({ value }) => value === fitting)?.value;
}

/** The query with format and bucket of its panel where it says neither; what it says stays. */
export function forPanel(query: ThroughlineQuery, metric: Metric | undefined, place: PanelPlace): ThroughlineQuery {
  const { queryType, params, fault } = readQuery(query);
  const format = metric === undefined ? undefined : formatFor(metric, place);
  if (metric === undefined || fault !== null || format === undefined || params['format'] !== undefined) return query;
  const bucket = format === 'timeseries' && params['bucket'] === undefined ? bucketFor(metric, place) : undefined;
  const tz = query.tz === undefined ? {} : { tz: query.tz };
  const shaped = { ...params, format, ...(bucket === undefined ? {} : { bucket }) };
  return { ...writeQuery(query, queryType, shaped), ...tz };
}
