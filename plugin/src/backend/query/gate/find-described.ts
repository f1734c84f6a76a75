/**
 * Groups of people that team, seniority, service and repository describe (metrics.md 15.7, first promise): however many questions are asked,
 * their answers are sums over whole blocks of one of these (partition.ts), and a block is k people. So one of them is asked for at a time, and
 * the values of a block are shown together or not at all: as blocks of the last twelve months, and of what the question itself counts.
 */
import type { Dimension, Metric, Param, ParamValues, Row, UnitName, Units } from '../../../metrics/define.ts';
import { hasRowsBySeniority, isParamShown } from '../../../metrics/query.ts';
import type { Range } from '../../../statistics/buckets.ts';
import type { SqlQuery } from '../../store/database.ts';
import { NO_VALUE } from '../bind-query.ts';
import type { Mark } from './marks.ts';
import type { Among } from './among.ts';
import { DESCRIBING, type Describing, type Described, type Partition } from './partition.ts';
import { partitionOfYear, partitionsOf } from './partitions.ts';
import { traitSql, traitsOf } from './traits.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS, type RowLabel, type UnitSql } from './units.ts';
import { unitsQuery, type Cut, type UnitsOfAnswer } from './units-query.ts';

export interface Asked {
  readonly metric: Metric;
  readonly params: ParamValues;
  /** Other questions that are asked with it: rows are by their values too, before those of the answer (among.ts). Absent = it is asked alone. */
  readonly among?: Among;
}

export interface DescribedQuestion extends Asked {
  readonly range: Range;
  readonly cut: Cut;
  /** Rows that are counted. */
  readonly unit: JudgedUnit;
}

/** Who was counted anywhere in the last twelve months of the facts, by what describes them. */
export function yearQuery(): SqlQuery {
  const all = [UNITS.merged, UNITS.completed];
  const of = ({ from, at, person, dimensions }: UnitSql): string =>
    `select ${DESCRIBING.map((name) => `${dimensions[name] ?? 'null'} as ${name}`).join(', ')}, ${person} as person from ${from}
      and ${at} >= (select since from year) and ${person} is not null`;
  // The last of each in order: an index may give it without the others.
  const text = `with year as materialized (select greatest(${all.map(({ from, at }) => `(select ${at} from ${from} and ${at} is not null order by 1 desc limit 1)`).join(', ')}) - interval '12 months' as since)
    select ${DESCRIBING.join(', ')}, string_agg(distinct person, chr(31)) as people
    from (${all.map(of).join(' union all ')}) unit group by ${DESCRIBING.join(', ')}`;
  return { text, values: [] };
}

/** Who is counted in the answer's range, under its other filters, by its other labels (`key`) and by what describes them. */
export function countedQuery({ unit, range, cut, ...asked }: DescribedQuestion): {
  labels: readonly string[];
  sql: SqlQuery;
} {
  const { params, groups, filters, traits } = answerOf(asked, unit);
  return unitsQuery({
    unit,
    params,
    range,
    cut,
    groups: groups.filter((name) => !isDescribing(name)),
    filters: filters.filter(([name]) => !isDescribing(name)),
    traits,
  });
}

/** Dimensions of DESCRIBING that a question filters or groups by. */
export function describingOf(asked: Asked): Describing[] {
  const named = [...rowsBy(asked), ...filtersOf(asked).map(([name]) => name)];
  return DESCRIBING.filter((dimension) => named.includes(dimension));
}

/** What of the answer must be hidden. `counted`: rows of countedQuery, `labels`: what their key is of. */
export function findDescribed(
  asked: Asked,
  {
    year,
    counted,
    labels,
    k,
  }: {
    readonly year: readonly Described[];
    readonly counted: readonly Row[];
    readonly labels: readonly string[];
    readonly k: number;
  }
): Mark[] {
  const [last, ...more] = describingOf(asked);
  if (last === undefined) return [];
  if (more.length > 0) return [{ labels: [], keys: ['[]'], reason: 'together' }];
  const { given, byKey } = partitionsOf(counted, { year, last, k });
  const isGrouped = rowsBy(asked).includes(last);
  const chosen = filtersOf(asked).flatMap(([name, values]) => (name === last ? values : []));
  const marks = (partition: Partition, key: readonly unknown[]): string[] => {
    const blocks = (partition[last] ?? []).filter((block) => block.length > 1);
    if (isGrouped) return blocks.flat().map((value) => JSON.stringify([...key, value]));
    const isSplit = chosen.length > 0 && blocks.some((block) => isPart(block, chosen));
    return isSplit ? [JSON.stringify(key)] : [];
  };
  const always = marks(given, []);
  const keys = byKey.flatMap(([key, partition]) => marks(partition, JSON.parse(key) as unknown[]));
  return [
    { labels: isGrouped ? [last] : [], keys: always, reason: 'block' as const },
    { labels: isGrouped ? [...labels, last] : labels, keys, reason: 'block' as const },
  ].filter((mark) => mark.keys.length > 0);
}

