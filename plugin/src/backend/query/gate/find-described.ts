/**
 * Groups of people that team, seniority, repository and service describe (metrics.md 15.7, first promise): however many questions are asked,
 * their answers are sums over whole values of one of these, and values of few people are only ever part of a sum. So one is asked for at a
 * time, and the values behind which stand fewer than k people are one block with the next larger one: together or not at all.
 */
import type { Dimension, Metric, ParamValues, Row } from '../../../metrics/define.ts';
import { isParamShown } from '../../../metrics/query.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Mark } from './marks.ts';
import { UNITS, type UnitSql } from './units.ts';

/** Dimensions that tell who somebody is or where they work. */
export const DESCRIBING: readonly Dimension[] = ['team', 'seniority', 'repo', 'service'];

/** People by value of a dimension in the last twelve months of the facts; values of nobody are left out. */
export function describedQuery(dimension: Dimension): SqlQuery {
  const of = (unit: UnitSql): string =>
    `select ${unit.dimensions[dimension] ?? 'null'} as value, ${unit.person} as person, ${unit.at} as at from ${unit.from}`;
  const text = `with unit as (
      select value, person, max(at) as at from (${of(UNITS.merged)} union all ${of(UNITS.completed)}) u
      where person is not null and value is not null
      group by value, person
    )
    select value, count(*) filter (where at >= (select max(at) - interval '12 months' from unit))::integer as people from unit group by value`;
  return { text, values: [] };
}

interface Asked {
  readonly metric: Metric;
  readonly params: ParamValues;
}

/** Dimensions of DESCRIBING that a question filters or groups by. */
export function describingOf({ metric, params }: Asked): Dimension[] {
  const named = Object.entries(metric.params).flatMap(([name, param]) => {
    const values = [params[name] ?? []].flat().map(String);
    if (!isParamShown(param, params)) return [];
    return param.kind === 'groupBy' ? values : param.kind === 'filter' && values.length > 0 ? [param.dimension] : [];
  });
  return DESCRIBING.filter((dimension) => named.includes(dimension));
}

/** Values that are shown only together: those of fewer than k people and the next larger one, the first by name of equals. */
export function blockOf(rows: readonly Row[], k: number): readonly string[] {
  const values = rows
    .map((row) => ({ value: String(row['value']), people: Number(row['people']) }))
    .sort((one, other) => one.people - other.people || (one.value < other.value ? -1 : 1));
  const small = values.filter(({ people }) => people < k).length;
  return small === 0 ? [] : values.slice(0, small + 1).map(({ value }) => value);
}

/** What of the answer must be hidden. `rows` of describedQuery. */
export function findDescribed(asked: Asked, rows: readonly Row[], k: number): Mark[] {
  const [dimension, ...more] = describingOf(asked);
  if (dimension === undefined) return [];
  if (more.length > 0) return [{ labels: [], keys: ['[]'], reason: 'together' }];
  const block = blockOf(rows, k);
  const chosen = Object.entries(asked.metric.params).flatMap(([name, param]) =>
    param.kind === 'filter' && param.dimension === dimension ? [asked.params[name] ?? []].flat().map(String) : []
  );
  const inBlock = block.filter((value) => chosen.includes(value));
  const isSplit = inBlock.length > 0 && inBlock.length < block.length;
  const isGrouped = Object.entries(asked.metric.params).some(
    ([name, param]) => param.kind === 'groupBy' && [asked.params[name] ?? []].flat().map(String).includes(dimension)
  );
  return [
    ...(isSplit ? [{ labels: [], keys: ['[]'], reason: 'block' as const }] : []),
    ...(isGrouped
      ? [{ labels: [dimension], keys: block.map((value) => JSON.stringify([value])), reason: 'block' as const }]
      : []),
  ];
}
