/** Groups of whose first or last weeks in a range fewer than k people have units: beside a range that much shorter they would follow. */
import type { UnitName } from '../../../metrics/define.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { describingOf, filtersOf, labelsOf, type Asked } from './find-described.ts';
import { keySql } from './find-slow.ts';
import { answerSql, binder } from './units-query.ts';
import { UNITS, type OutlineSql } from './units.ts';

export interface EdgeQuestion extends Asked {
  readonly unit: UnitName;
  readonly range: Range;
  readonly tz: string;
  readonly k: number;
  readonly slow: Slow;
  /** Whether the start of the range can be moved: of a time bucket only the end is open. */
  readonly isStartOpen: boolean;
  /** The range has all of the beginning of the store: a first week of few people is counted with those after it (wayIn). Null = it has not. */
  readonly begin: Range | null;
}

/** Whose ranges are counted in four weeks. */
export interface Slow {
  /** Values of what describes people (valuesOfFew). */
  readonly few: readonly string[];
  /** Groups as marks name them (find-slow.ts). */
  readonly keys: readonly string[];
}

export interface EdgeQuery {
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  /** One row per group that must be hidden: `key` as marks.ts writes it. */
  readonly sql: SqlQuery;
}

/** One aggregate over the units: weeks are cut in the zone of the organisation. */
export function edgeQuery(question: EdgeQuestion): EdgeQuery {
  const { unit, range, tz, k, slow, isStartOpen, begin } = question;
  const values: unknown[] = [];
  const bind = binder(values);
  const rowsOf = (source: OutlineSql, person?: string) => {
    const answer = { unit, range, groups: labelsOf(question), filters: filtersOf(question), source };
    const { labels, keys, from } = answerSql(answer, bind);
    const named = keys.map((key, place) => `${key} as g${String(place)}, `).join('');
    const who = person === undefined ? '' : `, ${person} as person`;
    return { labels, sql: `select 1 as one, ${named}${source.at} as at${who} from ${from}` };
  };
  const { labels, sql: units } = rowsOf(UNITS[unit], UNITS[unit].person);
  const columns = labels.map((_, place) => `g${String(place)}`);
  const zone = bind(tz, 'text');
  const [described] = describingOf(question);
  const place = described === undefined ? -1 : labels.indexOf(described);
  const isSlow = [
    ...(slow.keys.length === 0 ? [] : [`${keySql(columns)} = any(${bind(slow.keys, 'text[]')})`]),
    ...(slow.few.length === 0 ? [] : [place < 0 ? 'true' : `g${String(place)} = any(${bind(slow.few, 'text[]')})`]),
  ];
  const weeks = isSlow.length === 0 ? '1' : `case when ${isSlow.join(' or ')} then 4 else 1 end`;
  const early = begin === null ? null : `at < ${bind(begin.to.toISOString(), 'timestamptz')}`;
  const monday = (instant: string) => `date_trunc('week', ${instant} at time zone ${zone})`;
  // Four weeks are counted from the first Monday of 1970, as snap-range.ts does.
  const start = (instant: string) =>
    weeks === '1'
      ? monday(instant)
      : `${monday(instant)} - make_interval(weeks => mod(((extract(epoch from ${monday(instant)}) - 345600) / 604800)::integer, ${weeks}))`;
  const isFew = (condition: string) =>
    `count(distinct person) filter (where ${condition}) between 1 and ${bind(k - 1, 'integer')}`;
  const orEarly = early === null ? '' : ` or ${early}`;
  const isFewFirst = () =>
    early === null
      ? isFew('at < first_end')
      : `${isFew('at < first_end')} and count(distinct person) filter (where ${early}) < ${bind(k, 'integer')}`;
  const all = ['one', ...columns].join(', ');
  // The weeks of all groups bound the second scan: mostly it reads the two ends of the range through the index on the time.
  const text = `with e as (select ${all}, min(at) as first_at, max(at) as last_at from (${rowsOf(outlineOf(question)).sql}) o group by ${all}),
    w as materialized (
      select ${all}, (${start('first_at')} + make_interval(weeks => ${weeks})) at time zone ${zone} as first_end,
             (${start('last_at')}) at time zone ${zone} as last_start
      from e
    )
    select ${keySql(columns)} as key
    from (${units}) u join w using (${all})
    where (at < (select max(first_end) from w) or at >= (select min(last_start) from w)${orEarly}) and (at < first_end or at >= last_start${orEarly})
    group by ${all}
    having ${[...(isStartOpen ? [isFewFirst()] : []), isFew('at >= last_start')].join(' or ')}`;
  return { labels, sql: { text, values } };
}

/** The first quarter of a year in which the store has units: enough to know who came, and no range begins far from it unseen. */
export function wayIn(first: Date): Range {
  return { from: first, to: new Date(first.getTime() + 91 * 86_400_000) };
}

/** When the first unit of a kind was. */
export function firstQuery(unit: UnitName): SqlQuery {
  const { from, at } = UNITS[unit];
  return { text: `select min(${at}) as at from ${from}`, values: [] };
}

/** Groups of whom few people have units between the beginning of the store and the start of a range: beside all of it they would follow. */
export function beginQuery({ unit, range, k, ...asked }: Omit<EdgeQuestion, 'slow' | 'isStartOpen' | 'begin' | 'tz'>): EdgeQuery {
  const values: unknown[] = [];
  const bind = binder(values);
  const { labels, keys, from } = answerSql({ unit, range, groups: labelsOf(asked), filters: filtersOf(asked) }, bind);
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (select 1 as one, ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${UNITS[unit].person} as person from ${from})
    select ${keySql(columns)} as key from u group by ${['one', ...columns].join(', ')}
    having count(distinct person) between 1 and ${bind(k - 1, 'integer')}`;
  return { labels, sql: { text, values } };
} // prettier-ignore

/** What tells when each group has units: the units themselves, or their outline where it knows all that is asked for. */
function outlineOf(question: EdgeQuestion): OutlineSql {
  const units = UNITS[question.unit];
  const asked = [...labelsOf(question), ...filtersOf(question).map(([name]) => name)];
  return units.outline !== undefined && asked.every((name) => units.outline?.dimensions[name] !== undefined)
    ? units.outline
    : units;
}
