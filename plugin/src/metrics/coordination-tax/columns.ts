import { statusColumn, type Column } from '../define.ts';
import { CHANGE_LABELS, counts, numbers, text } from '../parts/columns.ts';
import { NUMBERS, OF_LOOKS } from './numbers.ts';

const number = numbers('hidden, or too few changes');
const count = counts('hidden');

/** The value and its interval in the unit of what is asked. */
const inUnit = (name: string, words: (help: string) => readonly [title: string, help: string], rest: Partial<Column> = {}): Column[] =>
  NUMBERS.map(({ value, unit, help }) => number(name, [unit, ...words(help), rest.role === undefined ? 'hidden, or too few changes' : 'no interval'], { ...rest, when: { metric: [value] } })); // prettier-ignore

export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket in which the changes were merged.',
    nullMeaning: 'never null',
    when: { bucket: ['day', 'week', 'month', 'quarter'] },
  },
  ...CHANGE_LABELS,
  ...inUnit('value', (help) => ['Value', help]),
  ...inUnit('lo', () => ['Low', 'Lower end of the 95 % interval over people.'], { role: 'lower' }),
  ...inUnit('hi', () => ['High', 'Upper end of it.'], { role: 'upper' }),
  number('look_hours', ['suffix:h', 'Between looks', 'Hours between two looks at an open change, the median of changes: shorter conflicts may be missed.', 'hidden, or nothing was looked at twice'], { when: { metric: OF_LOOKS } }),
  text('basis', ['Basis', 'hourly = open changes were looked at every hour or more often; poll = less often.', 'never null'], { when: { metric: OF_LOOKS } }),
  number('known_share', ['percentunit', 'Known of', 'Changes that the number is known of (ejections: that stood in a merge queue) / all that were merged.', 'hidden'], { counts: 'beside' }),
  count('n', ['Changes', 'Merged changes that the number is known of.']),
  count('n_dev', ['People', 'Distinct humans behind them.'], { countsPeople: true }),
  statusColumn,
]; // prettier-ignore
