/**
 * Groups of whom few people would follow from the ends of a range: those in whose first or last weeks fewer than k people have units, beside a range
 * that much shorter; those of whom few people are between an end and the nearest one that another answer may have, beside that answer.
 */
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { answerOf, describingOf, type Asked } from './find-described.ts';
import { keySql } from './find-slow.ts';
import { answerSql, binder, type Bind } from './units-query.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS, type OutlineSql } from './units.ts';

export interface EdgeQuestion extends Asked {
  readonly unit: JudgedUnit;
  readonly range: Range;
  readonly tz: string;
  readonly k: number;
  readonly slow: Slow;
  /** Whether the start of the range can be moved: of a time bucket only the end is open. */
  readonly isStartOpen: boolean;
  /** The range has all of the beginning of the store: a first week of few people is counted with those after it (begin.ts). Null = it has not. */
  readonly begin: Range | null;
  /** From the start of the four weeks that hold the range's start to the end of those that hold its end: answers counted in four weeks begin and end there. */
  readonly periods: Range;
  /** End of the time bucket that the end of the range cuts, where an answer may hold all of it. Null = there is none. */
  readonly bucketEnd: Date | null;
  /** Reads units only, never their outline, which knows of units that nobody is behind. */
  readonly isExact: boolean;
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
  /** One row per group that must be hidden: `key` as marks.ts writes it; `is_open` = its outline has an end that nobody is behind, so it must be asked exactly. */
  readonly sql: SqlQuery;
}

/** One aggregate over the units: weeks are cut in the zone of the organisation. */
export function edgeQuery(question: EdgeQuestion): EdgeQuery {
  const { unit, range, tz, k, isStartOpen, begin, periods, bucketEnd, isExact } = question;
  const values: unknown[] = [];
  const bind = binder(values);
  const rowsOf = (source: OutlineSql, over: Range, person?: string) => {
    const { labels, keys, from } = answerSql({ ...answerOf(question, unit), range: over, source }, bind);
    const named = keys.map((key, place) => `${key} as g${String(place)}, `).join('');
    const who = person === undefined ? ['', ''] : [`, ${person} as person`, ` and ${person} is not null`];
    return { labels, sql: `select 1 as one, ${named}${source.at} as at${who[0]!} from ${from}${who[1]!}` };
  };
  const { person } = UNITS[unit];
  const outline = isExact ? null : outlineOf(question);
  const wide = { from: isStartOpen ? periods.from : range.from, to: laterOf(periods.to, bucketEnd) };
  const { labels, sql: units } = rowsOf(UNITS[unit], wide, person);
  const columns = labels.map((_, place) => `g${String(place)}`);
  const zone = bind(tz, 'text');
  const weeks = weeksSql(question, labels, bind);
  const instant = (date: Date) => bind(date.toISOString(), 'timestamptz');
  const to = instant(range.to);
  const from = isStartOpen ? instant(range.from) : 'null';
  const early = begin === null ? null : `at < ${instant(begin.to)}`;
  const monday = (of: string) => `date_trunc('week', ${of} at time zone ${zone})`;
  // Four weeks are counted from the first Monday of 1970, as snap-range.ts does.
  const start = (of: string) =>
    weeks === '1'
      ? monday(of)
      : `${monday(of)} - make_interval(weeks => mod(((extract(epoch from ${monday(of)}) - 345600) / 604800)::integer, ${weeks}))`;
  const countOf = (condition: string) => `count(distinct person) filter (where ${condition})`;
  const most = bind(k - 1, 'integer');
  const isFew = (condition: string) => `${countOf(condition)} between 1 and ${most}`;
  const [inFirst, inLast] = [`at >= ${from} and at < first_end`, `at >= last_start and at < ${to}`];
  const isFewFirst = early === null ? isFew(inFirst) : `${isFew(inFirst)} and ${countOf(early)} <= ${most}`;
  // Counted in weeks, it is judged beside whoever counts in four weeks; those are judged by their own four weeks.
  const beside = [...(isStartOpen ? [`at < ${from}`] : []), `at >= ${to} and at < ${instant(periods.to)}`];
  const few = [
    ...(isStartOpen ? [isFewFirst] : []),
    isFew(inLast),
    ...beside.map((condition) => isFew(`weeks = 1 and ${condition}`)),
    ...(bucketEnd === null ? [] : [isFew(`at >= ${to} and at < ${instant(bucketEnd)}`)]),
  ];
  const nobody = [...(isStartOpen && early === null ? [inFirst] : []), inLast].map((condition) => `${countOf(condition)} = 0`);
  const all = ['one', ...columns].join(', ');
  const orEarly = early === null ? '' : ` or ${early}`;
  // An outline is quick to read: the weeks of all groups then bound the scan of the units to the two ends of the range. Without one they are read once.
  const ends = (rows: string) => `e as (select ${all}, min(at) as first_at, max(at) as last_at from ${rows} group by ${all})`;
  const once = () => `o as materialized (${units}), ${ends(`o where at >= ${instant(range.from)} and at < ${to}`)}`;
  const read = outline === null ? once() : ends(`(${rowsOf(outline, range).sql}) o`);
  const text = `with ${read},
    w as materialized (
      select ${all}, ${weeks} as weeks, (${start('first_at')} + make_interval(weeks => ${weeks})) at time zone ${zone} as first_end,
             (${start('last_at')}) at time zone ${zone} as last_start
      from e
    ), u as materialized (
      -- Read once: else the planner, which knows nothing of w, may read it for each group.
      select * from ${outline === null ? 'o' : `(${units})`} u where at < (select max(first_end) from w) or at >= (select min(last_start) from w)${orEarly}
    )
    select ${keySql(columns)} as key, ${nobody.join(' or ')} as is_open
    from w left join u using (${all})
    where at is null or at < first_end or at >= last_start${orEarly}
    group by ${all}
    having ${[...few, ...(outline === null ? [] : nobody)].join(' or ')}`;
  return { labels, sql: { text, values } };
} // prettier-ignore

