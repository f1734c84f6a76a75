/** Groups of changes in the periods that are compared: the range and the one before it, or each phase and the first. Pure. */
import type { ComputeContext, Phase, Row } from '../define.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';
import { groupRows, leastUnits, listOf, numberOf, SEPARATOR, textOf } from '../parts/groups.ts';
import { readFlow, type Flow } from '../parts/stage-times.ts';

/** Changes of a group in one period. */
export interface Period {
  readonly flow: Flow;
  /** Minutes, in the order of STAGES. */
  readonly means: readonly number[];
  readonly rows: readonly Row[];
}

/** A phase, and the first of them. */
export interface OfPhase {
  readonly phase: Phase;
  readonly baseline: Phase;
  /** How far it is: finished; not finished; not begun; no whole week. */
  readonly state: 'finished' | 'not finished' | 'not begun' | 'no whole week';
}

export interface Group {
  readonly dimensions: Row;
  readonly before: Period;
  readonly after: Period;
  /** Null = the range, beside the one before it. */
  readonly ofPhase: OfPhase | null;
  readonly isShown: boolean;
  /** Both periods have enough changes. */
  readonly isCompared: boolean;
}

export const countedOf = ({ rows }: Period, name: string): number =>
  rows.reduce((all, row) => all + numberOf(row[name]), 0);
export const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((all, value) => all + value, 0);

/** In the order of their names; of each all phases, in order. A group without a change anywhere is left out. */
export function groupsOf(rows: readonly Row[], context: ComputeContext): Group[] {
  const cells = [...groupRows(rows, 'cell')].sort(([one], [two]) => (one < two ? -1 : 1));
  if (context.phases === undefined) {
    return cells
      .map(([cell, own]) => groupOf(cell, { before: periodOf(own, 'before'), after: periodOf(own, 'after') }, context))
      .filter(({ after }) => after.flow.n > 0);
  }
  const clock = rows.slice(0, 1).map((row) => numberOf(row['complete_until']));
  const phases = stated(context.phases, [context.to, ...clock.map((seconds) => new Date(seconds * 1000))]);
  return cells
    .filter(([, own]) => own.some((row) => numberOf(row['n']) > 0))
    .flatMap(([cell, own]) => {
      const [nothing, first] = [periodOf(own, ''), periodOf(own, '1')];
      return phases.map((ofPhase, place) => {
        const periods = place === 0 ? { before: nothing, after: first } : { before: first, after: periodOf(own, String(place + 1)) };
        return { ...groupOf(cell, periods, context), ofPhase };
      });
    });
} // prettier-ignore

/** @param ends Of the range, and until when data is complete. */
function stated(phases: readonly Phase[], ends: readonly Date[]): OfPhase[] {
  const [baseline] = phases;
  if (baseline === undefined) return [];
  return phases.map((phase) => {
    const { from, to, endsAt } = phase;
    const isOver = endsAt !== null && ends.every((end) => endsAt <= end);
    const isEmpty = from >= to;
    const state = isEmpty ? (isOver ? 'no whole week' : 'not begun') : isOver ? 'finished' : 'not finished';
    return { phase, baseline, state };
  });
}

function groupOf(cell: string, periods: Pick<Group, 'before' | 'after'>, context: ComputeContext): Group {
  const values = cell.split(SEPARATOR);
  const names = CHANGE_GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  const least = leastUnits(context, 'mean', 10);
  const isShown = periods.after.flow.n >= least;
  return {
    ...periods,
    dimensions: Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])),
    ofPhase: null,
    isShown,
    isCompared: isShown && periods.before.flow.n >= least,
  };
}

function periodOf(all: readonly Row[], name: string): Period {
  const rows = all
    .filter(({ period }) => period === name)
    .sort((one, two) => (textOf(one['pr_class']) < textOf(two['pr_class']) ? -1 : 1));
  const flow = readFlow(...rows.map(({ units }) => units));
  return { flow, means: flow.stages.map(({ sums }) => sumOf(sums) / 60 / flow.n), rows };
}
