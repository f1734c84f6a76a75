import { readGroup, type Group } from './groups.ts';
import type { ComputeContext, Row, Status } from '../define.ts';
import type { PartSums } from './deployments.ts';

/** What is known of one group before comparison. */
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

/** The parts of a figure that say who is behind its deployments; without sums nobody is known. */
export function figureOf(
  cell: string,
  sums: PartSums | undefined,
  context: ComputeContext
): Omit<Figure, 'value' | 'lo' | 'hi' | 'n' | 'status' | 'cells'> {
  const group = readGroup(cell, context);
  const changes = sums?.changes ?? 0;
  return {
    group,
    people: sums?.byHuman.size ?? 0,
    topShare: sums === undefined ? null : topShare(sums.byHuman, changes),
    isEmpty: sums !== undefined && changes === 0,
    changes,
    unknown: group.dimensions['code_source'] === 'unknown' ? changes : 0,
    isAssumed: sums?.isAssumed === true,
    confidence: sums === undefined || sums.rated === 0 ? null : sums.confidence / sums.rated,
  };
}

/** Largest part of the units that one human has; null = nobody known. */
export function topShare(byHuman: ReadonlyMap<number, number>, units: number): number | null {
  let most = 0;
  for (const own of byHuman.values()) most = Math.max(most, own);
  return byHuman.size === 0 ? null : most / units;
}
