/**
 * The beginning of a store: until k people have come, at least a quarter of a year. Weeks of so few people are no answer by themselves, and are counted
 * together. It is the same for all questions about a kind of unit, and follows from the store alone.
 */
import type { Range } from '../../../statistics/buckets.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { EngineParts } from '../run-metric.ts';
import { answerOf, type Asked } from './find-described.ts';
import { keySql } from './find-slow.ts';
import { answerSql, binder } from './units-query.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';
import { readHourly } from './while-facts-stay.ts';

const QUARTER_MS = 91 * 86_400_000;

/** From the first unit to the end of its quarter of a year, or, if that is later, to when the last of the first k people came. */
export function wayIn(first: Date, kth: Date | null): Range {
  const quarter = first.getTime() + QUARTER_MS;
  return { from: first, to: new Date(Math.max(quarter, kth === null ? 0 : kth.getTime() + 1)) };
}

/** Null = there are no units. Fewer than k people: all that there is. */
export async function readBegin(parts: EngineParts, unit: JudgedUnit, k: number): Promise<Range | null> {
  const [row] = await readHourly(parts, firstQuery(unit));
  const first = row?.['at'];
  if (!(first instanceof Date)) return null;
  const quarter = wayIn(first, null);
  const soon = await readHourly(parts, comingQuery(unit, k, quarter.to));
  const came = soon.length < k ? await readHourly(parts, comingQuery(unit, k, null)) : soon;
  const kth = came.at(-1)?.['at'];
  return wayIn(first, kth instanceof Date ? kth : null);
}

/** When the first unit of a kind was: the first in order, which an index gives without the others; of a view min() would read all. */
export function firstQuery(unit: JudgedUnit): SqlQuery {
  const { from, at } = UNITS[unit];
  return { text: `select ${at} as at from ${from} order by 1 limit 1`, values: [] };
}

/** When each of the first k people had a first unit; null = whenever that was. */
function comingQuery(unit: JudgedUnit, k: number, before: Date | null): SqlQuery {
  const { from, at, person } = UNITS[unit];
  const values: unknown[] = [];
  const bind = binder(values);
  const early = before === null ? '' : ` and ${at} < ${bind(before.toISOString(), 'timestamptz')}`;
  const text = `select min(${at}) as at from ${from} and ${person} is not null${early} group by ${person} order by 1 limit ${bind(k, 'integer')}`;
  return { text, values };
}

/** When each person of each group first came, of those who came in a range: `key` as marks.ts writes it, `at`. */
export function comersQuery({ unit, range, ...asked }: Asked & { readonly unit: JudgedUnit; readonly range: Range }): { labels: readonly string[]; sql: SqlQuery } {
  const values: unknown[] = [];
  const { labels, keys, from } = answerSql({ ...answerOf(asked, unit), range }, binder(values));
  const { at, person } = UNITS[unit];
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (select ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${person} as person, ${at} as at from ${from} and ${person} is not null)
    select ${keySql(columns)} as key, min(at) as at from u group by ${[...columns, 'person'].join(', ')}`;
  return { labels, sql: { text, values } };
} // prettier-ignore
