import type { Dimension, Metric, Notice, ParamValue, ParamValues } from '../../metrics/define.ts';
import type { AdHocFilter, ParsedQuery } from '../../metrics/query.ts';
import { storedSources } from '../../metrics/parts/ai-group.ts';
import { NO_VALUE } from './bind-query.ts';
import type { Store } from '../store/database.ts';
import { dimensionValues } from './dimensions.ts';

interface Narrowed {
  readonly params: ParamValues;
  readonly notices: readonly Notice[];
}

const ALL_ROWS = 1_000_000;

/**
 * Narrows the metric's own filters by the dashboard's ad-hoc filters. Negations and regular expressions become lists of values
 * (Postgres matches the expression, under the statement timeout). A filter on a dimension that the metric lacks is named in a notice.
 * @throws BackendError from the store.
 */
export async function applyAdHocFilters(
  parts: { readonly store: Store; readonly signal: AbortSignal },
  parsed: ParsedQuery
): Promise<Narrowed> {
  const params: Record<string, ParamValue> = { ...parsed.params };
  const notices: Notice[] = [];
  for (const filter of parsed.adhocFilters) {
    const name = filterParamOf(parsed.metric, filter.key);
    if (name === undefined) {
      notices.push({
        severity: 'warning',
        text: `The filter on ${filter.key} does not apply to ${parsed.metric.title}: it has no such dimension.`,
      });
      continue;
    }
    const current = params[name];
    const stored = filter.key === 'code_source' && isList(current) ? storedSources(current) : current;
    params[name] = narrowed(stored, await allowedValues(parts, filter));
  }
  return { params, notices };
}

function filterParamOf(metric: Metric, dimension: Dimension): string | undefined {
  return Object.entries(metric.params).find(
    ([, param]) => param.kind === 'filter' && param.dimension === dimension
  )?.[0];
}

async function allowedValues(
  parts: { readonly store: Store; readonly signal: AbortSignal },
  filter: AdHocFilter
): Promise<readonly string[]> {
  const { key, operator } = filter;
  const values = key === 'code_source' ? storedSources(filter.values) : filter.values;
  if (operator === '=' || operator === '=|') {
    return values;
  }
  const run = async (match: { readonly pattern?: string }) => {
    const found = await parts.store.run(dimensionValues(key, {}, match), { signal: parts.signal, maxRows: ALL_ROWS });
    return found.rows.map((row) => String(row['value']));
  };
  if (operator === '=~') {
    return run({ pattern: values[0] ?? '' });
  }
  const excluded = new Set(operator === '!~' ? await run({ pattern: values[0] ?? '' }) : values);
  return (await run({})).filter((value) => !excluded.has(value));
}

const isList = (value: ParamValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value !== NO_VALUE;

/** Both lists must allow a value. An empty list of a param means "all", so an empty intersection needs its own mark. */
function narrowed(current: ParamValue | undefined, allowed: readonly string[]): readonly string[] {
  if (current === NO_VALUE) {
    return NO_VALUE;
  }
  const chosen = Array.isArray(current) ? (current as readonly string[]) : [];
  const both = chosen.length === 0 ? allowed : chosen.filter((value) => allowed.includes(value));
  return both.length === 0 ? NO_VALUE : both;
}
