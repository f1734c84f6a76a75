/** Variables and annotations of a board: those that its panels use. */
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE, FILTERS, type BoardSpec, type Filter } from './parts.ts';

/** What a board can be narrowed by. */
export type Variable = Filter | 'tool';

/** Those that a query of the board names, in the order of all boards. */
export function usedVariables({ rows }: BoardSpec): Variable[] {
  const asked = JSON.stringify(rows.flatMap(({ panels }) => panels.map(({ query }) => query?.params)));
  return [...FILTERS, 'tool' as const].filter((name) => asked.includes(`"$${name}"`));
}

const FILTER_LABELS: Readonly<Record<Filter, string>> = {
  team: 'Team',
  repo: 'Repository',
  service: 'Service',
  pr_class: 'Class',
  code_source: 'Code source',
};

/** Each filter offers the values that the ones before it leave. */
function filterVariable(name: Filter, before: readonly Filter[]): sdk.QueryVariableBuilder {
  const filters = Object.fromEntries(before.map((other) => [other, [`$${other}`]]));
  return (
    new sdk.QueryVariableBuilder(name)
      .label(FILTER_LABELS[name])
      .datasource(DATA_SOURCE)
      .query({ refId: 'A', dimension: name, ...(before.length > 0 ? { filters } : {}) } as never)
      .multi(true)
      .includeAll(true)
      // No filter. A list of what is offered would leave out what few people made, and with it hide the rest.
      .allValue('$__all')
      .allowCustomValue(true)
      .current({ selected: true, text: 'All', value: '$__all' })
      .refresh(2)
      .sort(1)
  );
}

/** One tool at a time: usage bands of different tools never compare. Opens on the one with most use. */
function toolVariable(): sdk.QueryVariableBuilder {
  return (
    new sdk.QueryVariableBuilder('tool')
      .label('Tool')
      .datasource(DATA_SOURCE)
      .query({ refId: 'A', dimension: 'tool' } as never)
      .multi(false)
      .includeAll(false)
      .allowCustomValue(true)
      .refresh(2)
      // As they come: the tool with most use first.
      .sort(0)
  );
}

function annotation(name: string, params: object, look: { color: string; isOn: boolean }): sdk.AnnotationQueryBuilder {
  const target = { refId: 'Anno', queryType: 'delivery-events', params, version: 1 };
  return new sdk.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATA_SOURCE)
    .enable(look.isOn)
    .iconColor(look.color)
    .target({ build: () => target } as never);
}

/** Filters first, each narrowed by those before it; then the tool. */
export const variables = (used: readonly Variable[]): sdk.QueryVariableBuilder[] => {
  const filters = FILTERS.filter((name) => used.includes(name));
  return [
    ...filters.map((name, index) => filterVariable(name, filters.slice(0, index))),
    ...(used.includes('tool') ? [toolVariable()] : []),
  ];
};

const EVENTS: ReadonlyArray<
  readonly [name: string, kind: string, by: readonly Filter[], look: { color: string; isOn: boolean }]
> = [
  ['Tool landings', 'landings', ['team'], { color: 'purple', isOn: true }],
  ['Failed deployments', 'failed_deployments', ['team', 'service', 'repo'], { color: 'red', isOn: false }],
  ['Incidents', 'incidents', ['service'], { color: 'orange', isOn: false }],
  ['Policy changes', 'policies', ['team'], { color: 'blue', isOn: true }],
  ['Experiments', 'experiments', ['team'], { color: 'green', isOn: false }],
  ['Phases', 'phases', ['team'], { color: 'yellow', isOn: true }],
  ['Exclusions', 'exclusions', ['team', 'service', 'repo'], { color: 'gray', isOn: true }],
];

/** What happened beside the lines of a board over time. */
export const annotations = (used: readonly Variable[], without: readonly string[] = []): sdk.AnnotationQueryBuilder[] =>
  EVENTS.filter(([name]) => !without.includes(name)).map(([name, kind, by, look]) => {
    const filters = Object.fromEntries(by.filter((one) => used.includes(one)).map((one) => [one, [`$${one}`]]));
    return annotation(name, { kind, ...filters }, look);
  });
