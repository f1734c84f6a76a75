import { bucketParam, defineMetric, statusColumn, type Column } from '../define.ts';
import { CHANGE_LABELS, counts, numbers } from '../parts/columns.ts';
import { CHANGE_FILTERS, CHANGE_GROUPS } from '../parts/filters.ts';
import { compareToParam } from '../parts/reference.ts';

/** In the order in which a change goes through them. */
export const STAGES = [
  { value: 'coding', label: 'Coding', help: 'First commit to opened.' },
  { value: 'draft', label: 'Draft', help: 'Opened to ready for review; 0 where it was opened ready.' },
  {
    value: 'pickup',
    label: 'Pickup',
    help: 'Ready to the first review by a human; AI reviewers and bots end no wait.',
  },
  { value: 'review', label: 'Review', help: 'First review to merge.' },
  { value: 'deploy', label: 'Deploy', help: 'Merge to production; only until production.' },
] as const;

/** Means of changes merged in the whole range are compared by who wrote them. */
const JUDGED = { until: ['merged'], bucket: ['none'], centre: ['mean'] };

const number = numbers('hidden, or fewer than ten changes');
const count = counts('hidden');

/** Where the time of a change goes. */
export const metric = defineMetric({
  id: 'flow',
  title: 'Flow',
  summary: 'Where does the time of a change go: coding, draft, waiting for a first review, review, waiting for production?',
  seedName: 'flow',
  needs: ['changes', 'reviews'],
  leavesOut: ['changes', 'deployments'],
  isSilentInFreeze: true,
  gains: ['deployments', 'code_source', 'teams'],
  questions: [
    {
      id: 'stages',
      title: 'Where does the time of a change go?',
      needs: ['changes', 'reviews'],
      gains: ['code_source'],
      board: 'throughline-delivery-and-ai',
    },
  ],
  units: [
    { of: 'reviewed', when: { until: ['merged'] } },
    { of: 'reviewed_delivered', when: { until: ['deployed'] } },
  ],
  people: [{ count: 'n_dev', again: ['stage'] }],
  peopleBy: [{}],
  evidence: [{ mode: 'changes' }],
  main: ['stage', 'groupBy', 'bucket', 'centre', 'team'],
  reads: ['value', 'verdict', 'status', 'lo', 'hi', 'p90', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    until: {
      kind: 'choice',
      chooses: 'question',
      label: 'Until',
      help: 'Last instant of a change, which also places it in time.',
      default: 'merged',
      choices: [
        { value: 'merged', label: 'Merge', help: 'Changes merged in the range.' },
        { value: 'deployed', label: 'Production', help: 'Changes that reached production in the range: the wait for it alone.' },
      ],
    },
    stage: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Stage',
      help: 'Which stage is shown; all of them add up to the whole.',
      default: 'all',
      choices: [{ value: 'all', label: 'All' }, ...STAGES],
    },
    centre: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Centre',
      help: 'Which number stands in value. Only means add up.',
      default: 'mean',
      choices: [
        { value: 'mean', label: 'Mean' },
        { value: 'p50', label: 'Median' },
        { value: 'p90', label: '90th percentile' },
      ],
    },
    bucket: bucketParam('none'),
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions as of the merge.',
      allowed: [...CHANGE_GROUPS],
      default: [],
    },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals of means.', default: true },
    compare_to: compareToParam('Verdict against', JUDGED),
    ...CHANGE_FILTERS,
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which the changes were merged, or reached production.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    {
      name: 'stage',
      role: 'label',
      type: 'string',
      label: 'Stage',
      help: 'coding, draft, pickup (waiting for the first human review), review, deploy.',
      nullMeaning: 'never null',
    },
    ...CHANGE_LABELS,
    number('value', ['m', 'Value', 'Calendar minutes in the stage: mean, median or 90th percentile.']),
    number('lo', ['m', 'Low', 'Lower end of the 95 % interval of the mean, over people.', 'no interval'], { role: 'lower' }),
    number('hi', ['m', 'High', 'Upper end of it.', 'no interval'], { role: 'upper' }),
    number('share', ['percentunit', 'Share', 'Mean of the stage / mean of the whole.']),
    number('p50', ['m', 'Median', 'Half of the changes took no longer.']),
    number('p90', ['m', 'p90', 'Nine of ten changes took no longer.']),
    count('n', ['Changes', 'Changes of which every stage is known.']),
    count('n_dev', ['People', 'Distinct humans behind them.']),
    number('rounds', ['short', 'Review rounds', 'Mean over the same changes: how often changes were asked for and looked at again, plus 1.']),
    count('unreviewed_n', ['Without review', 'Opened at a forge and merged without a review by a human other than who wrote it: left out.'], { counts: 'beside' }),
    number('unreviewed_share', ['percentunit', 'Share without review', 'Of all changes opened at a forge.', 'hidden'], { counts: 'beside' }),
    statusColumn,
    ...[
      { name: 'reference', label: 'Compared with', help: 'Code source that the mean is compared with.', nullMeaning: 'not grouped by code source, or nothing to compare with' },
      { name: 'verdict', label: 'Verdict', help: 'better = the stage takes less time than with the reference, worse = more; no_clear_difference; insufficient_data; not_judged = its source is unknown.', nullMeaning: 'the reference itself, or not compared' },
    ].map((text): Column => ({ ...text, role: 'text', type: 'string', when: JUDGED })),
    ...[
      number('gap', ['percentunit', 'Against it', 'Mean / mean of the reference − 1; positive = takes longer.']),
      number('gap_lo', ['percentunit', 'Against it, low', 'Lower end of its interval over people, at the level in column level; the verdict rests on it.']),
      number('gap_hi', ['percentunit', 'Against it, high', 'Upper end of its interval.']),
      number('level', ['percentunit', 'Level', 'Level of that interval: 95 %, more where several comparisons are judged together (Holm): those of all stages.']),
      number('p_holm', ['short', 'p (Holm)', 'Adjusted for the comparisons of the answer; below 0.05 exactly where the interval excludes 0.']),
    ].map((column): Column => ({ ...column, nullMeaning: 'not compared', when: JUDGED })),
  ],
  examples: [
    { title: 'Where does the time go?', params: {} },
    { title: 'Waiting for a first review, by code source', params: { stage: 'pickup', groupBy: ['code_source'] } },
    { title: 'To production, by month', params: { until: 'deployed', bucket: 'month' }, format: 'timeseries' },
    { title: 'Slowest pickups by team, for an alert', params: { stage: 'pickup', centre: 'p90', groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
