/** In which weeks how many people of each group have units: what find-range.ts looks at. */
import type { Range } from '../../../statistics/buckets.ts';
import type { SqlQuery } from '../../store/database.ts';
import { answerOf, type Asked } from './find-described.ts';
import { keySql } from './find-slow.ts';
import { answerSql, binder } from './units-query.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';

export interface WeeksQuestion extends Asked {
  readonly unit: JudgedUnit;
  readonly range: Range;
  readonly tz: string;
}

/** People by `key` (as marks.ts writes it) and `week`, and by four weeks: there `week` is null. Both are numbered as in snap-range.ts. */
export function weeksQuery({ unit, range, tz, ...asked }: WeeksQuestion): { labels: readonly string[]; sql: SqlQuery } {
  const values: unknown[] = [];
  const bind = binder(values);
  const { labels, keys, from } = answerSql({ ...answerOf(asked, unit), range }, bind);
  const { at, person } = UNITS[unit];
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (
      select distinct ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${person} as person,
        floor((extract(epoch from ${at} at time zone ${bind(tz, 'text')}) - 345600) / 604800)::integer as week
      from ${from} and ${person} is not null
    )
    select ${keySql(columns)} as key, week, week / 4 as period, count(distinct person) as people
    from u group by grouping sets ((${[...columns, 'week', 'week / 4'].join(', ')}), (${[...columns, 'week / 4'].join(', ')}))`;
  return { labels, sql: { text, values } };
} // prettier-ignore
