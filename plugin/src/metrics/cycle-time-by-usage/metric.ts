import { bucketParam, defineMetric, filterParam } from '../define.ts';
import { columns } from './columns.ts';
import { GROUPS } from './groups.ts';

/** Units count in every workflow they complete and for every tool of it: these never add up. */
const SCOPE = ['workflow', 'tool'];
const KEPT = ['design', 'grade', 'landing_basis'];

export const metric = defineMetric({
  id: 'cycle-time-by-usage',
  title: 'Cycle time by AI usage',
  summary:
    'For the people who use a tool in a workflow: did the workflow get faster, by how much, for which work, and who carried it?',
  about: 'usage',
  seedName: 'cycle_by_usage',
  units: [{ of: 'completed', chooses: ['workflow', 'tool', 'usage_bucket'] }],
  people: [
    // Of fewer than eight people the few that carry it would be somebody; their shares are what is asked, so none dominates.
    { count: 'n_dev', when: { mode: ['concentration'] }, least: 8, share: null, apart: SCOPE, keeps: KEPT },
    // The people of an effect have units in both periods, and no question shows their sum over the bands.
    { count: 'n_dev', when: { mode: ['effect'] }, apart: [...SCOPE, 'bucket'], keeps: KEPT },
    {
      count: 'n_dev',
      when: { mode: ['describe', 'mix', 'join_quality'] },
      apart: SCOPE,
      total: { group: 'all' },
      once: ['bucket'],
      keeps: KEPT,
    },
  ],
  evidence: [{ mode: 'changes' }],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    mode: {
      kind: 'choice',
      label: 'Question',
      help: 'What is asked of the units that were completed in the range.',
      default: 'describe',
      choices: [
        {
          value: 'describe',
          label: 'Cycle time',
          help: 'Cycle time of each usage band. Bands differ in people: no effect.',
        },
        { value: 'effect', label: 'Effect', help: 'Change since the tool landed, against people who do not use it.' },
        { value: 'mix', label: 'Class mix', help: 'How much of the change is faster work, how much other work.' },
        { value: 'concentration', label: 'Concentration', help: 'How many people carry the speed-up.' },
        { value: 'join_quality', label: 'Join quality', help: 'For how many units the usage of the person is known.' },
      ],
    },
    bucket: { ...bucketParam('none'), when: { mode: ['describe', 'join_quality'] } },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions of the units as of their end. Workflow, tool and usage band are always apart: bands compare within one tool only.',
      allowed: GROUPS,
      default: [],
    },
    centre: {
      kind: 'choice',
      label: 'Value',
      help: 'What value shows. Intervals exist for the mean.',
      default: 'mean',
      choices: [
        { value: 'mean', label: 'Mean' },
        { value: 'p50', label: 'Median' },
        { value: 'p75', label: '75th percentile' },
        {
          value: 'dev_share',
          label: 'Share of people',
          help: 'Share of the people with known usage who are in the band.',
        },
      ],
      when: { mode: ['describe'] },
    },
    bands: {
      kind: 'choice',
      label: 'Usage bands',
      help: 'fixed = limits of the tool in the workflow; tercile = thirds of the people who use it at all, as of the end of the range.',
      default: 'fixed',
      choices: [
        { value: 'fixed', label: 'Fixed limits' },
        { value: 'tercile', label: 'Terciles' },
      ],
    },
    split_zero: {
      kind: 'boolean',
      label: 'Split zero',
      help: 'Tell people with a seat and no use (shelfware) from people without a seat (natural control, then the reference).',
      default: false,
    },
    window: {
      kind: 'choice',
      label: 'Usage window',
      help: 'Uses that decide the band of a week. prior_30d ends where the week begins: busy weeks cannot cause the usage then.',
      default: 'configured',
      choices: [
        { value: 'configured', label: 'As configured' },
        { value: 'trailing_30d', label: '30 days to the end of the week' },
        { value: 'same_week', label: 'The week' },
        { value: 'prior_30d', label: '30 days before the week' },
      ],
    },
    measure: {
      kind: 'choice',
      label: 'A use is',
      help: 'What is counted in the window.',
      default: 'configured',
      choices: [
        { value: 'configured', label: 'As configured' },
        { value: 'invocations', label: 'Invocation' },
        { value: 'active_days', label: 'Active day' },
        { value: 'accepted_lines', label: 'Accepted line' },
      ],
    },
    clock: {
      kind: 'choice',
      label: 'Clock',
      help: 'Calendar time or business hours of the team.',
      default: 'configured',
      choices: [
        { value: 'configured', label: 'As configured' },
        { value: 'calendar', label: 'Calendar' },
        { value: 'business', label: 'Business hours' },
      ],
    },
    mix_by: {
      kind: 'choice',
      label: 'Mix of',
      help: 'Groups whose mix is looked at. Developers are never listed.',
      default: 'pr_class',
      choices: [
        { value: 'pr_class', label: 'Classes' },
        { value: 'developer', label: 'Developers' },
      ],
      when: { mode: ['mix'] },
    },
    top_k: {
      kind: 'number',
      label: 'Largest gainers',
      help: 'How many of the largest gainers are left out of delta_without_top_k and counted in top_share.',
      default: 4,
      min: 3,
      max: 50,
      integer: true,
      steps: [4, 10, 20, 50],
      when: { mode: ['concentration'] },
    },
    ci: {
      kind: 'boolean',
      label: 'Intervals',
      help: '95 % intervals, resampled over people: the units of one person are alike. In a chart of time buckets linearised.',
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
    workflow: filterParam('workflow', 'Workflow'),
    tool: filterParam('tool', 'Tool'),
    usage_bucket: filterParam('usage_bucket', 'Usage band'),
    team: filterParam('team', 'Team'),
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
    pr_class: filterParam('pr_class', 'Class'),
    code_source: filterParam('code_source', 'Code source'),
    seniority: filterParam('seniority', 'Seniority'),
    zone: filterParam('zone', 'Zone'),
    size: filterParam('size', 'Size'),
    basis: filterParam('basis', 'Basis'),
  },
  columns,
  usual: ['mode', 'groupBy', 'clock', ...GROUPS],
  examples: [
    { title: 'Cycle time by usage band', params: {} },
    { title: 'Weekly, as a chart', params: { bucket: 'week' }, format: 'timeseries' },
    { title: 'Did the users get faster since it landed?', params: { mode: 'effect' } },
    {
      title: 'Alert when heavy users got slower',
      params: { mode: 'effect', show: 'lo', usage_bucket: ['high'] },
      format: 'numeric',
    },
    { title: 'Faster work, or other work?', params: { mode: 'mix' } },
    { title: 'Carried by how many?', params: { mode: 'concentration' } },
    { title: 'Shelfware', params: { centre: 'dev_share', split_zero: true, bucket: 'week' }, format: 'timeseries' },
    { title: 'How far can the join be believed?', params: { mode: 'join_quality' } },
  ],
});
