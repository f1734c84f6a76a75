import { bucketParam, defineMetric } from '../define.ts';
import { CHANGE_FILTERS, CHANGE_GROUPS } from '../parts/filters.ts';
import { columns } from './columns.ts';
import { NUMBERS } from './numbers.ts';

/** What working beside others costs: conflicts with the base, merging it in, and the merge queue. */
export const metric = defineMetric({
  id: 'coordination-tax',
  title: 'Coordination tax',
  summary: 'How many changes come into conflict with others, for how long, and what do merging the base and the merge queue cost?',
  seedName: 'coordination_tax',
  needs: ['reviews'],
  leavesOut: ['changes'],
  isSilentInFreeze: true,
  gains: ['code_source', 'teams'],
  ofNothing: [
    { when: { metric: ['conflicts', 'conflict_hours'] }, says: 'No change that was merged in this range was looked at while it was open: whether they came into conflict is not known. Forges tell it of open changes alone, from the first collection on.' },
    { when: { metric: ['rebase_minutes'] }, says: 'Of no change of this range both its own commits and the pipelines that ran for them are known.' },
    { when: { metric: ['ejections'] }, says: 'No change of this range is known to have stood in a merge queue or merge train.' },
  ],
  units: NUMBERS.map(({ value, of }) => ({ of, when: { metric: [value] } })),
  sqlBy: 'metric',
  people: 'n_dev',
  evidence: [{ mode: 'changes' }],
  main: ['metric', 'groupBy', 'bucket', 'team', 'code_source'],
  reads: ['value', 'status', 'lo', 'hi', 'basis', 'look_hours', 'known_share', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    metric: {
      kind: 'choice',
      chooses: 'question',
      label: 'Number',
      help: 'What is asked of merged changes.',
      default: 'conflicts',
      choices: NUMBERS.map(({ value, label, help }) => ({ value, label, help })),
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Dimensions as of the merge.', allowed: [...CHANGE_GROUPS], default: [] },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals over people.', default: true },
    ...CHANGE_FILTERS,
  },
  columns,
  examples: [
    { title: 'How many come into conflict?', params: {} },
    { title: 'By code source, monthly', params: { groupBy: ['code_source'], bucket: 'month' }, format: 'timeseries' },
    { title: 'Business hours in conflict, by team', params: { metric: 'conflict_hours', groupBy: ['team'] } },
    { title: 'Pipelines that ran to merge the base', params: { metric: 'rebase_minutes', groupBy: ['repo'] } },
    { title: 'Share in conflict by team, for an alert', params: { groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