/** By how many weeks a group is counted. */
function weeksSql(question: EdgeQuestion, labels: readonly string[], bind: Bind): string {
  const { slow, among } = question;
  const [described] = describingOf(question);
  const count = among?.dimensions.length ?? 0;
  const place = described === undefined ? -1 : labels.indexOf(described, count);
  const key = (end: number) => keySql(labels.slice(0, end).map((_, index) => `g${String(index)}`));
  const isFew = (few: readonly string[]) => (place < 0 ? 'true' : `g${String(place)} = any(${bind(few, 'text[]')})`);
  // Of each question asked together the own ones, whose keys are without the values of its filters.
  const questions = among?.members ?? [{ values: [], slow }];
  const keys = questions.flatMap(({ values, slow: own }) =>
    (own?.keys ?? []).map((one) => JSON.stringify([...values, ...(JSON.parse(one) as unknown[])]))
  );
  const isSlow = [
    ...(keys.length === 0 ? [] : [`${key(labels.length)} = any(${bind(keys, 'text[]')})`]),
    ...questions.flatMap(({ values, slow: { few } = slow }) =>
      few.length === 0
        ? []
        : [count === 0 ? isFew(few) : `${key(count)} = ${bind(JSON.stringify(values), 'text')} and ${isFew(few)}`]
    ),
  ];
  return isSlow.length === 0 ? '1' : `case when ${isSlow.join(' or ')} then 4 else 1 end`;
}

const laterOf = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);

/** Groups of whom few people have units between the beginning of the store and the start of a range: beside all of it they would follow. */
export function beginQuery({ unit, range, k, ...asked }: Pick<EdgeQuestion, 'metric' | 'params' | 'unit' | 'range' | 'k'>): EdgeQuery {
  const values: unknown[] = [];
  const bind = binder(values);
  const { labels, keys, from } = answerSql({ ...answerOf(asked, unit), range }, bind);
  const columns = keys.map((_, place) => `g${String(place)}`);
  const text = `with u as (select 1 as one, ${keys.map((key, place) => `${key} as g${String(place)}, `).join('')}${UNITS[unit].person} as person from ${from})
    select ${keySql(columns)} as key from u group by ${['one', ...columns].join(', ')}
    having count(distinct person) between 1 and ${bind(k - 1, 'integer')}`;
  return { labels, sql: { text, values } };
} // prettier-ignore

/** What tells when each group has units: their outline where it knows all that is asked for; null = the units themselves. */
function outlineOf(question: EdgeQuestion): OutlineSql | null {
  const { outline } = UNITS[question.unit];
  const { groups, filters, traits } = answerOf(question, question.unit);
  const asked = [...groups, ...filters.map(([name]) => name)];
  const isKnown = traits.length === 0 && asked.every((name) => outline?.dimensions[name] !== undefined);
  return outline !== undefined && isKnown ? outline : null;
}
