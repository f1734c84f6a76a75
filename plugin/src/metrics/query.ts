/**
 * The stored query: what a panel, a variable or an alert rule keeps as JSON. Parsing, defaults and migration are pure and run
 * in the browser (editor) and again in the backend, because alert rules and shared dashboards never pass the browser.
 */
import { dateFormat } from '../statistics/date-format.ts';
import { didYouMean } from './closest.ts';
import {
  type Column,
  type ColumnChoice,
  type Dimension,
  type EvidenceRows,
  type Format,
  type Metric,
  type Nobody,
  type Param,
  type ParamValue,
  type ParamValues,
  type PeopleRule,
} from './define.ts';
import { parseAdHocFilters, type AdHocFilter } from './query-adhoc.ts';
import { parseParam } from './query-param.ts';
import { QueryError, isRecord, listed, shown } from './query-error.ts';

export { ADHOC_OPERATORS, type AdHocFilter, type AdHocOperator } from './query-adhoc.ts';
export { QueryError } from './query-error.ts';

/** Version of the stored shape written by this plugin. */
export const QUERY_VERSION = 1;

/** The stored query. Grafana adds its own fields (refId, datasource, hide …); they are not ours and pass unread. */
export interface StoredQuery {
  readonly queryType: string;
  /** Declared params of the metric by name, `format`, and `columns` of a table. Absent = default. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** IANA zone of the viewer, set by the data source of a dashboard; absent = the data source's own zone. */
  readonly tz?: string;
  readonly adhocFilters?: readonly unknown[];
}

/** A query after parsing: every param present and of its declared type. */
export interface ParsedQuery {
  readonly metric: Metric;
  /** Every declared param; a filter that means "all" is an empty list. */
  readonly params: ParamValues;
  readonly format: Format;
  readonly columns: ColumnChoice;
  /** Null = not given by the query. */
  readonly tz: string | null;
  readonly adhocFilters: readonly AdHocFilter[];
}

/** Metrics by id. */
export type MetricRegistry = ReadonlyMap<string, Metric>;

/** Fields that Grafana itself writes into a query; never ours, never moved by a migration. */
const GRAFANA_FIELDS = new Set([
  'refId',
  'datasource',
  'datasourceId',
  'hide',
  'key',
  'intervalMs',
  'maxDataPoints',
  'queryType',
  'queryCachingTTL',
  'cacheTimeout',
  'timeRange',
  'instant',
  'range',
  'editorMode',
  'legendFormat',
  'interval',
  'scopes',
  'groupByKeys',
  'filters',
  'fromAlert',
]);

/** The query of a new panel for a metric: no params stored, so that later defaults reach it. */
export function defaultQuery(metric: Metric): StoredQuery {
  return { queryType: metric.id, params: {}, version: QUERY_VERSION };
}

/**
 * Brings any stored form to the current one. Version 0 (before `params`) kept its fields flat beside `queryType`.
 * @throws QueryError when the value is no query or comes from a newer plugin.
 */
export function migrateQuery(raw: unknown): StoredQuery {
  if (!isRecord(raw)) {
    throw new QueryError('bad_query', `The query must be an object with "queryType" and "params", not ${shown(raw)}.`);
  }
  const version = raw['version'] ?? (raw['params'] === undefined ? 0 : QUERY_VERSION);
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) {
    throw new QueryError('bad_query', `The query's version must be a whole number, not ${shown(version)}.`);
  }
  if (version > QUERY_VERSION) {
    throw new QueryError(
      'bad_query',
      `The query was saved by a newer plugin (query version ${version}; this plugin reads up to ${QUERY_VERSION}): update the plugin.`
    );
  }
  const params = version === 0 && raw['params'] === undefined ? flatParams(raw) : (raw['params'] ?? {});
  if (!isRecord(params)) {
    throw new QueryError('bad_query', `"params" must be an object, not ${shown(params)}.`);
  }
  return {
    queryType: metricId(raw['queryType']),
    params,
    version: QUERY_VERSION,
    ...(raw['tz'] === undefined || raw['tz'] === null || raw['tz'] === '' ? {} : { tz: zoneName(raw['tz']) }),
    ...(raw['adhocFilters'] === undefined || raw['adhocFilters'] === null
      ? {}
      : { adhocFilters: filterList(raw['adhocFilters']) }),
  };
}

