/** What the editors do to a stored query; pure. */
import { t } from '@grafana/i18n';
import type { Format, Metric, Param, ParamValues } from '../../metrics/define.ts';
import { parseParam } from '../../metrics/query-param.ts';
import {
  COLUMN_CHOICES,
  QUERY_VERSION,
  QueryError,
  defaultParams,
  isKnownParam,
  migrateQuery,
  type MetricRegistry,
  type StoredQuery,
} from '../../metrics/query.ts';
import { holdsVariable } from './template-variables.ts';
import type { ThroughlineQuery } from './types.ts';

type StoredParams = Readonly<Record<string, unknown>>;

/** A stored query as the editor can draw it. */
export interface EditableQuery {
  readonly queryType: string;
  readonly params: StoredParams;
  /** Why it cannot be read at all; null = it can. */
  readonly fault: string | null;
}

/** Reads a stored query of any version. */
export function readQuery(query: ThroughlineQuery): EditableQuery {
  try {
    const { queryType, params }: StoredQuery = migrateQuery(query);
    return { queryType, params, fault: null };
  } catch (error) {
    if (!(error instanceof QueryError)) {
      throw error;
    }
    return { queryType: typeof query.queryType === 'string' ? query.queryType : '', params: {}, fault: error.message };
  }
}

/** Writes metric and params back beside Grafana's own fields; what older versions stored flat is dropped. */
export function writeQuery(query: ThroughlineQuery, queryType: string, params: StoredParams): ThroughlineQuery {
  const { refId, datasource, hide, key } = query;
  const kept = Object.entries({ datasource, hide, key }).filter(([, value]) => value !== undefined);
  const filters = query.adhocFilters === undefined ? {} : { adhocFilters: query.adhocFilters };
  return {
    ...Object.fromEntries(kept),
    refId,
    queryType,
    params: { ...params },
    version: QUERY_VERSION,
    ...filters,
  };
}

/** A panel decides it where a query leaves it open, so that what is chosen is stored even where it is the default. */
export const isLeftToPanel = (name: string, param: Param | undefined): boolean =>
  name === 'bucket' && param?.kind === 'choice' && param.default === 'none';

/** Sets one param; a default is not stored, so that a later default reaches the panel. */
export function withParam(metric: Metric, params: StoredParams, entry: { name: string; value: unknown }): StoredParams {
  const others = without(params, [entry.name]);
  const param = metric.params[entry.name];
  const isDefault = JSON.stringify(entry.value) === JSON.stringify(param?.default) && !isLeftToPanel(entry.name, param);
  return entry.value === undefined || isDefault ? others : { ...others, [entry.name]: entry.value };
}

// Params that another metric understands too, so that choosing a metric keeps team, bucket and the like.
function keptParams(to: Metric, params: StoredParams): StoredParams {
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => {
      const param = Object.hasOwn(to.params, name) ? to.params[name] : undefined;
      return name === 'format'
        ? to.formats.some((format) => format === value)
        : param !== undefined && faultOf(to, { name, param, value, canHoldVariables: true }) === null;
    })
  );
}

/** Values of every param with defaults filled in, for `when` conditions; stored values are taken as they are. */
export function valuesWithDefaults(metric: Metric, params: StoredParams): ParamValues {
  return { ...defaultParams(metric), ...(params as ParamValues) };
}

/** Formats of a metric that can be used here: a table cannot be alerted on, nor what is of whoever looks: a rule is nobody. */
export function usableFormats(metric: Metric, isAlert: boolean): readonly Format[] {
  if (!isAlert) return metric.formats;
  return metric.ofAsker === true ? [] : metric.formats.filter((format) => format !== 'table');
}

/** Metrics to choose from here, and the one that is chosen, whose fault is then named. */
export function offeredMetrics(metrics: MetricRegistry, { isAlert }: Place, chosen: string | undefined): Metric[] {
  return [...metrics.values()].filter((metric) => metric.id === chosen || usableFormats(metric, isAlert).length > 0);
}

