/** The kinds of columns that metrics have. `rest` is what a column has beside its words: when it is there, another role, links. */
import type { Column } from '../define.ts';

type Rest = Partial<Column>;
/** With its own meaning of null where that is another than the metric's usual one. */
type Words = readonly [title: string, help: string, nullMeaning?: string];
type Measure = readonly [unit: string, title: string, help: string, nullMeaning?: string];

/** What names a row. */
export const label = (name: string, [title, help]: readonly [string, string], rest: Rest = {}): Column => ({
  name,
  role: 'label',
  type: 'string',
  label: title,
  help,
  nullMeaning: 'never null',
  ...rest,
});

/** Builds numbers with a unit that are null where the metric's usual reason holds. */
export const numbers =
  (usual: string) =>
  (name: string, [unit, title, help, nullMeaning = usual]: Measure, rest: Rest = {}): Column => ({
    name,
    role: 'value',
    type: 'number',
    unit,
    label: title,
    help,
    nullMeaning,
    ...rest,
  });

/** Builds counts of what the rows are about. */
export const counts =
  (usual: string, counted: NonNullable<Column['counts']> = 'row') =>
  (name: string, [title, help, nullMeaning = usual]: Words, rest: Rest = {}): Column => ({
    name,
    role: 'count',
    counts: counted,
    type: 'number',
    label: title,
    help,
    nullMeaning,
    ...rest,
  });

/** The count of what a number is of: the one called n, wherever other counts stand. */
export function unitsOf(columns: readonly Column[]): Column | undefined {
  const all = columns.filter(({ role }) => role === 'count');
  return all.find(({ name }) => name === 'n') ?? all[0];
}

/** Words beside a number. */
export const text = (name: string, [title, help, nullMeaning = 'nothing to say']: Words, rest: Rest = {}): Column => ({
  name,
  role: 'text',
  type: 'string',
  label: title,
  help,
  nullMeaning,
  ...rest,
});

/** What groups of changes are named by. */
export const CHANGE_LABELS: readonly Column[] = [
  label('team', ['Team', 'Team of the author at the merge.']),
  label('repo', ['Repository', 'Repository of the change.']),
  label('service', ['Service', 'Service of the repository.']),
  label('pr_class', ['Class', 'Class of the change.']),
  label('code_source', ['Code source', 'Who wrote the change; unknown is not human.']),
  label('size', ['Size', 'Size of the change: XS below 10 effective lines, S below 50, M below 200, L below 500, XL.']),
];
