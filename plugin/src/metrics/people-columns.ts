/** Which columns of an answer are numbers of people: they are shown in steps. Pure. */
import type { Column, Metric, ParamValues, PeopleRule } from './define.ts';
import { columnsOf, peopleRules } from './query.ts';

/** Columns that count people: those that groups are judged by, and those that say so. */
export function peopleColumns(metric: Metric, params: ParamValues): readonly string[] {
  const judged = new Set(
    peopleRules(metric, params)
      .filter((rule): rule is PeopleRule => rule.count !== null)
      .map(({ count }) => count)
  );
  return columnsOf(metric, params)
    .filter((column) => judged.has(column.name) || saysPeople(column))
    .map(({ name }) => name);
}

const saysPeople = ({ role, countsPeople }: Column): boolean => role === 'count' && countsPeople === true;
