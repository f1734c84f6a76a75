/** The units behind an answer as SQL: those that its filters leave, with what the answer has rows by. */
import type { ParamValues } from '../../../metrics/define.ts';
import type { Dimension } from '../../../metrics/dimension.ts';
import type { Bucket, Range } from '../../../statistics/buckets.ts';
import { isOneAi } from '../../../metrics/parts/ai-group.ts';
import type { SqlQuery } from '../../store/database.ts';
import { sourceSql } from '../ai-group.ts';
import { DESCRIBING } from './partition.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS, type OutlineSql, type RowLabel, type UnitSql } from './units.ts';

export type Bind = (value: unknown, type: string) => string;

/** Numbers the values of a statement. */
export function binder(values: unknown[]): Bind {
  return (value, type) => `$${String(values.push(value))}::${type}`;
}

/** Null = one row over the whole range. */
export type Cut = { readonly bucket: Bucket; readonly tz: string } | null;

export interface UnitsOfAnswer {
  readonly unit: JudgedUnit;
  /** Of the answer: they say which sources it tells apart. */
  readonly params: ParamValues;
  readonly range: Range;
  /** The answer has rows by these; one that the units do not know is left out. */
  readonly groups: readonly RowLabel[];
  /** Chosen values; a filter that the units do not know is left out: more people are then counted than the answer has. */
  readonly filters: ReadonlyArray<readonly [Dimension, readonly string[]]>;
  /** Conditions that choose among the units (traits.ts). Absent = none does. */
  readonly traits?: readonly string[];
  /** Read instead of the units where it knows all that is asked for, and people are not. */
  readonly source?: OutlineSql;
  /** Time buckets of its rows. Absent = none. */
  readonly cut?: Cut;
}

/** Labels of the answer's rows, what gives each its value, and the rows of UNITS that it counts. */
export function answerSql(answer: UnitsOfAnswer, bind: Bind): { labels: string[]; keys: string[]; from: string } {
  const { unit, range, groups, filters, traits = [], cut = null } = answer;
  const { isStock, lists = {} } = UNITS[unit];
  const { from, at, dimensions } = answer.source ?? UNITS[unit];
  const known = [...new Set(groups)].filter((name) => dimensions[name] !== undefined || lists[name] !== undefined);
  const labels = [
    ...known.filter((name) => lists[name] === undefined),
    ...known.filter((name) => lists[name] !== undefined),
  ];
  const columnOf = (name: RowLabel): string =>
    name === 'code_source' ? sourceSql(isOneAi(answer.params), dimensions[name] ?? '') : (dimensions[name] ?? '');
  const keys = labels.map((name) =>
    lists[name] === undefined ? `(${columnOf(name)})::text` : `unnest(${lists[name]})`
  );
  const conditions = filters.flatMap((filter) => conditionOf({ dimensions, lists }, filter, bind));
  const end = bind(range.to.toISOString(), 'timestamptz');
  const start = isStock === true ? null : bind(range.from.toISOString(), 'timestamptz');
  const inRange = start === null ? [] : [`${at} >= ${start}`, `${at} < ${end}`, ...nearSql(answer, start, end)];
  return {
    labels: cut === null ? labels : ['time', ...labels],
    keys: cut === null ? keys : [startSql(at, cut, bind), ...keys],
    from: [from.replaceAll('{end}', end), ...inRange, ...conditions, ...traits.map((trait) => `(${trait})`)].join(
      ' and '
    ),
  };
}

/** The same in words that an index knows. */
const nearSql = ({ unit, source }: UnitsOfAnswer, start: string, end: string): string[] => {
  const { near } = source ?? UNITS[unit];
  return near === undefined ? [] : [near.replaceAll('{start}', start).replaceAll('{end}', end)];
};

type Filter = readonly [Dimension, readonly string[]];

/** Of the units themselves; none where they do not know the dimension. */
export const filterSql = (unit: JudgedUnit, filter: Filter, bind: Bind): string[] =>
  conditionOf(UNITS[unit], filter, bind);

function conditionOf(
  { dimensions, lists = {} }: Pick<UnitSql, 'dimensions' | 'lists'>,
  [name, chosen]: Filter,
  bind: Bind
): string[] {
  const column = dimensions[name];
  if (lists[name] !== undefined) return [`${lists[name]} && ${bind(chosen, 'text[]')}`];
  return column === undefined ? [] : [`${column} = any(${bind(chosen, 'text[]')})`];
}

/** Start of the bucket of an instant as marks.ts writes times: milliseconds. */
function startSql(at: string, { bucket, tz }: NonNullable<Cut>, bind: Bind): string {
  const zone = bind(tz, 'text');
  const start = `date_trunc(${bind(bucket, 'text')}, ${at} at time zone ${zone}) at time zone ${zone}`;
  return `(extract(epoch from ${start}) * 1000)::bigint::text`;
}

/** People by `key` (labels of the answer, as marks.ts writes it) and by what describes them. */
export function unitsQuery(answer: UnitsOfAnswer): { labels: readonly string[]; sql: SqlQuery } {
  const values: unknown[] = [];
  const { person, dimensions } = UNITS[answer.unit];
  const { labels, keys, from } = answerSql(answer, binder(values));
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (
      select ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${person} as person,
        ${DESCRIBING.map((name) => `${dimensions[name] ?? `'unknown'`} as ${name}`).join(', ')}
      from ${from}
    )
    select to_json(array[${columns.join(', ')}]::text[])::text as key, ${DESCRIBING.join(', ')}, string_agg(distinct person, chr(31)) as people
    from u where person is not null group by ${[...columns, ...DESCRIBING].join(', ')}`;
  return { labels, sql: { text, values } };
}
