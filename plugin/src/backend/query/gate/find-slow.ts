/**
 * Groups of whom a single week often says too little: their ranges are counted in four weeks, so that an edge week of few people is counted with
 * its neighbours instead of hiding the group. Which these are follows from the last year, never from the range that is asked for: else of two
 * ranges a week apart one could be counted in weeks and the other in four.
 */
import type { SqlQuery } from '../../store/database.ts';
import { answerOf, type Asked } from './find-described.ts';
import { snapRange } from './snap-range.ts';
import { answerSql, binder } from './units-query.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';

export interface SlowQuestion extends Asked {
  readonly unit: JudgedUnit;
  readonly tz: string;
  readonly k: number;
  readonly now: Date;
}

const YEAR_MS = 364 * 86_400_000;
/** Of its weeks with anybody in them, part of which may hold fewer than k people. */
const MOST_FEW = 0.1;

/** One row per group that is slow: `key` as marks.ts writes it, its labels as edgeQuery has them. */
export function slowQuery({ unit, tz, k, now, ...asked }: SlowQuestion): { labels: readonly string[]; sql: SqlQuery } {
  const values: unknown[] = [];
  const bind = binder(values);
  const { to } = snapRange({ from: new Date(now.getTime() - YEAR_MS), to: now }, { grain: 'week', bucket: null, tz, now });
  const range = { from: new Date(to.getTime() - YEAR_MS), to };
  const { labels, keys, from } = answerSql({ ...answerOf(asked, unit), range }, bind);
  const { at, person } = UNITS[unit];
  const columns = keys.map((_, place) => `g${String(place)}`);
  const all = ['one', ...columns].join(', ');
  const text = `with u as (
      select distinct 1 as one, ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}
        date_trunc('week', ${at} at time zone ${bind(tz, 'text')}) as week, ${person} as person
      from ${from}
    ), w as (select ${all}, week, count(person) as people from u group by ${all}, week having count(person) > 0)
    select ${keySql(columns)} as key from w group by ${all}
    having count(*) filter (where people < ${bind(k, 'integer')}) > ${bind(MOST_FEW, 'double precision')} * count(*)`;
  return { labels, sql: { text, values } };
} // prettier-ignore

/** Values of a group's labels as a mark names it. */
export const keySql = (columns: readonly string[]): string => `to_json(array[${columns.join(', ')}]::text[])::text`;