/**
 * Parses a stored query of any version against the metrics.
 * @throws QueryError naming the unknown metric, param or value and what is allowed.
 */
export function parseQuery(raw: unknown, metrics: MetricRegistry): ParsedQuery {
  const stored = migrateQuery(raw);
  const metric = metrics.get(stored.queryType);
  if (metric === undefined) {
    throw new QueryError(
      'unknown_metric',
      stored.queryType === ''
        ? `No metric is chosen. Choose one of: ${listed([...metrics.keys()])}.`
        : `Unknown metric ${shown(stored.queryType)}.${didYouMean(stored.queryType, [...metrics.keys()])} Known metrics: ${listed([...metrics.keys()])}.`
    );
  }
  return {
    metric,
    params: parseParams(metric, stored.params),
    format: parseFormat(metric, stored.params['format']),
    columns: parseColumns(metric, stored.params['columns']),
    tz: stored.tz ?? null,
    adhocFilters: parseAdHocFilters(stored.adhocFilters ?? []),
  };
}

/** The declared defaults of a metric's params. */
export function defaultParams(metric: Metric): ParamValues {
  return Object.fromEntries(Object.entries(metric.params).map(([name, param]) => [name, param.default]));
}

/** Whether a param has a meaning beside the other values (`when`); a hidden param keeps its value and has no effect. */
export function isParamShown(param: Param, params: ParamValues): boolean {
  return holds(param.when, params);
}

/** Whether the answer has rows by seniority, also where a mode is by it whatever is chosen. */
export const hasRowsBySeniority = (metric: Metric, params: ParamValues): boolean =>
  columnsOf(metric, params).some(({ role, name }) => role === 'label' && name === 'seniority');

/** Columns of the result for these params: those of the mode, without dimensions that could be grouped by but are not. */
export function columnsOf(metric: Metric, params: ParamValues): readonly Column[] {
  const known = columnsKnown.get(params) ?? new WeakMap<Metric, readonly Column[]>();
  columnsKnown.set(params, known);
  const columns = known.get(metric) ?? findColumns(metric, params);
  known.set(metric, columns);
  return columns;
}

/** Params never change, and one question is asked for its columns dozens of times. */
const columnsKnown = new WeakMap<ParamValues, WeakMap<Metric, readonly Column[]>>();

function findColumns(metric: Metric, params: ParamValues): readonly Column[] {
  // A grouping without a meaning beside the other values hides nothing: a list of tools names them.
  const groupBys = Object.entries(metric.params).filter(([, param]) => param.kind === 'groupBy' && holds(param.when, params)); // prettier-ignore
  const isGrouped = (name: string) =>
    groupBys.every(([paramName, param]) => {
      const canGroup = param.kind === 'groupBy' && param.allowed.includes(name as Dimension);
      return !canGroup || asList(params[paramName]).includes(name);
    });
  return metric.columns.filter(
    (column) =>
      (column.modes === undefined || holds({ mode: column.modes }, params)) &&
      holds(column.when, params) &&
      (column.role !== 'label' || isGrouped(column.name))
  );
}

/** Who is behind the rows with these params, one rule for each group of people that a row shows numbers of. */
export function peopleRules(metric: Metric, params: ParamValues): ReadonlyArray<PeopleRule | Nobody> {
  const rules = typeof metric.people === 'string' ? [{ count: metric.people }] : metric.people;
  return rules.filter(({ when }) => holds(when, params));
}

/** The rows behind a value with these params; undefined = none are kept. */
export function evidenceOf(metric: Metric, params: ParamValues): EvidenceRows | undefined {
  return metric.evidence?.find(({ when }) => holds(when, params));
}

export function holds(when: Readonly<Record<string, readonly string[]>> | undefined, params: ParamValues): boolean {
  return Object.entries(when ?? {}).every(([name, values]) => values.includes(String(params[name])));
}

/** What a query may say of the columns of its table, or of its numbers. */
export const COLUMN_CHOICES: readonly ColumnChoice[] = ['read', 'all', 'count'];

/** What a query of any metric may say of how its answer is shown. */
const EVERY_METRIC: readonly string[] = ['format', 'columns'];

