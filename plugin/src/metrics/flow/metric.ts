import { bucketParam, defineMetric, statusColumn, type Column, type Dimension } from '../define.ts';
import { CHANGE_FILTERS } from '../parts/filters.ts';
import { compareToParam } from '../parts/reference.ts';

/** In the order in which the query joins them into a group. */
export const GROUPS = [
  'team',
  'repo',
  'service',
  'pr_class',
  'code_source',
  'size',
] as const satisfies readonly Dimension[];

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

const label = (name: (typeof GROUPS)[number], title: string, help: string): Column => ({
  name,
  role: 'label',
  type: 'string',
  label: title,
  help,
  nullMeaning: 'never null',
});

const number = (name: string, rest: Pick<Column, 'role' | 'label' | 'help'> & Partial<Column>): Column => ({
  name,
  type: 'number',
  nullMeaning: 'hidden, or fewer than ten changes',
  ...rest,
});

/** Where the time of a change goes. */
export const metric = defineMetric({
  id: 'flow',
  title: 'Flow',
  summary: 'Where does the time of a change go: coding, draft, waiting for a first review, review, waiting for production?',
  seedName: 'flow',
  needs: ['changes', 'reviews'],
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
      allowed: [...GROUPS],
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
    label('team', 'Team', 'Team of the author at the merge.'),
    label('repo', 'Repository', 'Repository of the change.'),
    label('service', 'Service', 'Service of the repository.'),
    label('pr_class', 'Class', 'Class of the change.'),
    label('code_source', 'Code source', 'Who wrote the change; unknown is not human.'),
    label('size', 'Size', 'Size of the change.'),
    number('value', { role: 'value', unit: 'm', label: 'Value', help: 'Calendar minutes in the stage: mean, median or 90th percentile.' }),
    number('lo', { role: 'lower', unit: 'm', label: 'Low', help: 'Lower end of the 95 % interval of the mean, over people.', nullMeaning: 'no interval' }),
    number('hi', { role: 'upper', unit: 'm', label: 'High', help: 'Upper end of it.', nullMeaning: 'no interval' }),
    number('share', { role: 'value', unit: 'percentunit', label: 'Share', help: 'Mean of the stage / mean of the whole.' }),
    number('p50', { role: 'value', unit: 'm', label: 'Median', help: 'Half of the changes took no longer.' }),
    number('p90', { role: 'value', unit: 'm', label: 'p90', help: 'Nine of ten changes took no longer.' }),
    number('n', { role: 'count', counts: 'row', label: 'Changes', help: 'Changes of which every stage is known.', nullMeaning: 'hidden' }),
    number('n_dev', { role: 'count', counts: 'row', label: 'People', help: 'Distinct humans behind them.', nullMeaning: 'hidden' }),
    number('rounds', { role: 'value', unit: 'short', label: 'Review rounds', help: 'Mean over the same changes: how often changes were asked for and looked at again, plus 1.' }),
    number('unreviewed_n', { role: 'count', counts: 'beside', label: 'Without review', help: 'Opened at a forge and merged without a review by a human other than who wrote it: left out.', nullMeaning: 'hidden' }),
    number('unreviewed_share', { role: 'value', unit: 'percentunit', counts: 'beside', label: 'Share without review', help: 'Of all changes opened at a forge.', nullMeaning: 'hidden' }),
    statusColumn,
    ...[
      { name: 'reference', label: 'Compared with', help: 'Code source that the mean is compared with.', nullMeaning: 'not grouped by code source, or nothing to compare with' },
      { name: 'verdict', label: 'Verdict', help: 'better = the stage takes less time than with the reference, worse = more; no_clear_difference; insufficient_data; not_judged = its source is unknown.', nullMeaning: 'the reference itself, or not compared' },
    ].map((text): Column => ({ ...text, role: 'text', type: 'string', when: JUDGED })),
    ...[
      number('gap', { role: 'value', unit: 'percentunit', label: 'Against it', help: 'Mean / mean of the reference − 1; positive = takes longer.' }),
      number('gap_lo', { role: 'value', unit: 'percentunit', label: 'Against it, low', help: 'Lower end of its interval over people, at the level in column level; the verdict rests on it.' }),
      number('gap_hi', { role: 'value', unit: 'percentunit', label: 'Against it, high', help: 'Upper end of its interval.' }),
      number('level', { role: 'value', unit: 'percentunit', label: 'Level', help: 'Level of that interval: 95 %, more where several comparisons are judged together (Holm): those of all stages.' }),
      number('p_holm', { role: 'value', unit: 'short', label: 'p (Holm)', help: 'Adjusted for the comparisons of the answer; below 0.05 exactly where the interval excludes 0.' }),
    ].map((column): Column => ({ ...column, nullMeaning: 'not compared', when: JUDGED })),
  ],
  examples: [
    { title: 'Where does the time go?', params: {} },
    { title: 'Waiting for a first review, by code source', params: { stage: 'pickup', groupBy: ['code_source'] } },
    { title: 'To production, by month', params: { until: 'deployed', bucket: 'month' }, format: 'timeseries' },
    { title: 'Slowest pickups by team, for an alert', params: { stage: 'pickup', centre: 'p90', groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
