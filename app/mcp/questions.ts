/** Arguments of a question as the engine takes them. Pure. */
import { BackendError } from '../../plugin/src/backend/errors.ts';
import { INSTANTS, readInstant } from '../../plugin/src/backend/query/instant.ts';
import type { Question } from '../../plugin/src/backend/terminal.ts';
import type { Metric } from '../../plugin/src/metrics/define.ts';
import { QueryError, listed, shown } from '../../plugin/src/metrics/query-error.ts';
import type { MetricRegistry } from '../../plugin/src/metrics/query.ts';

type Values = string | number | boolean | readonly string[];

/** As the tool is called. */
export interface Given {
  readonly metric: string;
  readonly params?: Readonly<Record<string, Values>> | undefined;
  /** Values by dimension. */
  readonly filters?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timezone?: string | undefined;
}

/** Assistants are nobody, and no Admin. */
export const isForAssistants = ({ listsUnits, ofAsker, forAdmins }: Metric, withEvidence: boolean): boolean =>
  ofAsker !== true && forAdmins !== true && (withEvidence || listsUnits !== true);

/** A metric that may be asked. @throws QueryError `unknown_metric`, BackendError `permission_denied`. */
export function metricOf(id: string, metrics: MetricRegistry, withEvidence: boolean): Metric {
  const metric = metrics.get(id);
  if (metric === undefined) {
    const known = [...metrics.values()].filter((one) => isForAssistants(one, withEvidence));
    throw new QueryError('unknown_metric', `Unknown metric ${shown(id)}. Known metrics: ${listed(known.map((one) => one.id))}.`); // prettier-ignore
  }
  if (metric.listsUnits === true && !withEvidence) {
    throw new BackendError({
      code: 'permission_denied',
      status: 403,
      message: `${metric.id} lists single changes, deployments or incidents, and with the forge at hand these name people: it is off for assistants. Whoever starts this server switches it on with --evidence; in Grafana, Editors see it.`,
    });
  }
  if (!isForAssistants(metric, withEvidence)) {
    throw new BackendError({
      code: 'permission_denied',
      status: 403,
      message: `${metric.id} is for people who are signed in to Grafana, by who they are: it is off for assistants.`,
    });
  }
  return metric;
}

/** @throws QueryError, BackendError `bad_value`. */
export function questionOf(given: Given, metric: Metric): Question {
  return {
    metric: metric.id,
    params: { ...given.params, ...filterParams(given, metric) },
    from: instant('from', given.from ?? '365d'),
    to: given.to === undefined ? new Date() : instant('to', given.to),
    ...(given.timezone === undefined ? {} : { tz: given.timezone }),
  };
}

function filterParams({ filters = {}, params = {} }: Given, metric: Metric): Record<string, readonly string[]> {
  const own = Object.entries(metric.params).flatMap(([name, param]) => (param.kind === 'filter' ? [{ name, dimension: param.dimension }] : [])); // prettier-ignore
  return Object.fromEntries(
    Object.entries(filters).map(([dimension, values]) => {
      const filter = own.find((one) => one.dimension === dimension);
      if (filter === undefined) {
        throw new QueryError('bad_value', `${metric.id} cannot be filtered by ${shown(dimension)}. It can be filtered by: ${listed(own.map((one) => one.dimension))}.`); // prettier-ignore
      }
      if (Object.hasOwn(params, filter.name)) {
        throw new QueryError('bad_value', `${shown(dimension)} is given in filters and in params: give it once.`);
      }
      return [filter.name, values] as const;
    })
  );
}

function instant(name: string, text: string): Date {
  const at = readInstant(text);
  if (at === null) {
    throw new QueryError('bad_value', `${name} ${shown(text)} is not a date of the years ${INSTANTS}: use 2026-01-31, 2026-01-31T12:00:00Z, or 90d for 90 days ago.`); // prettier-ignore
  }
  return at;
}
