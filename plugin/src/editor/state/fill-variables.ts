import type { AdHocVariableFilter } from '@grafana/data';
import type { Metric, Param } from '../../metrics/define.ts';
import { QUERY_VERSION } from '../../metrics/query.ts';
import { readQuery } from './query-state.ts';
import { holdsVariable, type VariableResolver } from './template-variables.ts';
import type { StoredFilters, ThroughlineQuery } from './types.ts';
import { textsOf } from './variable-query.ts';

/** The query as it is sent: variables filled in, ad-hoc filters added. What cannot be read is sent as it is, for the backend to name. */
export function fillVariables(
  query: ThroughlineQuery,
  parts: { metric: Metric | undefined; resolver: VariableResolver; adhocFilters: readonly AdHocVariableFilter[] }
): ThroughlineQuery {
  const { params, fault } = readQuery(query);
  if (fault !== null) {
    return query;
  }
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const known = parts.metric?.params;
    const param = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
    filled[name] = holdsVariable(value) ? fillValue(param, textsOf(value), parts.resolver) : value;
  }
  const adhocFilters = parts.adhocFilters
    .filter(({ key }) => key !== '')
    .map(({ key, operator, value, values }) => ({ key, operator, value, ...(values === undefined ? {} : { values }) }));
  return {
    ...query,
    params: filled,
    version: QUERY_VERSION,
    ...(adhocFilters.length === 0 ? {} : { adhocFilters }),
  };
}

/** Chosen values by dimension with their variables filled in; dimensions that mean "all" are left out. */
export function fillFilters(filters: StoredFilters, resolver: VariableResolver): StoredFilters {
  const entries = Object.entries(filters).map(([dimension, texts]) => [dimension, resolver.list(texts)] as const);
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

function fillValue(param: Param | undefined, texts: readonly string[], resolver: VariableResolver): unknown {
  const values = resolver.list(texts);
  if (param?.kind === 'filter' || param?.kind === 'groupBy') {
    return values;
  }
  // Null means the default; several values where one is wanted go on, so that the backend names them.
  return values.length > 1 ? values : (values[0] ?? null);
}
