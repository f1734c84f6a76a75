import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the query joins them into a group. */
export const GROUPS = ['team'] as const satisfies readonly Dimension[];

const number = numbers('hidden, nothing was committed, or fewer than twenty issues were');
const count = counts('hidden');

/** What is of the issues that were committed: other people may stand behind those that were added. */
const OF_COMMITTED = [
  'value',
  'lo',
  'hi',
  'committed',
  'delivered',
  'carried_over',
  'removed',
  'cancelled',
  'added',
  'delivered_added',
] as const;

/** Rows by sprint are rows by week too, so that what a week hides no sprint in it tells. */
const BY_SPRINT = { bucket: ['week'], rows: ['sprint'] };

/** What was committed at the start of a sprint or cycle, and what was delivered in it. */
export const metric = defineMetric({
  id: 'sprints',
  title: 'Sprints',
  summary: 'Of what was committed to at the start of a sprint or cycle, how much was delivered in it?',
  seedName: 'sprints',
  needs: ['sprints'],
  gains: ['teams'],
  questions: [
    {
      id: 'committed',
      title: 'How much of what a sprint commits to is delivered in it?',
      needs: ['sprints'],
      gains: ['identity'],
      board: 'throughline-flow',
    },
  ],
  ofNothing: [{ when: {}, says: 'No sprint or cycle was closed in this range: those that are under way are not judged yet.' }],
  units: [{ of: 'planned' }],
  people: [
    { count: 'n_dev' },
    { count: 'n_dev_committed', share: 'one_person_share_committed', hides: OF_COMMITTED },
  ],
  main: ['bucket', 'rows', 'groupBy', 'team'],
  reads: ['value', 'status', 'lo', 'hi', 'committed', 'carried_over', 'added', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  overTime: { bucket: 'month' },
  params: {
    bucket: bucketParam('none'),
    rows: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Rows',
      help: 'Sprints of a week together, or each one.',
      default: 'all',
      choices: [
        { value: 'all', label: 'All together' },
        { value: 'sprint', label: 'Each sprint', help: 'With its name and its project, by the week in which it was closed.' },
      ],
      when: { bucket: ['week'] },
    },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Team of whoever an issue is assigned to, as of the end of the sprint.',
      allowed: [...GROUPS],
      default: [],
    },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals of shares.', default: true },
    team: filterParam('team', 'Team'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which the sprints were closed.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    label('project', ['Project', 'Project or team of the tracker; unknown = of several, or not known.'], { when: BY_SPRINT }),
    label('sprint', ['Sprint', 'Name of the sprint or cycle at its tracker.'], { when: BY_SPRINT }),
    label('team', ['Team', 'Team of whoever the issue is assigned to, as of the end of the sprint.']),
    number('value', ['percentunit', 'Value', 'Committed issues that were done at the end of the sprint / committed issues.']),
    number('lo', ['percentunit', 'Low', 'Lower end of the 95 % interval, over sprints.', 'no interval'], { role: 'lower' }),
    number('hi', ['percentunit', 'High', 'Upper end of it.', 'no interval'], { role: 'upper' }),
    count('committed', ['Committed', 'Issues that were in the sprint when it started, and not over by then.']),
    count('delivered', ['Delivered', 'Committed issues that were done in it, and still at its end.']),
    count('carried_over', ['Carried over', 'Committed issues that were open at its end.']),
    count('removed', ['Removed', 'Committed issues that were taken out before its end.']),
    count('cancelled', ['Given up', 'Committed issues that were given up in it.']),
    count('added', ['Added', 'Issues that were put into the sprint after its start, or reopened in it.']),
    count('delivered_added', ['Delivered of added', 'Added issues that were done in it, and still at its end.']),
    count('delivered_all', ['Delivered in all', 'Issues that were done in it and still at its end, committed or added.']),
    count('sprints', ['Sprints', 'Sprints and cycles that were closed.']),
    count('n', ['Issues', 'Issues behind the numbers: committed and added.']),
    count('n_dev', ['People', 'Distinct humans that they are assigned to.']),
    count('disordered_n', ['Out of order', 'Issues of these sprints whose history goes back in time: left out.'], { counts: 'beside' }),
    statusColumn,
  ],
  examples: [
    { title: 'How much of what is committed is delivered?', params: {} },
    { title: 'Each sprint', params: { bucket: 'week', rows: 'sprint' } },
    { title: 'Over time', params: { bucket: 'month' }, format: 'timeseries' },
    { title: 'By team, for an alert', params: { groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
