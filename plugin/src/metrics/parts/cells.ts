/** Groups as queries name them: the start of the bucket (epoch seconds, absent for none), then the values of groupBy, joined by chr(31). */
import type { ComputeContext, Dimension, Row } from '../define.ts';
import { listOf, SEPARATOR, textOf } from './groups.ts';

export interface CellName {
  /** Start of the bucket; null = the whole range. */
  readonly time: Date | null;
  /** Its values by dimension, in the order of `groups`. */
  readonly dimensions: Row;
}

/** Of a row with column `cell`. @param groups In the order in which the query joins them. */
export function readCell(row: Row, groups: readonly Dimension[], context: ComputeContext): CellName {
  const values = textOf(row['cell']).split(SEPARATOR);
  const time = (context.params['bucket'] ?? 'none') === 'none' ? null : new Date(Number(values.shift()) * 1000);
  const names = groups.filter((name) => listOf(context, 'groupBy').includes(name));
  return { time, dimensions: Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])) };
}

/** Rows by the name of their cell, whatever order the store gives them in. */
export const byCell = (rows: readonly Row[]): Row[] =>
  [...rows].sort((one, two) => (textOf(one['cell']) < textOf(two['cell']) ? -1 : 1));
