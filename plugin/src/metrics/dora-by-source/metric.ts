import { bucketParam, defineMetric, type Dimension, type Units } from '../define.ts';
import { columns } from './columns.ts';
import { CHANGE_FILTERS } from '../parts/filters.ts';
import { compareToParam } from '../parts/reference.ts';

/** Dimensions of the deployment, then of its changes: the order in which the query joins them into a group. */
export const OUTER_GROUPS = ['team', 'repo', 'service'] as const satisfies readonly Dimension[];
export const INNER_GROUPS = ['pr_class', 'code_source', 'zone', 'size'] as const satisfies readonly Dimension[];

const OF_DEPLOYMENTS = ['deployment_frequency', 'change_fail_rate', 'recovery_time', 'rework_rate'];

/** People of deployments of one source only: fewer than those of the row. */
const AGAINST = {
  label: 'code_source',
  by: 'reference',
  count: 'reference_dev',
  share: 'reference_share',
  hides: ['gap', 'gap_lo', 'gap_hi', 'level', 'p_holm', 'verdict', 'verdict_why'],
} as const;
const SINGLE = {
  count: 'single_source_dev',
  share: null,
  hides: ['single_source_n', 'single_source_value', 'verdict_why'],
};

/** People of the own 90 days before; they stand beside every bucket. */
const BEFORE = { count: 'n_dev_before', share: 'one_person_share_before', again: ['time'] };

/** They are a question of their own. */
const withBefore = (units: Units): Units[] => [
  {
    ...units,
    when: { ...units.when, compare: ['baseline_90d'] },
    shows: { days: 90, asks: { compare: 'none', show: 'value', bucket: 'none' }, count: BEFORE.count },
  },
  units,
];

