import type { Compute, ComputeContext, Row } from '../define.ts';
import { listOf, SEPARATOR, textOf } from '../parts/groups.ts';
import { burdenRows } from './burden.ts';
import { loadRows } from './load.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';
import { seniorityRows } from './seniority.ts';

/** A group as its queries name it. */
export interface Group {
  readonly row: Row;
  readonly time: Date | null;
  readonly dimensions: Row;
}

const groupOf = (row: Row, context: ComputeContext): Group => {
  const values = textOf(row['cell']).split(SEPARATOR);
  const isTimed = context.params['mode'] === 'burden' && context.params['bucket'] !== 'none';
  const time = isTimed ? new Date(Number(values.shift()) * 1000) : null;
  const names = CHANGE_GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  return { row, time, dimensions: Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])) };
};

export const compute: Compute = (rows, context) => {
  const groups = [...rows]
    .sort((one, two) => (textOf(one['cell']) < textOf(two['cell']) ? -1 : 1))
    .map((row) => groupOf(row, context));
  if (context.params['mode'] === 'load') return { rows: groups.flatMap((group) => loadRows(group, context)) };
  if (context.params['mode'] === 'seniority') return { rows: seniorityRows(groups, context) };
  return burdenRows(groups, context);
};
