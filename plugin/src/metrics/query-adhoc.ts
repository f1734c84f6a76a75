/** Ad-hoc filters of a dashboard, as a stored query has them. Pure. */
import { DIMENSIONS, type Dimension } from './define.ts';
import { QueryError, isRecord, listed, shown } from './query-error.ts';
import { MOST_CHARACTERS, MOST_VALUES } from './query-param.ts';

/** Operators of Grafana's ad-hoc filters; `=|` and `!=|` are "one of" and "none of". */
export const ADHOC_OPERATORS = ['=', '!=', '=~', '!~', '=|', '!=|'] as const;
export type AdHocOperator = (typeof ADHOC_OPERATORS)[number];

/** One ad-hoc filter of a dashboard: `values` holds one entry, or several for "one of". */
export interface AdHocFilter {
  readonly key: Dimension;
  readonly operator: AdHocOperator;
  readonly values: readonly string[];
}

/** More than these nobody sets by hand; each may cost a look-up in the store. */
export const MOST_FILTERS = 50;

/** @throws QueryError naming the filter, the value and what is allowed. */
export function parseAdHocFilters(all: readonly unknown[]): readonly AdHocFilter[] {
  if (all.length > MOST_FILTERS) {
    throw new QueryError(
      'bad_value',
      `The query has ${all.length} ad-hoc filters; at most ${MOST_FILTERS} are allowed. Name several values in one filter ("=|") instead.`
    );
  }
  return all.map(parseAdHocFilter);
}

function parseAdHocFilter(raw: unknown): AdHocFilter {
  if (!isRecord(raw)) {
    throw new QueryError(
      'bad_value',
      `An ad-hoc filter must be an object with key, operator and value, not ${shown(raw)}.`
    );
  }
  const key = DIMENSIONS.find((dimension) => dimension === raw['key']);
  if (key === undefined) {
    throw new QueryError(
      'bad_value',
      `Ad-hoc filter: unknown key ${shown(raw['key'])}. Allowed: ${listed(DIMENSIONS)}.`
    );
  }
  const operator = ADHOC_OPERATORS.find((candidate) => candidate === raw['operator']);
  if (operator === undefined) {
    throw new QueryError(
      'bad_value',
      `Ad-hoc filter on ${key}: unknown operator ${shown(raw['operator'])}. Allowed: ${listed(ADHOC_OPERATORS)}.`
    );
  }
  const several =
    Array.isArray(raw['values']) && raw['values'].length > 0 ? (raw['values'] as unknown[]) : [raw['value']];
  const isOneOf = operator === '=|' || operator === '!=|';
  if (several.length > MOST_VALUES) {
    throw new QueryError(
      'bad_value',
      `Ad-hoc filter on ${key}: it has ${several.length} values; at most ${MOST_VALUES} are allowed. Use "=~" with a pattern, or "!=|" with what is left out.`
    );
  }
  return { key, operator, values: (isOneOf ? several : several.slice(0, 1)).map((value) => adHocValue(key, value)) };
}

function adHocValue(key: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > MOST_CHARACTERS || value.includes('\0')) {
    throw new QueryError(
      'bad_value',
      `Ad-hoc filter on ${key}: the value must be a text of at most ${MOST_CHARACTERS} characters, not ${shown(value)}.`
    );
  }
  return value;
}