/** Sets the format. It is stored even where it is the metric's own: a query without one has that of its panel. */
export function withFormat(params: StoredParams, format: Format): StoredParams {
  return { ...params, format };
}

/** Params after choosing another metric: what it understands too, in a format that can be used here. */
export function paramsFor(metric: Metric, params: StoredParams, isAlert: boolean): StoredParams {
  const kept = keptParams(metric, params);
  const usable = usableFormats(metric, isAlert);
  const [first] = usable.includes('numeric') && isAlert ? ['numeric' as const] : usable;
  return first === undefined || usable.some((format) => format === (kept['format'] ?? metric.formats[0]))
    ? kept
    : withFormat(kept, first);
}

/** Where a query stands: alert rules know no template variables and no tables. */
export interface Place {
  readonly isAlert: boolean;
}

/** What is wrong with a query, by param name. `''` holds what belongs to no field. */
export type Faults = Readonly<Record<string, string>>;

/** Checks stored params as the backend will; template variables are fine where a dashboard fills them in. */
export function findFaults(metric: Metric, params: StoredParams, { isAlert }: Place): Faults {
  const faults: Record<string, string> = {};
  for (const [name, param] of Object.entries(metric.params)) {
    const fault = faultOf(metric, { name, param, value: params[name], canHoldVariables: !isAlert });
    if (fault !== null) {
      faults[name] = fault;
    }
  }
  const unknown = unknownParams(metric, params);
  if (unknown.length > 0) {
    faults[''] = t('editor.query.unknown-params', '{{title}} does not know: {{names}}.', {
      title: metric.title,
      names: unknown.join(', '),
      interpolation: { escapeValue: false },
    });
  }
  const { columns } = params;
  if (columns !== undefined && !COLUMN_CHOICES.some((known) => known === columns)) {
    faults['columns'] = notAllowed(columns, COLUMN_CHOICES);
  }
  const fault = formatFault(metric, params['format'] ?? metric.formats[0], isAlert);
  return fault === null ? faults : { ...faults, format: fault };
}

const notAllowed = (value: unknown, allowed: readonly string[]): string =>
  t('editor.query.not-allowed', 'Cannot be {{value}} here. Allowed: {{allowed}}.', {
    value: JSON.stringify(value),
    allowed: allowed.join(', '),
    interpolation: { escapeValue: false },
  });

function formatFault(metric: Metric, format: unknown, isAlert: boolean): string | null {
  const usable = usableFormats(metric, isAlert);
  if ((holdsVariable(format) && !isAlert) || usable.some((known) => known === format)) {
    return null;
  }
  return usable.length === 0
    ? t('editor.query.no-number', '{{title}} has no number to alert on: choose another metric.', {
        title: metric.title,
        interpolation: { escapeValue: false },
      })
    : notAllowed(format, usable);
}

/** Names of stored params that the metric does not declare. */
export function unknownParams(metric: Metric, params: StoredParams): string[] {
  return Object.keys(params).filter((name) => !isKnownParam(metric, name));
}

/** Params but for some names. */
export function without(params: StoredParams, names: readonly string[]): StoredParams {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}

/** Whether the editor should run the query now. */
export function isComplete(query: ThroughlineQuery, metrics: MetricRegistry, place: Place): boolean {
  const { queryType, params, fault } = readQuery(query);
  const metric = metrics.get(queryType);
  return fault === null && metric !== undefined && Object.keys(findFaults(metric, params, place)).length === 0;
}

interface Given {
  readonly name: string;
  readonly param: Param;
  readonly value: unknown;
  readonly canHoldVariables: boolean;
}

function faultOf(metric: Metric, { name, param, value, canHoldVariables }: Given): string | null {
  const checked = canHoldVariables ? withoutVariables(value) : value;
  try {
    parseParam({ metricId: metric.id, name, param }, checked);
    return null;
  } catch (error) {
    if (!(error instanceof QueryError)) {
      throw error;
    }
    const text = error.message.replace(`${metric.id}: param "${name}" `, '');
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
}

function withoutVariables(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((entry) => !holdsVariable(entry));
  }
  return holdsVariable(value) ? undefined : value;
}
