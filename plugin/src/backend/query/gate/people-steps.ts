/** Counts of people in steps: two answers whose numbers of people differ by one would tell that somebody is in one of them. Pure. */
import type { Column, Metric, ParamValues, PeopleRule, Row } from '../../../metrics/define.ts';
import { columnsOf, peopleRules } from '../../../metrics/query.ts';

/** Lower ends. 5 stands for 5 to 9, 100 for 100 and more. Below 5, where an organisation agreed to show it, each number is a step. */
const STEPS = [100, 50, 20, 10, 5];

/** The lower end of the step that holds a number of people. */
export const stepOf = (people: number): number => STEPS.find((step) => people >= step) ?? people;

/** A row with each count of people as its step. */
export function inSteps(metric: Metric, params: ParamValues): (row: Row) => Row {
  const names = peopleColumns(metric, params);
  return (row) => {
    const shown = { ...row };
    for (const name of names) {
      const cell = shown[name];
      if (typeof cell === 'number') shown[name] = stepOf(cell);
    }
    return shown;
  };
}

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