/** Values of a question about whom a single week mostly says too little: their ranges are counted in four weeks. */
export function valuesOfFew(asked: Asked, year: readonly Described[], k: number): readonly string[] {
  const [dimension] = describingOf(asked);
  if (dimension === undefined) return [];
  const people = new Map<string, Set<string>>();
  for (const { values, people: own } of year) {
    const known = people.get(values[dimension]) ?? new Set<string>();
    people.set(values[dimension], known);
    for (const person of own) known.add(person);
  }
  const few = [...people].filter(([, { size }]) => size < WEEKLY * k).map(([value]) => value);
  const chosen = filtersOf(asked).flatMap(([name, values]) => (name === dimension ? values : []));
  if (rowsBy(asked).includes(dimension)) return few.filter((value) => chosen.length === 0 || chosen.includes(value));
  return chosen.every((value) => few.includes(value)) ? chosen : [];
}

/** A group of so many times k people has k of them in most weeks. */
const WEEKLY = 4;

/** Whether chosen values are part of a block of the year, and not all of it. */
export function splitsAny(
  last: Describing,
  chosen: readonly string[],
  { year, k }: { readonly year: readonly Described[]; readonly k: number }
): boolean {
  return (partitionOfYear({ year, last, k })[last] ?? []).some((block) => isPart(block, chosen));
}

function isPart(block: readonly string[], chosen: readonly string[]): boolean {
  const inside = block.filter((value) => chosen.includes(value)).length;
  return inside > 0 && inside < block.length;
}

/** What is counted; null = the metric does not say. */
export const unitOf = (asked: Asked): UnitName | null => countedOf(asked)?.of ?? null;

/** The same with what its rows show beside. */
export function countedOf({ metric, params }: Asked): Units | null {
  const holds = ([name, values]: [string, readonly string[]]) => values.includes(String(params[name]));
  return metric.units?.find(({ when }) => Object.entries(when ?? {}).every(holds)) ?? null;
}

/** Dimensions that are grouped by. */
export function groupsOf({ metric, params }: Asked): Dimension[] {
  return Object.entries(metric.params).flatMap(([name, param]) =>
    param.kind === 'groupBy' && isParamShown(param, params) ? ([params[name] ?? []].flat() as Dimension[]) : []
  );
}

/** The same, with seniority where a mode is by it whatever is chosen. */
function rowsBy(asked: Asked): Dimension[] {
  const { metric, params } = asked;
  const isBySeniority = hasRowsBySeniority(metric, params);
  return [...new Set<Dimension>([...groupsOf(asked), ...(isBySeniority ? (['seniority'] as const) : [])])];
}

/** What metrics have rows by where nobody chooses it. */
const ALWAYS = ['workflow', 'opened_by'] as const satisfies readonly RowLabel[];

/** What the answer has rows by, also what nobody chose. */
export function labelsOf(asked: Asked): RowLabel[] {
  const { params, columns } = asked.metric;
  const isChosen = (name: RowLabel) =>
    Object.values(params).some(
      (param) => param.kind === 'groupBy' && param.allowed.some((allowed) => allowed === name)
    );
  const always = ALWAYS.filter(
    (name) => columns.some((column) => column.role === 'label' && column.name === name) && !isChosen(name)
  );
  return [...new Set([...rowsBy(asked), ...always])];
}

/** The units that an answer counts: what its rows are by, its filters and what its params choose. */
export function answerOf(
  asked: Asked,
  unit: JudgedUnit
): Required<Pick<UnitsOfAnswer, 'unit' | 'params' | 'groups' | 'filters' | 'traits'>> {
  const [groups, filters] = [[...new Set([...labelsOf(asked), ...(UNITS[unit].always ?? [])])], filtersOf(asked)];
  const parts = [...groups, ...filters.map(([name]) => name)];
  const { metric, params } = asked;
  const traits = traitSql(unit, traitsOf(metric, params), { parts, params });
  const { dimensions, members } = asked.among ?? { dimensions: [], members: [] };
  const valuesOf = (name: Dimension) => [...new Set(members.map(({ values }) => values[dimensions.indexOf(name)]!))];
  return {
    unit,
    params,
    groups: [...dimensions, ...groups],
    filters: filters.map(([name, chosen]) => [name, dimensions.includes(name) ? valuesOf(name) : chosen] as const),
    traits,
  };
}

/** Filters that are set, also those that leave nothing. */
export function filtersOf({ metric, params }: Asked): Array<readonly [Dimension, readonly string[]]> {
  return Object.entries(metric.params).flatMap(([name, param]) =>
    isSet(param, params, name) ? [[param.dimension, params[name] as readonly string[]] as const] : []
  );
}

function isSet(
  param: Param,
  params: ParamValues,
  name: string
): param is Param & { kind: 'filter'; dimension: Dimension } {
  const chosen = params[name];
  return (
    param.kind === 'filter' &&
    isParamShown(param, params) &&
    Array.isArray(chosen) &&
    (chosen.length > 0 || chosen === NO_VALUE)
  );
}

export const isDescribing = (name: RowLabel): name is Describing => (DESCRIBING as readonly RowLabel[]).includes(name);
