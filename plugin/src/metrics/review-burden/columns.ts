import { statusColumn, type Column } from '../define.ts';
import { ofKind } from './measures.ts';

const BURDEN = ['burden'];
/** Means of the whole range are compared by who wrote the changes. */
export const JUDGED = { mode: BURDEN, bucket: ['none'] };
const SHOWN = ['value', 'p50', 'p90'];

const label = (name: string, title: string, help: string): Column => ({ name, role: 'label', type: 'string', label: title, help, nullMeaning: 'never null' }); // prettier-ignore

const number = (name: string, rest: Pick<Column, 'role' | 'label' | 'help'> & Partial<Column>): Column => ({
  name,
  type: 'number',
  nullMeaning: 'hidden, or too few',
  ...rest,
});

/** The value and its interval in the unit of what is measured. */
function inUnit(name: 'value' | 'lo' | 'hi', text: { readonly label: string; readonly help: string }): Column[] {
  const role = ({ value: 'value', lo: 'lower', hi: 'upper' } as const)[name];
  const shown: NonNullable<Column['when']> = name === 'value' ? { show: SHOWN } : {};
  const nullMeaning = name === 'value' ? 'hidden, or too few' : 'no interval';
  const of = (unit: string, measure: string[]): Column => number(name, { role, unit, ...text, nullMeaning, when: { mode: BURDEN, measure, ...shown } }); // prettier-ignore
  return [of('m', ofKind('time')), of('short', ofKind('count')), of('percentunit', ofKind('share'))];
}

const texts = (when: Column['when'], ...all: Array<readonly [name: string, label: string, help: string, nullMeaning: string]>): Column[] =>
  all.map(([name, title, help, nullMeaning]) => ({ name, role: 'text', type: 'string', label: title, help, nullMeaning, ...(when === undefined ? {} : { when }) })); // prettier-ignore

const compared = (name: string, title: string, help: string): Column =>
  number(name, { role: 'value', unit: 'percentunit', label: title, help, nullMeaning: 'not compared', when: JUDGED });

const VERDICTS =
  'better, worse; more, less where neither is better; no_clear_difference; insufficient_data; not_judged = its source is unknown.';

