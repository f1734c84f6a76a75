/** Groups of whose first or last weeks in a range fewer than k people have units: beside a range that much shorter they would follow. */
import type { UnitName } from '../../../metrics/define.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { describingOf, filtersOf, labelsOf, type Asked } from './find-described.ts';
import { answerSql, binder } from './units-query.ts';
import { UNITS, type OutlineSql } from './units.ts';

export interface EdgeQuestion extends Asked {
  readonly unit: UnitName;
  readonly range: Range;
  readonly tz: string;
  readonly k: number;
  /** Values whose ranges are counted in four weeks (valuesOfFew). */
  readonly few: readonly string[];
  /** Whether the start of the range can be moved: of a time bucket only the end is open. */
  readonly isStartOpen: boolean;
}

export interface EdgeQuery {
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  /** One row per group that must be hidden: `key` as marks.ts writes it. */
  readonly sql: SqlQuery;
}

/** One aggregate over the units: weeks are cut in the zone of the organisation. */
export function edgeQuery(question: EdgeQuestion): EdgeQuery {
  const { unit, range, tz, k, few, isStartOpen } = question;
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
  const byValue = () =>
    place < 0 ? '4' : `case when g${String(place)} = any(${bind(few, 'text[]')}) then 4 else 1 end`;
  const weeks = few.length === 0 ? '1' : byValue();
  const monday = (instant: string) => `date_trunc('week', ${instant} at time zone ${zone})`;
  // Four weeks are counted from the first Monday of 1970, as snap-range.ts does.
  const start = (instant: string) =>
    weeks === '1'
      ? monday(instant)
      : `${monday(instant)} - make_interval(weeks => mod(((extract(epoch from ${monday(instant)}) - 345600) / 604800)::integer, ${weeks}))`;
  const isFew = (condition: string) =>
    `count(distinct person) filter (where ${condition}) between 1 and ${bind(k - 1, 'integer')}`;
  const all = ['one', ...columns].join(', ');
  // The weeks of all groups bound the second scan: mostly it reads the two ends of the range through the index on the time.
  const text = `with e as (select ${all}, min(at) as first_at, max(at) as last_at from (${rowsOf(outlineOf(question)).sql}) o group by ${all}),
    w as materialized (
      select ${all}, (${start('first_at')} + make_interval(weeks => ${weeks})) at time zone ${zone} as first_end,
             (${start('last_at')}) at time zone ${zone} as last_start
      from e
    )
    select to_json(array[${columns.join(', ')}]::text[])::text as key
    from (${units}) u join w using (${all})
    where (at < (select max(first_end) from w) or at >= (select min(last_start) from w)) and (at < first_end or at >= last_start)
    group by ${all}
    having ${[...(isStartOpen ? [isFew('at < first_end')] : []), isFew('at >= last_start')].join(' or ')}`;
  return { labels, sql: { text, values } };
}

/** What tells when each group has units: the units themselves, or their outline where it knows all that is asked for. */
function outlineOf(question: EdgeQuestion): OutlineSql {
  const units = UNITS[question.unit];
  const asked = [...labelsOf(question), ...filtersOf(question).map(([name]) => name)];
  return units.outline !== undefined && asked.every((name) => units.outline?.dimensions[name] !== undefined)
    ? units.outline
    : units;
}
