/**
 * Groups that would tell fewer than k people of units with several values (a change of two tools): what such sets leave of one another is no sum of
 * values, so the metric cannot be asked for it, and the patterns of values are judged (overlaps.ts).
 */
import type { Row, UnitName } from '../../../metrics/define.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { answerOf, filtersOf, labelsOf, type Asked } from './find-described.ts';
import { keySql } from './find-slow.ts';
import type { Mark } from './marks.ts';
import { overlapsToHide, tellingValues, valuesOf, valuesToHide, type Pattern } from './overlaps.ts';
import { answerSql, binder, type Cut } from './units-query.ts';
import { UNITS, type RowLabel } from './units.ts';

export interface ListQuestion extends Asked {
  readonly unit: UnitName;
  readonly range: Range;
  readonly k: number;
  readonly cut: Cut;
}

/** People by `key` (the answer's labels without the dimension, as marks.ts writes it) and by `list`, the values of a unit as JSON. */
export interface ListQuery {
  readonly name: RowLabel;
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  /** Chosen values that are judged; null = the answer has rows by all. */
  readonly chosen: readonly string[] | null;
  readonly sql: SqlQuery;
}

/** For each dimension of which a unit may have several values: the units without its filter, and what the filter leaves where rows are by it too. */
export function listQueries(question: ListQuestion): ListQuery[] {
  const { lists = {} } = UNITS[question.unit];
  const isList = (name: RowLabel): boolean => lists[name] !== undefined;
  const filters = filtersOf(question).filter(([name]) => isList(name));
  const grouped = labelsOf(question).filter(isList);
  return [
    ...filters.map(([name, chosen]) => listQuery(question, { name, chosen, isFiltered: false })),
    ...grouped.map((name) => listQuery(question, { name, chosen: null, isFiltered: false })),
    ...grouped
      .filter((name) => filters.some(([filter]) => filter === name))
      .map((name) => listQuery(question, { name, chosen: null, isFiltered: true })),
  ];
}

interface Listed {
  readonly name: RowLabel;
  readonly chosen: readonly string[] | null;
  /** Whether its own filter holds. */
  readonly isFiltered: boolean;
}

function listQuery(question: ListQuestion, { name, chosen, isFiltered }: Listed): ListQuery {
  const { unit, range, cut } = question;
  const { person, lists = {} } = UNITS[unit];
  const values: unknown[] = [];
  const { params, groups, filters, traits } = answerOf(question, unit);
  const answer = { unit, params, range, cut, traits, groups: groups.filter((label) => label !== name), filters: filters.filter(([filter]) => isFiltered || filter !== name) };
  const { labels, keys, from } = answerSql(answer, binder(values));
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (select ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${person} as person, ${lists[name] ?? 'null'} as list from ${from})
    select ${keySql(columns)} as key, to_json(list)::text as list, string_agg(distinct person, chr(31)) as people
    from u where person is not null group by ${[...columns, 'list'].join(', ')}`;
  return { name, labels, chosen, sql: { text, values } };
} // prettier-ignore

/**
 * What must be hidden. Of an answer by this dimension alone the values that tell of few. Else with each of them all those of its group that overlap
 * with it: another answer may have some of them added up over the groups.
 */
export function listMark({ name, labels, chosen }: ListQuery, rows: readonly Row[], k: number): Mark {
  const groups = [...Map.groupBy(rows, ({ key }) => String(key))].map(([key, own]) => ({ key, patterns: own.map(patternOf) })).map((group) => ({ ...group, values: valuesOf(group.patterns) }));
  if (chosen !== null) {
    // A value that nothing has is nobody's.
    const isTelling = ({ patterns, values }: (typeof groups)[number]) => tellingValues(patterns, values.filter((value) => chosen.includes(value)), k).length > 0;
    return { labels, keys: groups.filter(isTelling).map(({ key }) => key), reason: 'remainder' };
  }
  const keys = groups.flatMap(({ key, patterns }) => {
    const hidden = labels.length === 0 ? valuesToHide(patterns, k) : overlapsToHide(patterns, k);
    return hidden.map((value) => JSON.stringify([...(JSON.parse(key) as unknown[]), value]));
  });
  return { labels: [...labels, name], keys, reason: 'overlap' };
} // prettier-ignore

function patternOf({ list, people }: Row): Pattern {
  return { values: JSON.parse(String(list)) as string[], people: String(people).split('\u001f') };
}