export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket in which the changes were merged.',
    nullMeaning: 'never null',
    when: { mode: BURDEN, bucket: ['day', 'week', 'month', 'quarter'] },
  },
  label('team', 'Team', 'Team of the author at the merge.'),
  label('repo', 'Repository', 'Repository of the change.'),
  label('service', 'Service', 'Service of the repository.'),
  label('pr_class', 'Class', 'Class of the change.'),
  label('code_source', 'Code source', 'Who wrote the change; unknown is not human.'),
  label('size', 'Size', 'Size of the change.'),
  { ...label('seniority', 'Seniority', 'Of the reviewer at the first look: junior, mid, senior or unknown.'), modes: ['seniority'] },
  { ...label('largest', 'Largest', 'How many of those who review most; none and all are the ends of the curve.'), when: { mode: ['load'], curve: ['true'] } },
  number('people_share', { role: 'value', unit: 'percentunit', label: 'Share of reviewers', help: 'Place of the step on the curve.', nullMeaning: 'hidden', when: { mode: ['load'], curve: ['true'] }, isAxis: true, even: 'Even load' }),
  ...inUnit('value', { label: 'Value', help: 'What is measured: a sum over changes by a sum over changes; of times also the median or the 90th percentile (show).' }),
  number('value', { role: 'value', unit: 'percentunit', label: 'Against it, low', help: 'Lower end of what it takes against the reference.', nullMeaning: 'not compared', when: { mode: BURDEN, show: ['gap_lo'] } }),
  ...inUnit('lo', { label: 'Low', help: 'Lower end of the 95 % interval over people.' }),
  ...inUnit('hi', { label: 'High', help: 'Upper end of it.' }),
  number('value', { role: 'value', unit: 'short', label: 'Gini', help: 'How unevenly the estimated hours of review are spread: 0 = all the same, towards 1 = one carries all.', nullMeaning: 'hidden, or carried by too few', when: { mode: ['load'], curve: ['false'], show: ['value', 'p50', 'p90', 'gap_lo'] } }),
  number('value', { role: 'value', unit: 'percentunit', label: 'Share of the hours', help: 'Share of the estimated hours that the largest hold.', nullMeaning: 'hidden', when: { mode: ['load'], curve: ['true'] } }),
  number('value', { role: 'value', unit: 'percentunit', label: 'Share of the hours', help: 'Estimated hours of reviewers of this seniority / of all.', when: { mode: ['seniority'] } }),
  number('p50', { role: 'value', unit: 'm', label: 'Median', help: 'Half of the changes took no longer.', nullMeaning: 'hidden, too few, or no time', when: { mode: BURDEN, measure: ofKind('time') } }),
  number('p90', { role: 'value', unit: 'm', label: 'p90', help: 'Nine of ten changes took no longer.', nullMeaning: 'hidden, too few, or no time', when: { mode: BURDEN, measure: ofKind('time') } }),
  number('minutes', { role: 'value', unit: 'm', label: 'Time of review', help: 'Estimated time that these reviewers spent.', nullMeaning: 'hidden', modes: ['seniority'] }),
  number('top_share', { role: 'value', unit: 'percentunit', label: 'Share of the largest', help: 'Share of the estimated hours that the largest (top_k) hold.', nullMeaning: 'hidden, or nearly all of the reviewers', when: { mode: ['load'], curve: ['false'] } }),
  number('top_2_share', { role: 'value', unit: 'percentunit', label: 'Share of two', help: 'Share of the two who review most; of twenty reviewers or more.', nullMeaning: 'fewer than twenty reviewers: it would tell of somebody', when: { mode: ['load'], curve: ['false'] } }),
  number('hhi', { role: 'value', unit: 'short', label: 'Herfindahl', help: 'Sum of the squared shares.', nullMeaning: 'hidden', when: { mode: ['load'], curve: ['false'] } }),
  number('effective', { role: 'value', unit: 'short', label: 'As if by', help: 'Number of reviewers with equal load who would be as concentrated.', nullMeaning: 'hidden', when: { mode: ['load'], curve: ['false'] } }),
  number('n', { role: 'count', counts: 'row', label: 'Changes', help: 'Changes that are measured; of reviewers their reviews.', nullMeaning: 'hidden' }),
  number('n_dev', { role: 'count', counts: 'row', countsPeople: true, label: 'People', help: 'Distinct humans who wrote the changes; of modes load and seniority who reviewed them.', nullMeaning: 'hidden' }),
  number('n_reviewers', { role: 'count', counts: 'row', countsPeople: true, label: 'Reviewers', help: 'Distinct humans who reviewed them.', nullMeaning: 'hidden, or nothing about reviewers', modes: BURDEN }),
  statusColumn,
  ...texts({ mode: BURDEN },
    ['basis', 'Basis', 'measured; estimate = from what reviewers left behind; proxy = stands for something that nobody measures.', 'never null']),
  ...texts(JUDGED,
    ['reference', 'Compared with', 'Code source that the value is compared with.', 'not grouped by code source, or nothing to compare with'],
    ['verdict', 'Verdict', VERDICTS, 'the reference itself, or not compared'],
    ['same_size_verdict', 'Verdict at equal size', 'The same at equal size.', 'not compared, or there is too little of each size']),
  compared('gap', 'Against it', 'Value / value of the reference − 1.'),
  compared('gap_lo', 'Against it, low', 'Lower end of its interval over people, at the level in column level; the verdict rests on it.'),
  compared('gap_hi', 'Against it, high', 'Upper end of its interval.'),
  compared('same_size', 'Against it at equal size', 'Value / what it would be if changes of each size took what they take in the reference, − 1.'),
  compared('same_size_lo', 'At equal size, low', 'Lower end of its interval.'),
  compared('same_size_hi', 'At equal size, high', 'Upper end of its interval.'),
  compared('level', 'Level', 'Level of these intervals: 95 %, more where several comparisons are judged together (Holm).'),
  number('p_holm', { role: 'value', unit: 'short', label: 'p (Holm)', help: 'Of the comparison as it is, adjusted for the comparisons of the answer.', nullMeaning: 'not compared', when: JUDGED }),
]; // prettier-ignore

/** What a hidden reference hides. */
export const COMPARES = columns
  .filter(({ when }) => when === JUDGED)
  .map(({ name }) => name)
  .filter((name) => name !== 'reference');
