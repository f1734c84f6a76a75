import type { ComputeContext, Row, Status } from '../define.ts';
import { numberOf, numberOrNull, readGroup, textOf, type Group } from './groups.ts';

/** What is known of one group before comparison and privacy. */
export interface Figure {
  readonly group: Group;
  readonly people: number;
  /** Largest share of the changes that one person holds; null = nobody known. */
  readonly topShare: number | null;
  /** No change is behind it, so nobody is. */
  readonly isEmpty: boolean;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly n: number;
  readonly status: Status;
  /** Changes, and those of unknown source among them. */
  readonly changes: number;
  readonly unknown: number;
  readonly isAssumed: boolean;
  readonly confidence: number | null;
  /** Extras of the metric. */
  readonly cells: Row;
}

/** Rows of the query by group, for one kind. */
export function byCell(rows: readonly Row[], kind: string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (row['kind'] !== kind) {
      continue;
    }
    const cell = textOf(row['cell']);
    const list = groups.get(cell);
    if (list === undefined) {
      groups.set(cell, [row]);
    } else {
      list.push(row);
    }
  }
  return groups;
}

/** The parts of a figure that come from the row of its deployments; without a row nobody is known. */
export function figureOf(
  cell: string,
  row: Row | undefined,
  context: ComputeContext
): Omit<Figure, 'value' | 'lo' | 'hi' | 'n' | 'status' | 'cells'> {
  const group = readGroup(cell, context);
  const changes = numberOf(row?.['changes']);
  return {
    group,
    people: numberOf(row?.['people']),
    topShare: numberOrNull(row?.['last']),
    isEmpty: row !== undefined && changes === 0,
    changes,
    unknown: group.dimensions['code_source'] === 'unknown' ? changes : 0,
    isAssumed: row?.['flag'] === true,
    confidence: numberOrNull(row?.['value']),
  };
}
