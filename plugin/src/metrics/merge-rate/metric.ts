import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the query joins them into a group. */
export const GROUPS = ['team', 'repo', 'service'] as const satisfies readonly Dimension[];

const number = numbers('hidden, or too few changes');
const count = counts('hidden');

/** What becomes of changes that are opened at a forge. */
export const metric = defineMetric({
  id: 'merge-rate',
  title: 'Merge rate',
  summary: 'Of the changes that people and agents open, how many are merged, and how many are given up?',
  seedName: 'merge_rate',
  needs: ['reviews'],
  leavesOut: ['changes'],
  gains: ['teams'],
  questions: [
    {
      id: 'abandoned',
      title: 'How many changes of agents are given up?',
      needs: ['reviews'],
      gains: ['teams'],
      board: 'throughline-review',
    },
  ],
  units: [{ of: 'closed' }],
  people: 'n_dev',
  main: ['show', 'groupBy', 'bucket', 'team', 'repo'],
  reads: ['value', 'status', 'lo', 'hi', 'abandoned_share', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for charts and alert rules.',
      default: 'merged',
      choices: [
        { value: 'merged', label: 'Merged' },
        { value: 'abandoned', label: 'Given up' },
      ],
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Place of the change when it ended.', allowed: [...GROUPS], default: [] },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals of shares.', default: true },
    team: filterParam('team', 'Team'),
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which the changes were merged or closed.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    label('opened_by', ['Opened by', 'human, or ai_agent: an agent under an account of its own. Code that a tool wrote in the name of a human is of a human here.']),
    label('team', ['Team', 'Team of who is behind it at its end, else the one that owns the repository.']),
    label('repo', ['Repository', 'Repository of the change.']),
    label('service', ['Service', 'Service of the repository.']),
    number('value', ['percentunit', 'Value', 'Changes merged (with show: given up) / changes that ended.']),
    number('lo', ['percentunit', 'Low', 'Lower end of the 95 % interval (Wilson).', 'no interval'], { role: 'lower' }),
    number('hi', ['percentunit', 'High', 'Upper end of it.', 'no interval'], { role: 'upper' }),
    number('abandoned_share', ['percentunit', 'Given up', 'Changes closed without a merge / changes that ended.']),
    count('n', ['Changes', 'Changes that were merged or closed.']),
    count('n_dev', ['People', 'Distinct humans behind them: who opened them, or asked an agent for them.']),
    statusColumn,
  ],
  examples: [
    { title: 'How many are merged?', params: {} },
    { title: 'Given up, monthly', params: { show: 'abandoned', bucket: 'month' }, format: 'timeseries' },
    { title: 'By team', params: { groupBy: ['team'] } },
  ],
}); // prettier-ignore
