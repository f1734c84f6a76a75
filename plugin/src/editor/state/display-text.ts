import { defaultParams, type MetricRegistry } from '../../metrics/query.ts';
import { DIMENSION_LABELS } from './dimension-labels.ts';
import { readQuery } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';
import { dimensionOf, textsOf } from './variable-query.ts';

/** A query in one line, where Grafana shows it folded: metric, groups, filters. */
export function displayText(query: ThroughlineQuery, metrics: MetricRegistry): string {
  const { queryType, params } = readQuery(query);
  const metric = metrics.get(queryType);
  if (metric === undefined) {
    return queryType === '' ? 'No metric chosen' : `Unknown metric ${queryType}`;
  }
  const values: Record<string, unknown> = { ...defaultParams(metric), ...params };
  const parts = Object.entries(metric.params).flatMap(([name, param]) => {
    const texts = textsOf(values[name]);
    if (texts.length === 0 || (param.kind !== 'filter' && param.kind !== 'groupBy')) {
      return [];
    }
    return param.kind === 'groupBy'
      ? [`by ${texts.map(dimensionName).join(', ')}`]
      : [`${param.label}: ${texts.join(', ')}`];
  });
  return [metric.title, ...parts].join(' · ');
}

function dimensionName(name: string): string {
  const dimension = dimensionOf(name);
  return dimension === undefined ? name : DIMENSION_LABELS[dimension].toLowerCase();
}
