/**
 * How many people are behind the rows of a metric with other values of its filters, from who they are by these values too. That is read once for all
 * values: what a filter leaves out, which differs from viewer to viewer, is then added up here. Where a metric cannot tell who they are (people.sql) it is asked.
 */
import type { Dimension, Metric, ParamValues, Row } from '../../../metrics/define.ts';
import { isOneAi } from '../../../metrics/parts/ai-group.ts';
import { columnsOf, holds } from '../../../metrics/query.ts';
import { bindQuery, NO_VALUE } from '../bind-query.ts';
import type { EngineParts, PreparedQuery } from '../run-metric.ts';
import { judgedCounts, setFilters, type Asking, type SetFilter } from './find-remainders.ts';
import { keyOf } from './marks.ts';
import { whileFactsStay } from './while-facts-stay.ts';

/** What parts/people-cell.sql tells apart. */
const BY: readonly Dimension[] = ['team', 'repo', 'service', 'pr_class', 'code_source', 'zone', 'size'];
/** More are not held: then the metric is asked for each remainder. */
const MOST_CELLS = 20_000;
/** Separates people in one text. */
const BETWEEN = '\u001f';

/** People of a group as the query has them, by the values of its filters. */
interface Cell {
  readonly row: Row;
  readonly people: readonly string[];
  /** Who counts too where the group as a whole cannot be told by the others. */
  readonly morePeople: readonly string[];
  /** The metric has rows where these values are among those asked for. */
  readonly isTold: boolean;
}

/** Runs a question with other values of its filters: adds up who is behind it, or asks the metric. */
export function runByPeople(parts: EngineParts, prepared: PreparedQuery, ask: Asking['run']): Asking['run'] {
  const { params, parsed } = prepared;
  const { metric } = parsed;
  const cellsOf = (asked: ParamValues) => readCells(parts, prepared, asked);
  const filters = setFilters({ metric, params });
  const grouping = groupingOf(metric);
  const own = grouping === null ? [] : groupsIn(params, grouping);
  const by = [...new Set([...own, ...filters.map(({ dimension }) => dimension)])];
  const text = parts.catalog.peopleSqlOf(metric, params);
  const isTold =
    text !== undefined &&
    metric.peopleBy?.some((when) => holds(when, params)) === true &&
    judgedCounts(metric, params).every((count) => count === COUNT) &&
    // Its filter names the shares of AI code, and its rows have them as one.
    !(isOneAi(params) && filters.some(({ dimension }) => dimension === 'code_source')) &&
    by.every((name) => BY.includes(name as Dimension) && (own.includes(name) || canGroup(metric, grouping, name)));
  if (!isTold || grouping === null) return ask;
  const free = Object.fromEntries(filters.map(({ param }) => [param, []]));
  return async (changed) => {
    const cells = groupsIn(changed, grouping).every((name) => by.includes(name))
      ? await cellsOf({ ...changed, ...free, [grouping]: by })
      : null;
    return (cells === null ? null : rowsOf(cells, { metric, params: changed, filters, k: prepared.settings.k })) ?? ask(changed);
  };
} // prettier-ignore

/** The count that people.sql tells of. */
const COUNT = 'n_dev';

const groupingOf = (metric: Metric): string | null =>
  Object.entries(metric.params).find(([, param]) => param.kind === 'groupBy')?.[0] ?? null;

const groupsIn = (params: ParamValues, grouping: string): string[] => [params[grouping] ?? []].flat().map(String);

function canGroup({ params }: Metric, grouping: string | null, name: string): boolean {
  const param = params[grouping ?? ''];
  return param?.kind === 'groupBy' && param.allowed.some((allowed) => allowed === name);
}

/** Null = there are too many. */
async function readCells(parts: EngineParts, { parsed, from, to, before, tz }: PreparedQuery, params: ParamValues): Promise<readonly Cell[] | null> {
  const { metric } = parsed;
  const sql = bindQuery(metric, parts.catalog.peopleSqlOf(metric, params) ?? '', { params, builtIns: { from, to, before, tz, onlyPeople: true } });
  return whileFactsStay(parts, `people ${JSON.stringify(sql)}`, async ({ store, signal }) => {
    const { rows, totalRows } = await store.run(sql, { signal, maxRows: MOST_CELLS });
    return totalRows > rows.length ? null : rows.map(({ people, more_people: more, is_told: isTold, ...row }): Cell => ({ row, people: listed(people), morePeople: listed(more), isTold: isTold === true }));
  });
} // prettier-ignore

const listed = (people: unknown): string[] => (typeof people === 'string' ? people.split(BETWEEN) : []);

interface Asked {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly filters: readonly SetFilter[];
  readonly k: number;
}

/** Rows of the metric with their labels and counts alone; null = it depends on all that is asked for whether they are told, or who counts. */
function rowsOf(cells: readonly Cell[], { metric, params, filters, k }: Asked): Row[] | null {
  const labels = columnsOf(metric, params)
    .filter(({ role }) => role === 'time' || role === 'label')
    .map(({ name }) => name);
  const chosen = filters.map(({ param, dimension }) => {
    const values = params[param];
    const isAll = values !== NO_VALUE && (!Array.isArray(values) || values.length === 0);
    return { dimension, values: isAll ? null : new Set<unknown>(Array.isArray(values) ? values : []) };
  });
  const groups = new Map<string, { row: Row; people: Set<string>; all: Set<string> }>();
  const asked = cells.filter(({ row }) =>
    chosen.every(({ dimension, values }) => values === null || values.has(row[dimension]))
  );
  if (asked.length > 0 && !asked.some(({ isTold }) => isTold)) return null;
  for (const { row, people, morePeople } of asked) {
    const key = keyOf(row, labels);
    const group = groups.get(key) ?? { row, people: new Set(), all: new Set() };
    groups.set(key, group);
    for (const person of people) group.people.add(person);
    for (const person of morePeople) group.all.add(person);
  }
  const levelOf = (count: number): number => (count === 0 ? 0 : count < k ? 1 : 2);
  const rows: Row[] = [];
  for (const { row, people, all } of groups.values()) {
    const most = new Set([...people, ...all]).size;
    if (levelOf(most) !== levelOf(people.size)) return null;
    rows.push({ ...Object.fromEntries(labels.map((name) => [name, row[name] ?? null])), [COUNT]: people.size });
  }
  return rows;
}
