import { bucketParam, defineMetric } from '../define.ts';
import { CHANGE_FILTERS, CHANGE_GROUPS } from '../parts/filters.ts';
import { columns } from './columns.ts';

/** What is merged, how large, how often its checks fail, and whether it stays. */
export const metric = defineMetric({
  id: 'delivery-health',
  title: 'Delivery health',
  summary: 'How much is merged, how large is it, how often do its checks fail first, and how much of it needs no second try?',
  seedName: 'delivery_health',
  needs: ['changes'],
  ofNothing: [{ when: { metric: ['gates'] }, needs: ['builds'] }],
  leavesOut: ['changes'],
  isSilentInFreeze: true,
  gains: ['code_source', 'teams', 'incidents', 'lines'],
  questions: [
    {
      id: 'reliability',
      title: 'How much of what is done needs no second try?',
      needs: ['changes'],
      gains: ['lines', 'failures', 'code_source'],
      board: 'throughline-flow',
      params: { metric: 'reliability' },
    },
  ],
  units: [
    { of: 'merged', when: { metric: ['throughput'] } },
    { of: 'sized', when: { metric: ['size'] } },
    { of: 'gated', when: { metric: ['gates'] } },
    { of: 'landed', when: { metric: ['reliability'] } },
  ],
  sqlBy: 'metric',
  people: 'n_dev',
  evidence: [{ mode: 'changes' }],
  main: ['metric', 'groupBy', 'bucket', 'team', 'code_source'],
  reads: ['value', 'status', 'lo', 'hi', 'per_developer', 'p90', 'xl_share', 'retries', 'known', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    metric: {
      kind: 'choice',
      chooses: 'question',
      label: 'Number',
      help: 'What is asked of merged changes.',
      default: 'throughput',
      choices: [
        { value: 'throughput', label: 'Throughput', help: 'Changes merged per week.' },
        { value: 'size', label: 'Size', help: 'Effective lines of a change, and the share of very large ones.' },
        { value: 'gates', label: 'Gate failures', help: 'Changes of which a required check failed before the merge.' },
        { value: 'reliability', label: 'Reliability', help: 'Changes without revert, rewrite, incident or reopened issue in 30 days.' },
      ],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for charts and alert rules.',
      default: 'p50',
      choices: [
        { value: 'p50', label: 'Median' },
        { value: 'p90', label: '90th percentile' },
        { value: 'xl_share', label: 'Share of very large ones' },
      ],
      when: { metric: ['size'] },
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Dimensions as of the merge.', allowed: [...CHANGE_GROUPS], default: [] },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals of shares.', default: true },
    ...CHANGE_FILTERS,
  },
  columns,
  examples: [
    { title: 'Changes merged per week', params: { bucket: 'month' }, format: 'timeseries' },
    { title: 'How many of each size', params: { groupBy: ['size'] } },
    { title: 'Share of very large changes, for an alert', params: { metric: 'size', show: 'xl_share', groupBy: ['team'] }, format: 'numeric' },
    { title: 'Gate failures by code source', params: { metric: 'gates', groupBy: ['code_source'] } },
    { title: 'What stays, by code source', params: { metric: 'reliability', groupBy: ['code_source'] } },
  ],
}); // prettier-ignore
