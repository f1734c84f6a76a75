/** A query as JSON that people copy from panel to panel, and back through the parser that every query goes through. */
import { t } from '@grafana/i18n';
import { migrateQuery, QUERY_VERSION, QueryError, type MetricRegistry } from '../../metrics/query.ts';
import { findFaults, readQuery, type Place } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';

/** Metric and params, without what Grafana stores beside them. */
export function queryJson(query: ThroughlineQuery): string {
  const { queryType, params } = readQuery(query);
  return JSON.stringify({ queryType, params, version: QUERY_VERSION }, null, 2);
}

/** What a text says, or what is wrong with it, field by field. */
export type JsonRead =
  | { readonly queryType: string; readonly params: Readonly<Record<string, unknown>> }
  | { readonly faults: readonly string[] };

/** Reads a query, also with Grafana's own fields (a target out of a dashboard), of any version. */
export function readJson(text: string, metrics: MetricRegistry, place: Place): JsonRead {
  const given = parsed(text);
  if ('faults' in given) return given;
  try {
    const { queryType, params } = migrateQuery(given.value);
    const metric = metrics.get(queryType);
    if (metric === undefined) {
      return { faults: [`queryType: ${unknownMetric(queryType, [...metrics.keys()])}`] };
    }
    const faults = Object.entries(findFaults(metric, params, place)).map(([name, fault]) =>
      name === '' ? `params: ${fault}` : `params.${name}: ${fault}`
    );
    return faults.length > 0 ? { faults } : { queryType, params };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { faults: [error.message] };
  }
}

const unknownMetric = (id: string, known: readonly string[]): string =>
  t('editor.json.unknown-metric', 'There is no metric "{{id}}". Known: {{known}}.', {
    id,
    known: known.join(', '),
    interpolation: { escapeValue: false },
  });

function parsed(text: string): { readonly value: unknown } | { readonly faults: readonly string[] } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return {
      faults: [t('editor.json.no-json', 'This is no JSON: {{what}}', { what, interpolation: { escapeValue: false } })],
    };
  }
}
