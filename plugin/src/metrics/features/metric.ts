import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the query joins them into a group. */
export const GROUPS = ['team'] as const satisfies readonly Dimension[];

const count = counts('hidden');

/** Issues of type feature that are done. */
export const metric = defineMetric({
  id: 'features',
  title: 'Features',
  summary: 'How many features are done per quarter, and of how many issues is it not known what they are?',
  seedName: 'features_per_quarter',
  ofNothing: [{ when: {}, says: 'No issue of a tracker was done in this range: they come from GitHub, GitLab, Jira or Linear.' }],
  units: [{ of: 'done' }],
  people: [
    { count: 'n_dev' },
    { count: 'n_dev_features', share: 'one_person_share_features', hides: ['value', 'others'] },
  ],
  main: ['bucket', 'groupBy', 'team'],
  reads: ['value', 'status', 'others', 'unknown', 'unknown_share', 'n'],
  formats: ['timeseries', 'table', 'numeric'],
  params: {
    bucket: bucketParam('quarter'),
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Team of whoever an issue is assigned to, when it was done.',
      allowed: [...GROUPS],
      default: [],
    },
    team: filterParam('team', 'Team'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which the issues were done.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    label('team', ['Team', 'Team of whoever the issue is assigned to, when it was done.']),
    numbers('hidden, or of no issue is it known what it is')('value', ['short', 'Features', 'Issues of type feature that were done.']),
    count('others', ['Others', 'Issues of another known type that were done: bugs, docs, refactorings.']),
    count('unknown', ['Of unknown type', 'Issues that were done and of which nothing says what they are; some may be features.']),
    numbers('hidden')('unknown_share', ['percentunit', 'Unknown share', 'Issues of unknown type / issues that were done.']),
    count('n', ['Issues', 'Issues that were done.']),
    count('n_dev', ['People', 'Distinct humans that they are assigned to.']),
    statusColumn,
  ],
  examples: [
    { title: 'Features per quarter', params: {} },
    { title: 'By team, over the whole range', params: { bucket: 'none', groupBy: ['team'] }, format: 'table' },
  ],
}); // prettier-ignore
