/**
 * Groups that would tell fewer than k people from the answer without a filter, or with one value less. The metric itself is asked: once for
 * the values that a filter leaves out, so that whatever its modes and params do, the same people are counted.
 */
import type { Dimension, Metric, Param, ParamValues, PeopleRule, Row } from '../../../metrics/define.ts';
import { apart } from '../../../metrics/parts/ai-group.ts';
import { columnsOf, isParamShown, peopleRules } from '../../../metrics/query.ts';
import { NO_VALUE } from '../bind-query.ts';
import { keyOf, type Mark } from './marks.ts';

/** A filter that is set. */
export interface SetFilter {
  readonly param: string;
  readonly dimension: Dimension;
  readonly chosen: readonly string[];
}

export interface Asking {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly k: number;
  /** Rows of the metric before anything is hidden. */
  readonly run: (params: ParamValues) => Promise<readonly Row[]>;
  /** Every value of a dimension. */
  readonly valuesOf: (dimension: Dimension) => Promise<readonly string[]>;
}

/** Values that units have whatever the store's lists of values say. */
const NAMELESS = ['unknown', 'none'];

/** With more filters than these the number of remainders is not worth a question each. */
export const MOST_FILTERS = 3;

/** Filters that take units out of the answer; those that only choose among its rows leave no remainder. */
export function setFilters({ metric, params }: Pick<Asking, 'metric' | 'params'>): SetFilter[] {
  const chooses = new Set(metric.units?.flatMap((units) => units.chooses ?? []));
  return Object.entries(metric.params).flatMap(([name, param]) => {
    const chosen = params[name];
    const isSet = param.kind === 'filter' && isParamShown(param, params) && Array.isArray(chosen) && chosen.length > 0;
    return isSet && !chooses.has(param.dimension)
      ? [{ param: name, dimension: param.dimension, chosen: chosen as readonly string[] }]
      : [];
  });
}

/** Marks of all groups whose remainder or value holds 1 to k − 1 people. */
export async function findRemainders(asking: Asking): Promise<Mark[]> {
  const filters = setFilters(asking);
  if (filters.length === 0) return [];
  if (filters.length > MOST_FILTERS) return [{ labels: [], keys: ['[]'], reason: 'unjudged' }];
  const quiet = quietParams(asking.metric, asking.params);
  const others = await Promise.all(
    filters.map(async ({ dimension, chosen }) => without([...(await asking.valuesOf(dimension)), ...NAMELESS], chosen))
  );
  const remaindersOf = async (params: ParamValues): Promise<Remainder[]> => {
    const pieces = await Promise.all(
      subsetsOf(filters.map((_, place) => place)).map(async (left) => {
        const changed = left.map((place) => [filters[place]?.param ?? '', others[place] ?? NO_VALUE] as const);
        const isNothing = changed.some(([, values]) => values.length === 0);
        return { left, rows: isNothing ? [] : await asking.run({ ...params, ...Object.fromEntries(changed) }) };
      })
    );
    return pieces.map(({ left: dropped }) => ({
      dropped: dropped.map((place) => filters[place]?.dimension ?? ''),
      rows: pieces.filter(({ left }) => left.every((place) => dropped.includes(place))).flatMap((piece) => piece.rows),
    }));
  };
  const byGroup = await remaindersOf(quiet);
  const marks = [
    ...byGroup.flatMap(({ dropped, rows }) => tooFew(asking, rows, labelsWithout(asking, dropped))),
    ...(await findWhole(asking, byGroup, (ungrouped) => remaindersOf({ ...quiet, ...ungrouped }))),
    ...(await findValues(asking, filters, quiet)),
    ...(await findBesideHuman(asking, filters, quiet)),
  ];
  return marks;
}

