import { bucketParam, defineMetric } from '../define.ts';
import { CHANGE_FILTERS, CHANGE_GROUPS } from '../parts/filters.ts';
import { STEPS } from '../parts/lorenz.ts';
import { compareToParam } from '../parts/reference.ts';
import { columns, COMPARES, JUDGED } from './columns.ts';
import { MEASURES } from './measures.ts';

/** Of who wrote and who reviewed the changes the fewer; the reference counts likewise. */
const BOTH = { count: 'side_dev', share: 'side_share', keeps: ['basis'] } as const;
const AGAINST = { label: 'code_source', by: 'reference', count: 'reference_dev', share: 'reference_share' } as const;

/** What review takes, and of whom. */
export const metric = defineMetric({
  id: 'review-burden',
  title: 'Review burden',
  summary: 'What does review take, is it more where AI wrote the code, and who carries it?',
  seedName: 'review',
  needs: ['changes', 'reviews'],
  leavesOut: ['changes'],
  gains: ['code_source', 'teams'],
  ofNothing: [
    { when: { mode: ['burden'], measure: ['ai_accepted', 'ai_settled', 'ai_ignored'] }, says: 'No AI reviewer is known to have commented in a diff of this range.' },
    { when: { mode: ['burden'], measure: ['self_merged'] }, says: 'Who merged the changes of this range is not known.' },
    { when: { mode: ['burden'], measure: ['explained'] }, says: 'The texts of the changes of this range were not read: only forges tell them.' },
  ],
  questions: [
    {
      id: 'review_burden',
      title: 'Does review take more where AI wrote the code?',
      needs: ['changes', 'reviews'],
      gains: ['code_source'],
      board: 'throughline-review',
      params: { measure: 'effort', groupBy: ['code_source'] },
    },
    {
      id: 'review_load',
      title: 'Who carries the reviews: many or a few?',
      needs: ['changes', 'reviews'],
      gains: ['teams'],
      board: 'throughline-review',
      params: { mode: 'load' },
    },
  ],
  units: [
    ...MEASURES.map(({ value, of }) => ({ of, when: { mode: ['burden'], measure: [value] } })),
    { of: 'looks' },
  ],
  collects: [{ of: 'seniority', when: { mode: ['seniority'] } }],
  sqlBy: 'mode',
  people: [
    { ...BOTH, when: { mode: ['burden'], show: ['value', 'p50', 'p90'] }, against: { ...AGAINST, hides: COMPARES } },
    { ...BOTH, when: { mode: ['burden'], show: ['gap_lo'] }, against: { ...AGAINST, hides: ['value', ...COMPARES] } },
    // Of fewer than eight reviewers the few that carry it would be somebody; their shares are what is asked, so none dominates.
    { count: 'n_dev', when: { mode: ['load'] }, least: 8, share: null, again: ['largest'] },
    { count: 'n_dev', when: { mode: ['seniority'] } },
  ],
  evidence: [{ mode: 'changes' }],
  main: ['mode', 'measure', 'groupBy', 'bucket', 'team'],
  reads: ['value', 'verdict', 'same_size_verdict', 'status', 'lo', 'hi', 'p90', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Question',
      help: 'What is asked of the reviews of the changes merged in the range.',
      default: 'burden',
      choices: [
        { value: 'burden', label: 'Burden', help: 'What review takes, by one measure.' },
        { value: 'load', label: 'Load', help: 'How evenly reviewers share the hours.' },
        { value: 'seniority', label: 'Seniority', help: 'Who spends the hours, by experience.' },
      ],
    },
    measure: {
      kind: 'choice',
      chooses: 'question',
      label: 'Measure',
      help: 'What stands in value.',
      default: 'wait',
      choices: MEASURES.map(({ value, label, help }) => ({ value, label, help })),
      when: { mode: ['burden'] },
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for charts of medians, and for alert rules. Only times have percentiles.',
      default: 'value',
      choices: [
        { value: 'value', label: 'Mean or share' },
        { value: 'p50', label: 'Median' },
        { value: 'p90', label: '90th percentile' },
        { value: 'gap_lo', label: 'Against it, lower end' },
      ],
      when: { mode: ['burden'] },
    },
    bucket: { ...bucketParam('none'), when: { mode: ['burden'] } },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions of the change as of the merge.',
      allowed: [...CHANGE_GROUPS],
      default: [],
    },
    top_k: {
      kind: 'number',
      chooses: 'steps',
      label: 'Largest',
      help: 'How many of those who review most top_share counts.',
      default: 4,
      min: 3,
      max: 50,
      integer: true,
      steps: STEPS,
      when: { mode: ['load'], curve: ['false'] },
    },
    load_show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for alert rules. The share of two is told of twenty reviewers or more.',
      default: 'gini',
      choices: [
        { value: 'gini', label: 'Gini' },
        { value: 'top_2', label: 'Share of two' },
      ],
      when: { mode: ['load'], curve: ['false'] },
    },
    curve: {
      kind: 'boolean',
      chooses: 'nothing',
      label: 'Curve',
      help: 'Share of the hours of those who review most, a row for each of the steps of top_k, as a Lorenz curve over the share of reviewers.',
      default: false,
      when: { mode: ['load'] },
    },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals over people.', default: true },
    compare_to: compareToParam('Verdict against', JUDGED),
    ...CHANGE_FILTERS,
  },
  columns,
  examples: [
    { title: 'How long do changes wait for a first review?', params: {} },
    { title: 'Does review take more hours where AI wrote the code?', params: { measure: 'effort', groupBy: ['code_source'] } },
    { title: 'The same for each size', params: { measure: 'effort', groupBy: ['code_source', 'size'] } },
    { title: 'Comments, monthly', params: { measure: 'comments', bucket: 'month', groupBy: ['code_source'] }, format: 'timeseries' },
    { title: 'Alert when AI code certainly takes more', params: { measure: 'effort', show: 'gap_lo', groupBy: ['code_source'], compare_to: 'human' }, format: 'numeric' },
    { title: 'Who carries it?', params: { mode: 'load' } },
    { title: 'Alert when two carry most of the reviews', params: { mode: 'load', load_show: 'top_2', groupBy: ['team'] }, format: 'numeric' },
    { title: 'Are comments of AI reviewers taken up?', params: { measure: 'ai_accepted' } },
  ],
}); // prettier-ignore
