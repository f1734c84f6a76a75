/**
 * Groups that would tell fewer than k people beside the answer with another value of a param that chooses units (`chooses`). Two answers are
 * compared once: the one whose values come later yields, the defaults come first. So a usual question is never asked for it.
 */
import type { Param, ParamValue, ParamValues, Trait, UnitName } from '../../../metrics/define.ts';
import { isParamShown } from '../../../metrics/query.ts';
import type { Range } from '../../../statistics/buckets.ts';
import type { SqlQuery } from '../../store/database.ts';
import { filtersOf, labelsOf, type Asked } from './find-described.ts';
import { traitOf, traitSql, traitsOf } from './traits.ts';
import { answerSql, binder, filterSql, type Cut } from './units-query.ts';
import { UNITS } from './units.ts';

export interface ChoiceQuestion extends Asked {
  readonly unit: UnitName;
  readonly range: Range;
  readonly cut: Cut;
  readonly k: number;
}

/** Groups that must be hidden; null = nothing is chosen that comes later than another answer. */
export interface ChoiceQuery {
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  readonly sql: SqlQuery;
}

/** What units must have, for each answer that comes earlier; the last is the answer itself. Empty = it is the first. */
export function traitsAsked({ metric, params }: Asked): ReadonlyArray<ReadonlySet<Trait>> {
  const names = Object.keys(metric.params).filter((name) => isJudged(metric.params[name]));
  const chosen = names.filter((name) => isParamShown(metric.params[name]!, params));
  if (chosen.every((name) => params[name] === metric.params[name]?.default)) return [];
  const found = new Map<string, ReadonlySet<Trait>>();
  for (const given of earlier({ metric, params }, chosen)) {
    const traits = new Set(chosen.flatMap((name) => traitOf(metric.params[name]!, given[name]) ?? []));
    found.set([...traits].sort().join(), traits);
  }
  const own = traitsOf(metric, params);
  const name = [...own].sort().join();
  // The same units count with earlier values: whoever asked those knows the answer.
  return found.has(name) || found.size === 0 ? [] : [...found.values(), own];
}

/** All sets of values that come before the given ones. */
function earlier({ metric, params }: Asked, names: readonly string[]): ParamValues[] {
  const sets = names.reduce<ParamValues[]>(
    (found, name) => found.flatMap((set) => valuesOf(metric.params[name]!).map((value) => ({ ...set, [name]: value }))),
    [{}]
  );
  return sets.slice(0, sets.findIndex((set) => names.every((name) => set[name] === params[name])));
} // prettier-ignore

/** The default first, then as declared. */
function valuesOf(param: Param): ParamValue[] {
  const all = param.kind === 'choice' ? param.choices.map(({ value }) => value) : param.kind === 'boolean' ? [false, true] : [];
  return [param.default, ...all.filter((value) => value !== param.default)];
} // prettier-ignore

const isJudged = (param: Param | undefined): boolean =>
  param !== undefined && 'chooses' in param && typeof param.chooses === 'object';

/** One aggregate: who has a unit in this answer and not in an earlier one, or the other way round, with the same filters or fewer. */
export function choiceQuery(question: ChoiceQuestion): ChoiceQuery | null {
  const asked = traitsAsked(question);
  const own = asked.at(-1);
  if (own === undefined) return null;
  const { unit, params, range, cut, k } = question;
  const values: unknown[] = [];
  const bind = binder(values);
  const filters = filtersOf(question);
  const { labels, keys, from } = answerSql({ unit, params, range, cut, groups: labelsOf(question), filters: [] }, bind);
  const parts = [...labelsOf(question), ...filters.map(([name]) => name)];
  const has = (traits: ReadonlySet<Trait>) => traitSql(unit, traits, { parts, params }).map((condition) => `(${condition})`);
  // Among these units the params choose none.
  if (asked.every((traits) => has(traits).length === 0)) return null;
  const kept = filters.flatMap((filter) => filterSql(unit, filter, bind));
  const answer = (traits: ReadonlySet<Trait>, filtered: readonly string[]) => ['true', ...filtered, ...has(traits)].join(' and ');
  const others = asked.slice(0, -1).flatMap((traits) => subsetsOf(kept).map((some) => answer(traits, some)));
  const columns = keys.map((_, place) => `g${String(place)}`);
  const flags = others.map((_, place) => `o${String(place)}`);
  const most = bind(k - 1, 'integer');
  const text = `with u as (
      select distinct 1 as one, ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${UNITS[unit].person} as person,
        coalesce(${answer(own, kept)}, false) as own${others.map((other, place) => `, coalesce(${other}, false) as o${String(place)}`).join('')}
      from ${from}
    )
    select to_json(array[${columns.join(', ')}]::text[])::text as key
    from u group by ${['one', ...columns].join(', ')}
    having ${flags.map((flag) => `count(distinct person) filter (where own <> ${flag}) between 1 and ${most}`).join(' or ')}`;
  return { labels, sql: { text, values } };
} // prettier-ignore

/** All filters, and each way to leave some out; of many only none of them and all. */
function subsetsOf(filters: readonly string[]): Array<readonly string[]> {
  if (filters.length > MOST_FILTERS) return [filters, []];
  return filters.reduce<string[][]>((sets, filter) => [...sets, ...sets.map((set) => [...set, filter])], [[]]);
}

const MOST_FILTERS = 3;
