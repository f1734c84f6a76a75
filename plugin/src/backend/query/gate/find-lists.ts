/**
 * Groups that would tell fewer than k people of a unit with several values (a change of two tools): what has none of the chosen values is no
 * sum of other values, so the metric cannot be asked for it.
 */
import type { Dimension, UnitName } from '../../../metrics/define.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { filtersOf, labelsOf, type Asked } from './find-described.ts';
import { answerSql, binder, type Cut } from './units-query.ts';
import { UNITS } from './units.ts';

export interface ListQuestion extends Asked {
  readonly unit: UnitName;
  readonly range: Range;
  readonly k: number;
  readonly cut: Cut;
}

export interface ListQuery {
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  readonly sql: SqlQuery;
}

/** Groups of which 1 to k − 1 people have a unit without the chosen values, or without the value that a row is about. */
export function listQueries(question: ListQuestion): ListQuery[] {
  const { lists = {} } = UNITS[question.unit];
  const filters = filtersOf(question).filter(([name]) => lists[name] !== undefined);
  const grouped = labelsOf(question).filter((name) => lists[name] !== undefined);
  return [
    ...filters.map(([name, chosen]) =>
      restQuery(question, name, (list, bind) => `not ${list} && ${bind(chosen, 'text[]')}`)
    ),
    ...grouped.map((name) => restQuery(question, name, null)),
  ];
}

type Bind = ReturnType<typeof binder>;

function restQuery(
  question: ListQuestion,
  name: Dimension,
  isRest: ((list: string, bind: Bind) => string) | null
): ListQuery {
  const { unit, range, k, cut } = question;
  const { person, lists = {} } = UNITS[unit];
  const list = lists[name] ?? 'null';
  const values: unknown[] = [];
  const bind = binder(values);
  const { labels, keys, from } = answerSql(
    {
      unit,
      range,
      groups: labelsOf(question).filter((label) => label !== name),
      filters: filtersOf(question).filter(([filter]) => filter !== name),
      cut,
    },
    bind
  );
  const columns = keys.map((key, place) => ({ key, name: `g${String(place)}` }));
  const names = columns.map((column) => column.name);
  const units = `with u as (select 1 as one, ${columns.map(({ key, name: as }) => `${key} as ${as}, `).join('')}${person} as person, ${list} as list from ${from})`;
  const few = `between 1 and ${bind(k - 1, 'integer')}`;
  if (isRest !== null) {
    const text = `${units} select to_json(array[${names.join(', ')}]::text[])::text as key from u where ${isRest('list', bind)}
      group by ${['one', ...names].join(', ')} having count(distinct person) ${few}`;
    return { labels, sql: { text, values } };
  }
  const text = `${units}, v as (select distinct ${[...names, 'unnest(list) as value'].join(', ')} from u)
    select to_json(array[${[...names.map((as) => `v.${as}`), 'v.value'].join(', ')}]::text[])::text as key
    from v join u on ${['true', ...names.map((as) => `u.${as} is not distinct from v.${as}`)].join(' and ')}
    group by ${[...names.map((as) => `v.${as}`), 'v.value'].join(', ')}
    having count(distinct person) filter (where not value = any(list)) ${few}`;
  return { labels: [...labels, name], sql: { text, values } };
}
