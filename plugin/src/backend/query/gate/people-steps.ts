/** Counts of people in steps: two answers whose numbers of people differ by one would tell that somebody is in one of them. Pure. */
import type { Metric, ParamValues, Row } from '../../../metrics/define.ts';
import { peopleColumns } from '../../../metrics/people-columns.ts';
import { shareBeside, stepBeside, stepOf } from '../../../metrics/parts/steps.ts';
import { columnsOf } from '../../../metrics/query.ts';

/** A row with each count of people, and of what is beside it, as its step. */
export function inSteps(metric: Metric, params: ParamValues, k: number): (row: Row) => Row {
  const people = peopleColumns(metric, params);
  const beside = columnsOf(metric, params).filter(({ counts }) => counts === 'beside');
  return (row) => {
    const shown = { ...row };
    for (const name of people) {
      const cell = shown[name];
      if (typeof cell === 'number') shown[name] = stepOf(cell);
    }
    for (const { name, role } of beside) {
      const cell = shown[name];
      if (typeof cell === 'number') shown[name] = role === 'count' ? stepBeside(cell, k) : shareBeside(cell);
    }
    return shown;
  };
}