export const metric = defineMetric({
  id: 'dora-by-source',
  title: 'DORA by code source',
  summary: 'Did delivery performance move, and is it different where AI wrote the code?',
  seedName: 'dora',
  needs: ['changes', 'deployments'],
  leavesOut: ['changes', 'deployments', 'incidents'],
  skipsFreezes: { metric: ['deployment_frequency', 'lead_time'] },
  isSilentInFreeze: true,
  ofNothing: [
    {
      when: { metric: ['recovery_time'] },
      says: 'No deployment of this range is known to have failed, so there is nothing to recover from.',
      toldBy: 'incidents',
    },
  ],
  gains: ['incidents', 'code_source'],
  questions: [
    ...(
      [
        ['deployment_frequency', 'How often do we deploy?', ['deployments'], ['code_source']],
        ['lead_time', 'How long from first commit to production?', ['changes', 'deployments', 'starts'], ['code_source']],
        ['change_fail_rate', 'How often do changes fail in production?', ['deployments', 'failures'], ['code_source', 'incidents']],
        ['recovery_time', 'How fast do we recover?', ['deployments', 'failures'], ['incidents']],
        ['rework_rate', 'How many deployments are unplanned repairs?', ['deployments', 'failures'], ['incidents']],
      ] as const
    ).map(([id, title, needs, gains]) => ({ id, title, needs, gains, board: 'throughline-dora-by-source', params: { metric: id, groupBy: ['code_source'] } })),
  ],
  units: [
    ...withBefore({ of: 'delivered', when: { metric: ['lead_time'] } }),
    ...withBefore({ of: 'failed', when: { metric: ['recovery_time'] } }),
    ...withBefore({ of: 'shipped' }),
  ],
  sqlBy: 'metric',
  people: [
    { count: 'n_dev', keeps: ['metric', 'mode'], against: AGAINST },
    { ...SINGLE, when: { metric: ['change_fail_rate'] } },
    { ...BEFORE, when: { compare: ['baseline_90d'] }, hides: ['baseline', 'baseline_n', 'delta'] },
    { ...BEFORE, when: { compare: ['baseline_90d'], show: ['delta', 'delta_lo'] }, hides: ['value'] },
  ],
  peopleBy: [
    { metric: ['lead_time'], compare: ['none'] },
    { metric: ['change_fail_rate'], mode: ['share'], compare: ['none'] },
  ],
  evidence: [
    { mode: 'changes', when: { metric: ['lead_time'] } },
    { mode: 'deployments', only: 'failed', when: { metric: ['recovery_time'] } },
    { mode: 'deployments' },
  ],
  main: ['metric', 'groupBy', 'bucket', 'team', 'repo'],
  reads: ['value', 'verdict', 'verdict_why', 'status', 'lo', 'hi', 'baseline', 'delta', 'lead_p90', 'recovery_p90', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    metric: {
      kind: 'choice',
      chooses: 'question',
      label: 'Key',
      help: 'Which of DORA\'s five keys.',
      default: 'change_fail_rate',
      choices: [
        { value: 'lead_time', label: 'Change lead time', help: 'First commit to production.' },
        { value: 'deployment_frequency', label: 'Deployment frequency', help: 'Deployments per calendar day.' },
        { value: 'change_fail_rate', label: 'Change fail rate', help: 'Deployments that failed in production.' },
        { value: 'recovery_time', label: 'Failed deployment recovery time', help: 'Failed deployment to recovery.' },
        { value: 'rework_rate', label: 'Deployment rework rate', help: 'Unplanned deployments because of a problem.' },
      ],
    },
    mode: {
      kind: 'choice',
      chooses: { share: null, majority: 'majority', single_source: 'one_source', cause: 'one_change' },
      label: 'Deployments with several changes',
      help: 'How a deployment is divided among the sources of its changes. Lead time is of single changes and needs none.',
      default: 'share',
      choices: [
        { value: 'share', label: 'By share', help: 'Each source gets its share of the deployment and of its failure; rates add up to the total.' },
        { value: 'majority', label: 'By majority', help: 'The source with more than half, else mixed.' },
        { value: 'single_source', label: 'Single source only', help: 'Only deployments of one source: unbiased, fewer.' },
        { value: 'cause', label: 'By cause', help: 'Failures traced to a change, per change deployed.' },
      ],
      when: { metric: OF_DEPLOYMENTS },
    },
    weight: {
      kind: 'choice',
      chooses: { pr: null, lines: 'one_part' },
      label: 'Weight',
      help: 'What a share is measured in.',
      default: 'pr',
      choices: [
        { value: 'pr', label: 'Changes' },
        { value: 'lines', label: 'Effective lines' },
      ],
      when: { metric: OF_DEPLOYMENTS, mode: ['share', 'majority'] },
    },
    lead_from: {
      kind: 'choice',
      chooses: { first_commit: 'commit_known', merged_at: 'merge_known' },
      label: 'Lead time from',
      help: 'Start of the clock. Author dates survive squash and rebase, times of a push are not in git.',
      default: 'first_commit',
      choices: [
        { value: 'first_commit', label: 'First commit' },
        { value: 'merged_at', label: 'Merge' },
      ],
      when: { metric: ['lead_time'] },
    },
    planned_only: {
      kind: 'boolean',
      chooses: { false: null, true: 'planned' },
      label: 'Planned only',
      help: 'Leaves rollbacks and hotfixes out of the deployments.',
      default: false,
      when: { metric: OF_DEPLOYMENTS },
    },
    compare: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Compare',
      help: 'Sets the own value of the 90 days before the range beside the value; on panels of whole weeks.',
      default: 'none',
      choices: [
        { value: 'none', label: 'No' },
        { value: 'baseline_90d', label: 'Own 90 days before' },
      ],
    },
    compare_to: compareToParam('Verdict against', { metric: ['change_fail_rate'] }),
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value, for alert rules: delta and its lower end need "own 90 days before".',
      default: 'value',
      choices: [
        { value: 'value', label: 'Estimate' },
        { value: 'lo', label: 'Lower end' },
        { value: 'hi', label: 'Upper end' },
        { value: 'delta', label: 'Difference to own 90 days' },
        { value: 'delta_lo', label: 'Lower end minus own 90 days' },
      ],
    },
    bucket: bucketParam('none'),
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions as of the deployment. Class of change only for lead time and mode cause.',
      allowed: [...OUTER_GROUPS, ...INNER_GROUPS],
      default: ['code_source'],
    },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals.', default: true },
    ...CHANGE_FILTERS,
  },
  columns,
  examples: [
    { title: 'Change fail rate by source', params: {} },
    { title: 'The same over deployments of one source only', params: { mode: 'single_source' } },
    { title: 'Change fail rate above its own 90 days, for an alert', params: { compare: 'baseline_90d', show: 'delta' }, format: 'numeric' },
    { title: 'Lead time by source and month', params: { metric: 'lead_time', bucket: 'month' }, format: 'timeseries' },
    { title: 'Deployment frequency of all', params: { metric: 'deployment_frequency', groupBy: [], bucket: 'week' }, format: 'timeseries' },
    { title: 'Recovery time by service', params: { metric: 'recovery_time', groupBy: ['service'] } },
    { title: 'Rework by the source that had to be fixed', params: { metric: 'rework_rate' } },
  ],
}); // prettier-ignore