/** Whether a query of the metric may say it. */
export const isKnownParam = (metric: Metric, name: string): boolean =>
  EVERY_METRIC.includes(name) || Object.hasOwn(metric.params, name);

/** Columns of a table in the order in which they are shown; what links lead to comes with them, hidden. */
export function tableColumns(metric: Metric, columns: readonly Column[], choice: ColumnChoice): readonly Column[] {
  const { reads } = metric;
  if (choice !== 'read' || reads === undefined) {
    return columns;
  }
  const named = reads.flatMap((name) => columns.filter((column) => column.name === name));
  const isHead = ({ role }: Column) => role === 'time' || role === 'label';
  return [...columns.filter(isHead), ...named, ...columns.filter(({ role }) => role === 'link')];
}

function parseParams(metric: Metric, given: Readonly<Record<string, unknown>>): ParamValues {
  const unknown = Object.keys(given).find((name) => !isKnownParam(metric, name));
  if (unknown !== undefined) {
    const known = [...Object.keys(metric.params), ...EVERY_METRIC];
    throw new QueryError(
      'unknown_param',
      `${metric.id} has no param ${shown(unknown)}.${didYouMean(unknown, known)} Its params: ${listed(known)}.`
    );
  }
  const values: Record<string, ParamValue> = {};
  for (const [name, param] of Object.entries(metric.params)) {
    values[name] = parseParam(
      { metricId: metric.id, name, param },
      Object.hasOwn(given, name) ? given[name] : undefined
    );
  }
  return values;
}

function parseFormat(metric: Metric, given: unknown): Format {
  const fallback = metric.formats[0] ?? 'table';
  if (given === undefined || given === null || given === '') {
    return fallback;
  }
  const format = metric.formats.find((candidate) => candidate === given);
  if (format === undefined) {
    throw new QueryError(
      'bad_value',
      `${metric.id}: format ${shown(given)} is not offered.${didYouMean(given, metric.formats)} Allowed: ${listed(metric.formats)}.`
    );
  }
  return format;
}

function parseColumns(metric: Metric, given: unknown): ColumnChoice {
  const choice = given === undefined || given === null || given === '' ? 'read' : given;
  const known = COLUMN_CHOICES.find((candidate) => candidate === choice);
  if (known === undefined) {
    throw new QueryError(
      'bad_value',
      `${metric.id}: columns ${shown(given)} is not offered. Allowed: ${listed(COLUMN_CHOICES)}.`
    );
  }
  return known;
}

function metricId(raw: unknown): string {
  if (raw === undefined || raw === null) {
    return '';
  }
  if (typeof raw !== 'string') {
    throw new QueryError('bad_query', `"queryType" must be the id of a metric, not ${shown(raw)}.`);
  }
  return raw;
}

function zoneName(raw: unknown): string {
  if (typeof raw === 'string') {
    try {
      return dateFormat('en', { timeZone: raw }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : raw;
    } catch {
      // Falls through to the named error: an unknown zone makes Intl throw.
    }
  }
  throw new QueryError(
    'bad_value',
    `Unknown time zone ${shown(raw)}: use an IANA name such as "Europe/Berlin" or "UTC".`
  );
}

function filterList(raw: unknown): readonly unknown[] {
  if (!Array.isArray(raw)) {
    throw new QueryError('bad_query', `"adhocFilters" must be a list, not ${shown(raw)}.`);
  }
  return raw as unknown[];
}

/** What an annotation keeps that was one of Grafana's own before: together they are its, alone a metric may have a param of such a name. */
const ANNOTATION_FIELDS: readonly string[] = ['limit', 'matchAny', 'tags', 'type'];

function flatParams(raw: Record<string, unknown>): Record<string, unknown> {
  const isAnnotation = ANNOTATION_FIELDS.every((name) => name in raw);
  const ours = Object.entries(raw).filter(
    ([name]) =>
      !GRAFANA_FIELDS.has(name) &&
      !(isAnnotation && ANNOTATION_FIELDS.includes(name)) &&
      name !== 'version' &&
      name !== 'tz' &&
      name !== 'adhocFilters'
  );
  return Object.fromEntries(ours);
}

function asList(value: ParamValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
