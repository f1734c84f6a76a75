import { statusColumn, type Column } from '../define.ts';
import { CHANGE_LABELS, counts, label, numbers, text } from '../parts/columns.ts';
import { ofKind } from './measures.ts';

const BURDEN = ['burden'];
/** Means of the whole range are compared by who wrote the changes. */
export const JUDGED = { mode: BURDEN, bucket: ['none'] };
const SHOWN = ['value', 'p50', 'p90'];

const number = numbers('hidden, or too few');
const count = counts('hidden');

/** The value and its interval in the unit of what is measured. */
function inUnit(name: 'value' | 'lo' | 'hi', [title, help]: readonly [string, string]): Column[] {
  const role = ({ value: 'value', lo: 'lower', hi: 'upper' } as const)[name];
  const shown: NonNullable<Column['when']> = name === 'value' ? { show: SHOWN } : {};
  const nullMeaning = name === 'value' ? 'hidden, or too few' : 'no interval';
  const of = (unit: string, measure: string[]): Column => number(name, [unit, title, help, nullMeaning], { role, when: { mode: BURDEN, measure, ...shown } }); // prettier-ignore
  return [of('m', ofKind('time')), of('short', ofKind('count')), of('percentunit', ofKind('share'))];
}

const compared = (name: string, title: string, help: string): Column =>
  number(name, ['percentunit', title, help, 'not compared'], { when: JUDGED });

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
  ...CHANGE_LABELS,
  label('seniority', ['Seniority', 'Of the reviewer at the first look: junior, mid, senior or unknown.'], { modes: ['seniority'] }),
  text('largest', ['Largest', 'How many of those who review most; none and all are the ends of the curve.', 'never null'], { when: { mode: ['load'], curve: ['true'] } }),
  number('people_share', ['percentunit', 'Share of reviewers', 'Place of the step on the curve.', 'hidden'], { when: { mode: ['load'], curve: ['true'] }, isAxis: true, even: 'Even load' }),
  ...inUnit('value', ['Value', 'What is measured: a sum over changes by a sum over changes; of times also the median or the 90th percentile (show).']),
  number('value', ['percentunit', 'Against it, low', 'Lower end of what it takes against the reference.', 'not compared'], { when: { mode: BURDEN, show: ['gap_lo'] } }),
  ...inUnit('lo', ['Low', 'Lower end of the 95 % interval over people.']),
  ...inUnit('hi', ['High', 'Upper end of it.']),
  number('value', ['short', 'Gini', 'How unevenly the estimated hours of review are spread: 0 = all the same, towards 1 = one carries all.', 'hidden, or carried by too few'], { when: { mode: ['load'], curve: ['false'], load_show: ['gini'] } }),
  number('value', ['percentunit', 'Share of two', 'Share of the estimated hours of the two who review most.', 'hidden, or fewer than twenty reviewers'], { when: { mode: ['load'], curve: ['false'], load_show: ['top_2'] } }),
  number('value', ['percentunit', 'Share of the hours', 'Share of the estimated hours that the largest hold.', 'hidden'], { when: { mode: ['load'], curve: ['true'] } }),
  number('value', ['percentunit', 'Share of the hours', 'Estimated hours of reviewers of this seniority / of all.'], { when: { mode: ['seniority'] } }),
  number('p50', ['m', 'Median', 'Half of the changes took no longer.', 'hidden, too few, or no time'], { when: { mode: BURDEN, measure: ofKind('time') } }),
  number('p90', ['m', 'p90', 'Nine of ten changes took no longer.', 'hidden, too few, or no time'], { when: { mode: BURDEN, measure: ofKind('time') } }),
  number('minutes', ['m', 'Time of review', 'Estimated time that these reviewers spent.', 'hidden'], { modes: ['seniority'] }),
  number('top_share', ['percentunit', 'Share of the largest', 'Share of the estimated hours that the largest (top_k) hold.', 'hidden, or nearly all of the reviewers'], { when: { mode: ['load'], curve: ['false'] } }),
  number('top_2_share', ['percentunit', 'Share of two', 'Share of the two who review most; of twenty reviewers or more.', 'fewer than twenty reviewers: it would tell of somebody'], { when: { mode: ['load'], curve: ['false'] } }),
  number('hhi', ['short', 'Herfindahl', 'Sum of the squared shares.', 'hidden'], { when: { mode: ['load'], curve: ['false'] } }),
  number('effective', ['short', 'As if by', 'Number of reviewers with equal load who would be as concentrated.', 'hidden'], { when: { mode: ['load'], curve: ['false'] } }),
  count('n', ['Changes', 'Changes that are measured; of reviewers their reviews.']),
  count('n_dev', ['People', 'Distinct humans who wrote the changes; of modes load and seniority who reviewed them.'], { countsPeople: true }),
  count('n_reviewers', ['Reviewers', 'Distinct humans who reviewed them.', 'hidden, or nothing about reviewers'], { countsPeople: true, modes: BURDEN }),
  statusColumn,
  text('basis', ['Basis', 'measured; estimate = from what reviewers left behind; proxy = stands for something that nobody measures.', 'never null'], { modes: BURDEN }),
  text('reference', ['Compared with', 'Code source that the value is compared with.', 'not grouped by code source, or nothing to compare with'], { when: JUDGED }),
  text('verdict', ['Verdict', VERDICTS, 'the reference itself, or not compared'], { when: JUDGED }),
  text('same_size_verdict', ['Verdict at equal size', 'The same at equal size.', 'not compared, or there is too little of each size'], { when: JUDGED }),
  compared('gap', 'Against it', 'Value / value of the reference − 1.'),
  compared('gap_lo', 'Against it, low', 'Lower end of its interval over people, at the level in column level; the verdict rests on it.'),
  compared('gap_hi', 'Against it, high', 'Upper end of its interval.'),
  compared('same_size', 'Against it at equal size', 'Value / what it would be if changes of each size took what they take in the reference, − 1.'),
  compared('same_size_lo', 'At equal size, low', 'Lower end of its interval.'),
  compared('same_size_hi', 'At equal size, high', 'Upper end of its interval.'),
  compared('level', 'Level', 'Level of these intervals: 95 %, more where several comparisons are judged together (Holm).'),
  number('p_holm', ['short', 'p (Holm)', 'Of the comparison as it is, adjusted for the comparisons of the answer.', 'not compared'], { when: JUDGED }),
]; // prettier-ignore

/** What a hidden reference hides. */
export const COMPARES = columns
  .filter(({ when }) => when === JUDGED)
  .map(({ name }) => name)
  .filter((name) => name !== 'reference');