/** Rows that filters on these dimensions leave out. */
interface Remainder {
  readonly dropped: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * Groups of an answer add up, and what they leave of the answer without a group and a filter may be few people whose own group has no row in it.
 * Asked only where no group of the remainder holds enough people by itself.
 */
async function findWhole(
  asking: Asking,
  byGroup: readonly Remainder[],
  ask: (ungrouped: ParamValues) => Promise<Remainder[]>
): Promise<Mark[]> {
  const { metric, params } = asking;
  const [name = ''] = Object.entries(metric.params).find(([, param]) => param.kind === 'groupBy') ?? [];
  const groups = [params[name] ?? []].flat().map(String);
  if (groups.length === 0) return [];
  const few = (remainders: readonly Remainder[]): Mark[] =>
    remainders
      // Along a dimension that is both, the remainder was judged as a whole.
      .filter(({ dropped }) => groups.some((group) => !dropped.includes(group)))
      .flatMap(({ dropped, rows }) => tooFew(asking, rows, labelsWithout(asking, [...dropped, ...groups])));
  if (few(byGroup).length === 0) return [];
  return few(await ask({ [name]: [] }));
}

/** Human code has no tool and all other code has one, if an unknown one: so groups of tools can tell what is not human, and less what is chosen the rest of it. */
async function findBesideHuman(asking: Asking, filters: readonly SetFilter[], quiet: ParamValues): Promise<Mark[]> {
  const { run, valuesOf } = asking;
  const source = filters.find(({ dimension, chosen }) => dimension === 'code_source' && !chosen.includes('human'));
  if (source === undefined) return [];
  const rest = without([...(await valuesOf('code_source')), ...NAMELESS], [...source.chosen, 'human']);
  const rows = rest.length === 0 ? [] : await run({ ...quiet, [source.param]: rest });
  return tooFew(asking, rows, labelsWithout(asking, ['code_source']));
}

/** Values chosen together must each be none or k people: another answer may leave one of them out. */
async function findValues(asking: Asking, filters: readonly SetFilter[], quiet: ParamValues): Promise<Mark[]> {
  const several = filters.filter(({ chosen }) => chosen.length > 1);
  const found = await Promise.all(
    several.map(async ({ param, dimension, chosen }) => {
      const grouping = Object.entries(asking.metric.params).find(([, candidate]) => canGroup(candidate, dimension));
      const [name, groups] = [grouping?.[0] ?? '', grouping === undefined ? [] : [quiet[grouping[0]] ?? []].flat()];
      const labels = labelsWithout(asking, []);
      if (groups.includes(dimension)) return [];
      const rows =
        grouping === undefined ? [] : await asking.run({ ...quiet, [name]: [...groups.map(String), dimension] });
      // A mode may refuse the group that it takes as a filter: then each value is asked for.
      if (grouping !== undefined && !rows.some(({ status }) => status === 'bad_config')) {
        return rows.flatMap((row) => tooFew(asking, [row], labels));
      }
      // A value that nothing has is nobody's: whoever names hundreds asks the store for none of them.
      const held = new Set([...(await asking.valuesOf(dimension)), ...NAMELESS]);
      const known = chosen.filter((value) => held.has(value));
      const values = dimension === 'code_source' ? apart(quiet, known) : known.map((value) => [value]);
      const byValue = await Promise.all(values.map((value) => asking.run({ ...quiet, [param]: value })));
      return byValue.flatMap((rows) => tooFew(asking, rows, labels));
    })
  );
  return found.flat();
}

/** Groups of which 1 to k − 1 people are left: for each rule that says so. Where it hides some cells alone, these are marked. */
function tooFew({ metric, params, k }: Asking, rows: readonly Row[], labels: readonly string[]): Mark[] {
  const groups = Map.groupBy(rows, (row) => keyOf(row, labels));
  return judgedRules(metric, params).flatMap(({ count, hides }): Mark[] => {
    const keys = [...groups].filter(([, own]) => isFew(own, count, k)).map(([key]) => key);
    const mark = { labels, keys, reason: 'remainder' as const, ...(hides === undefined ? {} : { of: count }) };
    return keys.length === 0 ? [] : [mark];
  });
}

/** Rows of one group may share people: together they are as many as the largest at least. */
function isFew(rows: readonly Row[], count: string, k: number): boolean {
  const most = Math.max(0, ...rows.map((row) => Number(row[count] ?? 0)));
  return most > 0 && most < k;
}

/** Counts of people by which a remainder is judged. */
export const judgedCounts = (metric: Metric, params: ParamValues): string[] =>
  judgedRules(metric, params).map(({ count }) => count);

function judgedRules(metric: Metric, params: ParamValues): PeopleRule[] {
  // What a row has beside it is shown in steps: what is left of its people would hide the row itself.
  const beside = new Set(metric.columns.filter(({ counts }) => counts === 'beside').map(({ name }) => name));
  return peopleRules(metric, params).filter(
    (rule): rule is PeopleRule => rule.count !== null && rule.hides?.some((name) => beside.has(name)) !== true
  );
}

/** Labels of the answer; along a dimension that is dropped the remainder has other values than the answer. */
function labelsWithout({ metric, params }: Asking, dropped: readonly string[]): string[] {
  return columnsOf(metric, params)
    .filter(({ role, name }) => (role === 'time' || role === 'label') && !dropped.includes(name))
    .map(({ name }) => name);
}

/** Without intervals: people are the same and the answer is quicker. */
function quietParams(metric: Metric, params: ParamValues): ParamValues {
  return metric.params['ci'] === undefined ? params : { ...params, ci: false };
}

const canGroup = (param: Param, dimension: Dimension): boolean =>
  param.kind === 'groupBy' && param.allowed.includes(dimension);
const without = (all: readonly string[], chosen: readonly string[]): readonly string[] =>
  all.filter((value) => !chosen.includes(value));

/** All subsets but the empty one. */
function subsetsOf(places: readonly number[]): number[][] {
  return places.reduce<number[][]>((sets, place) => [...sets, ...sets.map((set) => [...set, place])], [[]]).slice(1);
}
