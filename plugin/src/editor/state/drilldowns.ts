/** What a dashboard's filters and groups mean to a query: which keys there are, which apply, and why one does not. Pure. */
import type { DataSourceGetDrilldownsApplicabilityOptions, DrilldownsApplicability } from '@grafana/data';
import { t } from '@grafana/i18n';
import { DIMENSIONS, type Dimension, type Metric, type Param } from '../../metrics/define.ts';
import { ADHOC_OPERATORS, isParamShown, type MetricRegistry } from '../../metrics/query.ts';
import { dimensionLabel } from './dimension-labels.ts';
import { inLanguage } from './metric-words.ts';
import { readQuery, valuesWithDefaults, writeQuery } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';
import { dimensionOf } from './variable-query.ts';

/** A metric as a query asks it. */
interface Asked {
  readonly metric: Metric;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a dimension is used for. */
type Use = 'filter' | 'group';

/** The metrics of queries, each with its params; without queries every metric. */
export function askedBy(queries: readonly ThroughlineQuery[] | undefined, metrics: MetricRegistry): readonly Asked[] {
  const asked = (queries ?? []).flatMap((query) => {
    const { queryType, params } = readQuery(query);
    const metric = metrics.get(queryType);
    return metric === undefined ? [] : [{ metric, params }];
  });
  return asked.length > 0 ? asked : [...metrics.values()].map((metric) => ({ metric, params: {} }));
}

const uses = (param: Param, use: Use, dimension: Dimension): boolean =>
  use === 'filter'
    ? param.kind === 'filter' && param.dimension === dimension
    : param.kind === 'groupBy' && param.allowed.includes(dimension);

/** The param that takes the dimension: one that has an effect here, else one that has none. */
function takerOf({ metric, params }: Asked, use: Use, dimension: Dimension): { name: string; isShown: boolean } | null {
  const values = valuesWithDefaults(metric, params);
  const takers = Object.entries(metric.params)
    .filter(([, param]) => uses(param, use, dimension))
    .map(([name, param]) => ({ name, isShown: isParamShown(param, values) }));
  return takers.find(({ isShown }) => isShown) ?? takers[0] ?? null;
}

/** Dimensions that at least one of the metrics takes, in the order of the vocabulary. */
export function keysOf(asked: readonly Asked[], use: Use): readonly Dimension[] {
  return DIMENSIONS.filter((dimension) => asked.some((one) => takerOf(one, use, dimension)?.isShown === true));
}

/** Names as they are: what is shown is text, no HTML. */
const AS_IT_IS = { interpolation: { escapeValue: false } } as const;

const lowerLabel = (dimension: Dimension): string => dimensionLabel(dimension).toLowerCase();

/** Why no query takes it; null = one does. */
function whyNot(asked: readonly Asked[], use: Use, key: string): string | null {
  const dimension = dimensionOf(key);
  if (dimension === undefined) {
    return t('drilldowns.unknown-key', 'Throughline knows no dimension "{{key}}". It knows: {{known}}.', {
      key,
      known: DIMENSIONS.join(', '),
      ...AS_IT_IS,
    });
  }
  const takers = asked.map((one) => takerOf(one, use, dimension));
  if (takers.some((taker) => taker?.isShown === true)) return null;
  const texts = {
    metrics: [...new Set(asked.map(({ metric }) => inLanguage(metric).title))].join(', '),
    dimension: lowerLabel(dimension),
    known: keysOf(asked, use).map(lowerLabel).join(', ') || '–',
    ...AS_IT_IS,
  };
  if (takers.some((taker) => taker !== null)) {
    return t('drilldowns.no-effect', '{{metrics}}: {{dimension}} has no effect with these parameters.', texts);
  }
  return use === 'filter'
    ? t('drilldowns.no-filter', '{{metrics}} cannot be filtered by {{dimension}}; only by: {{known}}.', texts)
    : t('drilldowns.no-group', '{{metrics}} cannot be grouped by {{dimension}}; only by: {{known}}.', texts);
}

const whyNoOperator = (operator: string): string =>
  t('drilldowns.operator', 'Operator {{operator}} is not known here: use {{known}}.', {
    operator,
    known: ADHOC_OPERATORS.join(' '),
    ...AS_IT_IS,
  });

/** Each filter, then each group, in the order given: whether a query of the panel can use it. */
export function applicability(
  { filters = [], groupByKeys = [] }: DataSourceGetDrilldownsApplicabilityOptions<ThroughlineQuery>,
  asked: readonly Asked[]
): DrilldownsApplicability[] {
  const told = (key: string, reason: string | null, origin?: string): DrilldownsApplicability => ({
    key,
    applicable: reason === null,
    ...(reason === null ? {} : { reason }),
    ...(origin === undefined ? {} : { origin }),
  });
  const known: readonly string[] = ADHOC_OPERATORS;
  return [
    ...filters.map(({ key, operator, origin }) =>
      told(key, known.includes(operator) ? whyNot(asked, 'filter', key) : whyNoOperator(operator), origin)
    ),
    ...groupByKeys.map((key, place) =>
      told(
        key,
        groupByKeys.indexOf(key) < place ? t('drilldowns.twice', 'Grouped by it already.') : whyNot(asked, 'group', key)
      )
    ),
  ];
}

/** Most groups that are recommended at once. */
const RECOMMENDED = 3;

/** Groups worth a click: what most of the metrics can be split by and nobody does yet. No filter is recommended: whose value would it be? */
export function recommendedGroups(asked: readonly Asked[], taken: readonly string[]): readonly Dimension[] {
  const countOf = (dimension: Dimension): number =>
    asked.filter((one) => takerOf(one, 'group', dimension)?.isShown === true).length;
  return keysOf(asked, 'group')
    .filter((dimension) => !taken.includes(dimension))
    .toSorted((one, other) => countOf(other) - countOf(one))
    .slice(0, RECOMMENDED);
}

/** The query by the dashboard's groups, as far as its metric has them; without one that it has it keeps its own. */
export function grouped(
  query: ThroughlineQuery,
  metrics: MetricRegistry,
  keys: readonly string[] = []
): ThroughlineQuery {
  const { queryType, params, fault } = readQuery(query);
  const metric = metrics.get(queryType);
  if (metric === undefined || fault !== null || keys.length === 0) return query;
  const taken = keys.flatMap((key) => {
    const dimension = dimensionOf(key);
    const taker = dimension === undefined ? null : takerOf({ metric, params }, 'group', dimension);
    return dimension !== undefined && taker?.isShown === true ? [{ dimension, name: taker.name }] : [];
  });
  const [first] = taken;
  if (first === undefined) return query;
  const groups = [...new Set(taken.filter(({ name }) => name === first.name).map(({ dimension }) => dimension))];
  const tz = query.tz === undefined ? {} : { tz: query.tz };
  return { ...writeQuery(query, queryType, { ...params, [first.name]: groups }), ...tz };
}
