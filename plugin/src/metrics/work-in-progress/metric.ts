import { bucketParam, defineMetric, filterParam, statusColumn, type Column, type Dimension } from '../define.ts';
import { counts, label, numbers, text } from '../parts/columns.ts';

/** In the order in which the query joins them into a group. */
export const GROUPS = ['team', 'repo', 'service'] as const satisfies readonly Dimension[];

const number = numbers('hidden, or fewer than ten changes left');
const count = counts('hidden');

/** What tells of what came, and of what left: other people may stand behind each. */
const OF_BOTH = ['ratio', 'growth', 'balance', 'says', 'value'] as const;
const OF_ARRIVED = ['arrival', 'n_arrived', ...OF_BOTH] as const;
/** As of the end of the whole range alone: of two buckets beside each other the ends would tell what came and what left between them. */
const AT_END = ['n_open', 'at_end'] as const;
const WHOLE = { bucket: ['none'] } as const;
const OF_DEPARTED = ['departure', 'n', 'mean_days', 'wip_expected', ...OF_BOTH] as const;

const SHOWN = [
  ['wip', 'Under way', 'short', 'Changes that are under way, averaged over the time.'],
  ['ratio', 'Come / leave', 'short', 'Changes that come / changes that leave: above 1 the queue grows.'],
  ['arrival', 'Come a day', 'short', 'Changes that come into the stage a day.'],
  ['departure', 'Leave a day', 'short', 'Changes that leave it a day.'],
  ['mean_days', 'Days in the stage', 'd', 'Mean days of the changes that left.'],
] as const;

/** Arrival, stock and time of a stage, and whether they agree. */
export const metric = defineMetric({
  id: 'work-in-progress',
  title: 'Work in progress',
  summary: 'Does work come faster than it leaves, how much is under way, and do rate, stock and time agree?',
  seedName: 'work_in_progress',
  needs: ['changes', 'reviews'],
  gains: ['deployments', 'teams'],
  units: [
    { of: 'in_review', when: { stage: ['review'] } },
    { of: 'in_delivery', when: { stage: ['production'] } },
  ],
  people: [
    { count: 'n_dev' },
    { count: 'n_dev_arrived', share: 'one_person_share_arrived', hides: OF_ARRIVED },
    { count: 'n_dev_departed', share: 'one_person_share_departed', hides: OF_DEPARTED },
    { count: 'n_dev_open', share: 'one_person_share_open', hides: AT_END, when: WHOLE },
  ],
  main: ['stage', 'show', 'bucket', 'groupBy', 'team'],
  reads: ['value', 'balance', 'status', 'arrival', 'departure', 'wip', 'mean_days', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    stage: {
      kind: 'choice',
      chooses: 'question',
      label: 'Stage',
      help: 'Where changes are under way.',
      default: 'review',
      choices: [
        { value: 'review', label: 'Review', help: 'Ready for review until merged or closed.' },
        { value: 'production', label: 'Production', help: 'Merged until deployed, since the first deployment of the service.' },
      ],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value, for panels and alert rules.',
      default: 'wip',
      choices: SHOWN.map(([value, title]) => ({ value, label: title })),
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Team as of the merge; of what is not merged as of when it was ready.', allowed: [...GROUPS], default: [] },
    team: filterParam('team', 'Team'),
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
  },
  columns: [
    { name: 'time', role: 'time', type: 'time', label: 'Time', help: 'Start of the bucket.', nullMeaning: 'never null', when: { bucket: ['day', 'week', 'month', 'quarter'] } },
    label('team', ['Team', 'Team of the author.']),
    label('repo', ['Repository', 'Repository of the change.']),
    label('service', ['Service', 'Service of the change.']),
    ...SHOWN.map(([shown, , unit, help]): Column => number('value', [unit, 'Value', help], { when: { show: [shown] } })),
    number('arrival', ['short', 'Come a day', 'Changes that came into the stage, a day.']),
    number('departure', ['short', 'Leave a day', 'Changes that left it, a day.']),
    number('ratio', ['short', 'Come / leave', 'Above 1 the queue grows.']),
    number('growth', ['short', 'Growth a day', 'Changes that came less those that left, a day.']),
    number('wip', ['short', 'Under way', 'Changes in the stage, averaged over the time.']),
    number('wip_expected', ['short', 'By Little’s law', 'What leaves a day × mean days of what left: what would be under way if the queue were stable.']),
    number('mean_days', ['d', 'Days in the stage', 'Mean calendar days in the stage, of the changes that left it.']),
    text('balance', ['Balance', 'stable (what comes and what leaves differ by less than a tenth of what comes), growing or shrinking.', 'hidden, or fewer than ten changes left']),
    text('says', ['In words', 'What rate, stock and time say together.', 'hidden, or fewer than ten changes left']),
    text('at_end', ['At the end', 'What is under way at the end of the range.', 'hidden'], { when: WHOLE }),
    count('n', ['Left', 'Changes that left the stage.']),
    count('n_arrived', ['Came', 'Changes that came into it.']),
    count('n_open', ['Open at the end', 'Changes in the stage at the end of the range.'], { when: WHOLE }),
    count('n_dev', ['People', 'Distinct humans behind all that was in the stage.']),
    statusColumn,
  ],
  examples: [
    { title: 'Is review keeping up?', params: {} },
    { title: 'Under way by week', params: { bucket: 'week' }, format: 'timeseries' },
    { title: 'Teams whose queue grows, for an alert', params: { show: 'ratio', groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
