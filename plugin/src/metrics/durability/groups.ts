import { isCutBucket, listOf, numberOf, SEPARATOR, textOf, unknownShareByFamily } from '../parts/groups.ts';
import { ONE_PERSON_SHARE, type ComputeContext, type Row, type Status } from '../define.ts';
import { GROUPS } from './metric.ts';

/** A group of changes: its bucket and its values of the dimensions grouped by. */
export interface Group {
  /** As the queries give it: bucket and values joined by chr(31). */
  readonly cell: string;
  readonly time: Date | null;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Bucket and values without code_source: groups that a source comparison looks at together. */
  readonly family: string;
  readonly isPartial: boolean;
}

/** Who is behind a group. */
export interface People {
  readonly people: number;
  /** Largest share of the units that one person holds; null = no person known. */
  readonly topShare: number | null;
  readonly isEmpty: boolean;
}

/** A result row before the choice of value; `value`, `lo`, `hi` and the extras of the mode are in `cells`. */
export interface Draft {
  readonly group: Group;
  readonly who: People;
  readonly status: Status;
  readonly cells: Row;
}

/** Reads the group of a row. */
export function readGroup(row: Row, context: ComputeContext): Group {
  const cell = textOf(row['cell']);
  const parts = cell === '' ? [] : cell.split(SEPARATOR);
  const isBucketed = context.params['bucket'] !== 'none';
  const time = isBucketed ? new Date(Number(parts.shift()) * 1000) : null;
  const grouped = GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  const dimensions = Object.fromEntries(grouped.map((name, index) => [name, parts[index] ?? 'unknown']));
  const others = grouped.filter((name) => name !== 'code_source').map((name) => dimensions[name] ?? '');
  return {
    cell,
    time,
    dimensions,
    family: [String(time?.getTime() ?? ''), ...others].join(SEPARATOR),
    isPartial: time !== null && isCutBucket(time, null, context),
  };
}

/** Who is behind a row of the queries. */
export function readPeople(row: Row, units: { readonly total: number; readonly most: number }): People {
  return {
    people: numberOf(row['people']),
    topShare: units.total > 0 && units.most > 0 ? units.most / units.total : null,
    isEmpty: units.total === 0,
  };
}

/** Who is behind the group that a row is compared with, for the engine; null = it is not compared. */
export const behindReference = (who: People | null): Row => ({
  reference_dev: who === null || who.isEmpty ? null : who.people,
  reference_share: who?.topShare ?? null,
});

/** Result rows: who is behind them for the engine, status set, in the order of time and values. */
export function finishRows(drafts: readonly Draft[], context: ComputeContext): Row[] {
  const shown = context.params['show'];
  return [...drafts]
    .sort((one, two) => compareGroups(one.group, two.group))
    .map(({ group, who, status, cells }) => ({
      ...(group.time === null ? {} : { time: group.time }),
      ...group.dimensions,
      ...cells,
      value: shown === 'lo' || shown === 'hi' ? (cells[shown] ?? null) : (cells['value'] ?? null),
      n_dev: who.isEmpty ? null : who.people,
      [ONE_PERSON_SHARE]: who.topShare,
      status: status === 'ok' && group.isPartial ? 'partial' : status,
    }));
}

function compareGroups(one: Group, two: Group): number {
  const times = (one.time?.getTime() ?? 0) - (two.time?.getTime() ?? 0);
  return times !== 0 ? times : one.cell < two.cell ? -1 : one.cell > two.cell ? 1 : 0;
}

/** The group of the same family that others are compared with; null = it has no changes, or sources are not grouped by. */
export function findReference<T extends { readonly group: Group }>(
  all: readonly T[],
  one: T,
  source: string
): T | null {
  if (one.group.dimensions['code_source'] === undefined) {
    return null;
  }
  return (
    all.find(({ group }) => group.family === one.group.family && group.dimensions['code_source'] === source) ?? null
  );
}

/** Share of units of unknown source in each family; null = a filter on code source hides the others. */
export function unknownShares(
  all: ReadonlyArray<{ readonly group: Group; readonly units: number; readonly unknown: number }>,
  context: ComputeContext
): (group: Group) => number | null {
  if (listOf(context, 'code_source').length > 0) {
    return () => null;
  }
  const shareOf = unknownShareByFamily(all.map(({ group, ...counts }) => ({ family: group.family, ...counts })));
  return ({ family }) => shareOf(family);
}
