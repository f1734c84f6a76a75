/** Groups of whose first or last week in a range fewer than k people have units: beside a range one week shorter they would follow. */
import type { Dimension, Metric, ParamValues, UnitName } from '../../../metrics/define.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { Range } from '../../../statistics/buckets.ts';
import { NO_VALUE } from '../bind-query.ts';
import { UNITS, type OutlineSql } from './units.ts';

export interface EdgeQuestion {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly unit: UnitName;
  readonly range: Range;
  readonly tz: string;
  readonly k: number;
  /** Whether the start of the range can be moved: of a time bucket only the end is open. */
  readonly isStartOpen: boolean;
}

export interface EdgeQuery {
  /** Labels in the order of the key. */
  readonly labels: readonly Dimension[];
  /** One row per group that must be hidden: `key` as marks.ts writes it. */
  readonly sql: SqlQuery;
}

type Bind = (value: unknown, type: string) => string;

/** One aggregate over the units: weeks are cut in the zone of the organisation. */
export function edgeQuery(question: EdgeQuestion): EdgeQuery {
  const { unit, tz, k, isStartOpen } = question;
  const units = UNITS[unit];
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${String(values.push(value))}::${type}`;
  const { lists = {} } = units;
  const groups = groupsOf(question);
  const labels = [...groups.filter((name) => !(name in lists)), ...groups.filter((name) => name in lists)];
  const zone = bind(tz, 'text');
  const monday = (instant: string) => `date_trunc('week', ${instant} at time zone ${zone})`;
  const few = (condition: string) =>
    `count(distinct person) filter (where ${condition}) between 1 and ${bind(k - 1, 'integer')}`;
  const columns = labels.map((_, place) => `g${String(place)}`);
  const all = ['one', ...columns].join(', ');
  // The weeks of all groups bound the second scan: mostly it reads the two ends of the range through the index on the time.
  const text = `with e as (select ${all}, min(at) as first_at, max(at) as last_at from (${rowsOf(question, { source: outlineOf(question), labels, bind })}) o group by ${all}),
    w as materialized (
      select ${all}, (${monday('first_at')} + interval '7 days') at time zone ${zone} as first_end,
             ${monday('last_at')} at time zone ${zone} as last_start
      from e
    )
    select to_json(array[${columns.join(', ')}]::text[])::text as key
    from (${rowsOf(question, { source: units, person: units.person, labels, bind })}) u join w using (${all})
    where (at < (select max(first_end) from w) or at >= (select min(last_start) from w)) and (at < first_end or at >= last_start)
    group by ${all}
    having ${[...(isStartOpen ? [few('at < first_end')] : []), few('at >= last_start')].join(' or ')}`;
  return { labels, sql: { text, values } };
}

interface Selecting {
  readonly source: OutlineSql;
  /** Absent = without people. */
  readonly person?: string;
  readonly labels: readonly Dimension[];
  readonly bind: Bind;
}

/** Units of the range that the filters choose: their groups, instant and person. */
function rowsOf(question: EdgeQuestion, { source, person, labels, bind }: Selecting): string {
  const { lists = {} } = UNITS[question.unit];
  const keys = labels.map((name) =>
    lists[name] === undefined ? `(${source.dimensions[name] ?? ''})::text` : `unnest(${lists[name]})`
  );
  const { from, to } = question.range;
  const where = [
    `${source.at} >= ${bind(from.toISOString(), 'timestamptz')} and ${source.at} < ${bind(to.toISOString(), 'timestamptz')}`,
    ...filtersOf(question).map(([name, chosen]) =>
      lists[name] === undefined
        ? `${source.dimensions[name] ?? 'null'} = any(${bind(chosen, 'text[]')})`
        : `${lists[name]} && ${bind(chosen, 'text[]')}`
    ),
  ];
  const named = keys.map((key, place) => `${key} as g${String(place)}, `).join('');
  return `select 1 as one, ${named}${source.at} as at${person === undefined ? '' : `, ${person} as person`} from ${source.from} and ${where.join(' and ')}`;
}

/** What tells when each group has units: the units themselves, or their outline where it knows all that is asked for. */
function outlineOf(question: EdgeQuestion): OutlineSql {
  const units = UNITS[question.unit];
  const asked = [...groupsOf(question), ...filtersOf(question).map(([name]) => name)];
  return units.outline !== undefined && asked.every((name) => units.outline?.dimensions[name] !== undefined)
    ? units.outline
    : units;
}

function groupsOf({ metric, params, unit }: EdgeQuestion): Dimension[] {
  const asked = Object.entries(metric.params).flatMap(([name, param]) =>
    param.kind === 'groupBy' ? [params[name] ?? []].flat().map(String) : []
  );
  const always = metric.columns
    .filter(({ name, role }) => role === 'label' && name === 'workflow')
    .map(({ name }) => name);
  return [...new Set([...asked, ...always])].filter(
    (name): name is Dimension => name in UNITS[unit].dimensions || name in (UNITS[unit].lists ?? {})
  );
}

/** Filters by dimension; one that the units do not know is left out: the group is then judged with more people than it has. */
function filtersOf({ metric, params, unit }: EdgeQuestion): Array<readonly [Dimension, readonly string[]]> {
  const { dimensions, lists = {} } = UNITS[unit];
  return Object.entries(metric.params).flatMap(([name, param]) => {
    const chosen = params[name];
    const isSet = Array.isArray(chosen) && (chosen.length > 0 || chosen === NO_VALUE);
    return param.kind === 'filter' && isSet && (dimensions[param.dimension] ?? lists[param.dimension]) !== undefined
      ? [[param.dimension, chosen as readonly string[]] as const]
      : [];
  });
}
