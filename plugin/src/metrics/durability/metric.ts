import { bucketParam, defineMetric, filterParam, type Dimension } from '../define.ts';
import { columns } from './columns.ts';

/** Dimensions of a change, in the order in which the queries join them into a group. */
export const GROUPS = [
  'team',
  'repo',
  'service',
  'pr_class',
  'code_source',
  'tool',
  'seniority',
  'zone',
  'size',
  'basis',
] as const satisfies readonly Dimension[];

const LINE_MODES = ['survival', 'gap'];

export const metric = defineMetric({
  id: 'durability',
  title: 'Durability of code',
  summary:
    'Does the code stay: what share of lines and changes, by who wrote them, still stands after 30, 60 and 90 days?',
  seedName: 'durability',
  evidence: [{ mode: 'changes' }],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    mode: {
      kind: 'choice',
      label: 'Question',
      help: 'What is asked of the changes that were merged in the range.',
      default: 'survival',
      choices: [
        { value: 'survival', label: 'Line survival', help: 'Share of effective lines still unchanged, Kaplan–Meier.' },
        { value: 'gap', label: 'Gap of line survival', help: 'Line survival minus that of the class compared with.' },
        {
          value: 'pr_survival',
          label: 'Change survival',
          help: 'Share of changes neither reverted nor half rewritten.',
        },
        {
          value: 'revert',
          label: 'Reverts',
          help: 'Share of changes reverted, and the ratio to the class compared with.',
        },
        {
          value: 'time_to_rollback',
          label: 'Time to rollback',
          help: 'From production to rollback, for what was rolled back.',
        },
        { value: 'churn', label: 'Churn in 14 days', help: 'Share of lines gone within two weeks.' },
      ],
    },
    horizon: {
      kind: 'choice',
      label: 'Age',
      help: 'Age in days at which survival is read; all gives one row per age.',
      default: 'all',
      choices: [
        { value: 'all', label: '30, 60 and 90 days' },
        { value: '30', label: '30 days' },
        { value: '60', label: '60 days' },
        { value: '90', label: '90 days' },
      ],
      when: { mode: LINE_MODES },
    },
    curve: {
      kind: 'boolean',
      label: 'Curve',
      help: 'One row per group and age in days (0 to 90) for a step chart, instead of one per horizon.',
      default: false,
      when: { mode: ['survival'] },
    },
    window_days: {
      kind: 'choice',
      label: 'Window',
      help: 'Days after the merge that are looked at; changes younger than that are immature and left out.',
      default: '30',
      choices: [
        { value: '30', label: '30 days' },
        { value: '60', label: '60 days' },
        { value: '90', label: '90 days' },
      ],
      when: { mode: ['pr_survival', 'revert'] },
    },
    revert_value: {
      kind: 'choice',
      label: 'Revert value',
      help: 'Whether value is the rate or its ratio to the class compared with; the table has both.',
      default: 'rate',
      choices: [
        { value: 'rate', label: 'Rate' },
        { value: 'ratio', label: 'Ratio' },
      ],
      when: { mode: ['revert'] },
    },
    compare_to: {
      kind: 'choice',
      label: 'Compare with',
      help: 'Code source that gaps and ratios are measured against. Unmarked code is unknown, not human: compare with unknown only if you mean it.',
      default: 'human',
      choices: [
        { value: 'human', label: 'human' },
        { value: 'unknown', label: 'unknown (unmarked)' },
      ],
      when: { mode: ['survival', 'gap', 'revert'] },
    },
    by: {
      kind: 'choice',
      label: 'Source of a line',
      help: "Class of its change, or the line's own attestation (git-ai notes) where there is one.",
      default: 'pr_class_source',
      choices: [
        { value: 'pr_class_source', label: 'Class of its change' },
        { value: 'line_source', label: 'Attestation of the line' },
      ],
      when: { mode: LINE_MODES },
    },
    exclude_file_deleted: {
      kind: 'boolean',
      label: 'Ignore deleted files',
      help: 'Lines that went with their whole file (a feature removed) leave observation at that age instead of counting as lost.',
      default: false,
      when: { mode: LINE_MODES },
    },
    bucket: bucketParam('none'),
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions of the changes as of their merge. Groups by tool overlap and never add up.',
      allowed: GROUPS,
      default: ['code_source'],
    },
    ci: {
      kind: 'boolean',
      label: 'Intervals',
      help: '95 % intervals, resampled over changes: the lines of a change live and die together.',
      default: true,
    },
    show: {
      kind: 'choice',
      label: 'Value shown',
      help: 'Which number stands in value: for alert rules on an end of the interval.',
      default: 'value',
      choices: [
        { value: 'value', label: 'Estimate' },
        { value: 'lo', label: 'Lower end' },
        { value: 'hi', label: 'Upper end' },
      ],
    },
    team: filterParam('team', 'Team'),
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
    pr_class: filterParam('pr_class', 'Class of change'),
    code_source: filterParam('code_source', 'Code source'),
    tool: filterParam('tool', 'Tool'),
    seniority: filterParam('seniority', 'Seniority'),
    zone: filterParam('zone', 'Zone'),
    size: filterParam('size', 'Size'),
    basis: filterParam('basis', 'Basis'),
  },
  columns,
  examples: [
    { title: 'Lines alive after 30, 60 and 90 days by source', params: {} },
    { title: 'Survival curves by source', params: { curve: true } },
    { title: '90-day gap to human code, for an alert', params: { mode: 'gap', horizon: '90' }, format: 'numeric' },
    {
      title: 'Upper end of the 90-day gap, for an alert',
      params: { mode: 'gap', horizon: '90', show: 'hi' },
      format: 'numeric',
    },
    { title: 'Revert ratio to human code', params: { mode: 'revert', revert_value: 'ratio' }, format: 'numeric' },
    { title: 'Churn in 14 days by month', params: { mode: 'churn', bucket: 'month' }, format: 'timeseries' },
    { title: 'Change survival by quarter', params: { mode: 'pr_survival', bucket: 'quarter' }, format: 'timeseries' },
    { title: 'How long a rollback takes, by service', params: { mode: 'time_to_rollback', groupBy: ['service'] } },
  ],
});
