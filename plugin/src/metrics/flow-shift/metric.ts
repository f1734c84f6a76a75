import { defineMetric, type Against } from '../define.ts';
import { CHANGE_FILTERS, CHANGE_GROUPS } from '../parts/filters.ts';
import { columns, OF_COMPARISON, OF_PHASE, OF_WORK } from './columns.ts';
import { STAGES } from './stages.ts';

/** Values of `show` that tell of what is compared with. */
const COMPARED = ['before', 'delta', 'delta_pct', 'absorbed'];

/** Whom phases are compared with. */
const FIRST_PHASE: Against = {
  label: 'phase',
  by: 'baseline',
  count: 'n_dev_before',
  share: 'one_person_share_before',
  hides: OF_COMPARISON,
};

/** Which stage takes the time of finished work, and where it moved. */
export const metric = defineMetric({
  id: 'flow-shift',
  title: 'Where the time moved',
  summary: 'Coding got faster: did anything reach production faster, which stage is the bottleneck, and where did the time move?',
  seedName: 'flow',
  needs: ['changes', 'deployments', 'reviews'],
  leavesOut: ['changes', 'deployments'],
  isSilentInFreeze: true,
  gains: ['code_source', 'teams'],
  questions: [
    {
      id: 'moved',
      title: 'Which stage holds work up, and where did the time move?',
      needs: ['changes', 'starts', 'reviews', 'deployments'],
      gains: ['teams'],
      board: 'throughline-flow',
    },
  ],
  sqlBy: 'unit',
  units: [
    { of: 'finished', shows: 'before', when: { unit: ['change'], compare: ['before'] } },
    { of: 'finished', shows: 'phases', when: { unit: ['change'], compare: ['phases'] } },
    { of: 'finished_issue', shows: 'before', when: { unit: ['issue'], compare: ['before'] } },
    { of: 'finished_issue', shows: 'phases', when: { unit: ['issue'], compare: ['phases'] } },
  ],
  people: [
    { count: 'n_dev', again: ['stage'], when: { compare: ['before'] } },
    { count: 'n_dev_before', share: 'one_person_share_before', again: ['stage'], when: { compare: ['before'] }, hides: OF_COMPARISON },
    { count: 'n_dev_before', share: 'one_person_share_before', again: ['stage'], when: { compare: ['before'], show: COMPARED }, hides: ['value'] },
    { count: 'n_dev', again: ['stage'], keeps: OF_PHASE, when: { compare: ['phases'], show: ['value'] }, against: FIRST_PHASE },
    { count: 'n_dev', again: ['stage'], keeps: OF_PHASE, when: { compare: ['phases'], show: COMPARED }, against: { ...FIRST_PHASE, hides: ['value', ...OF_COMPARISON] } },
    { count: 'n_dev_worked', share: 'one_person_share_worked', again: ['stage'], hides: OF_WORK },
  ],
  evidence: [{ mode: 'issues', when: { unit: ['issue'] } }, { mode: 'changes' }],
  main: ['compare', 'unit', 'stage', 'groupBy', 'show'],
  reads: ['value', 'verdict', 'delta_pct', 'moved_to', 'flow_efficiency', 'status', 'n'],
  formats: ['table', 'numeric'],
  params: {
    unit: {
      kind: 'choice',
      chooses: 'question',
      label: 'Unit',
      help: 'What is followed to production. An issue is there when all of its changes are.',
      default: 'change',
      choices: [
        { value: 'change', label: 'Changes' },
        { value: 'issue', label: 'Issues', help: 'Issues of a tracker, with the changes that are linked to them or to their sub-tasks.' },
      ],
    },
    compare: {
      kind: 'choice',
      chooses: 'question',
      label: 'Compare',
      help: 'What stands beside what.',
      default: 'before',
      choices: [
        { value: 'before', label: 'With the range before', help: 'The range beside as many days right before it.' },
        {
          value: 'phases',
          label: 'By phase',
          help: 'Each phase of throughline.yaml beside the first of them, whole, also where it began before the range: the range says only until when.',
        },
      ],
    },
    stage: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Stage',
      help: 'Which stage is shown; the four of them add up to all.',
      default: 'each',
      choices: [{ value: 'each', label: 'Each, and all' }, { value: 'parts', label: 'Each' }, ...STAGES],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value, for panels and alert rules.',
      default: 'value',
      choices: [
        { value: 'value', label: 'Mean' },
        { value: 'before', label: 'Mean before' },
        { value: 'delta', label: 'Change' },
        { value: 'delta_pct', label: 'Change, relative' },
        { value: 'absorbed', label: 'Absorbed share' },
      ],
    },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Dimensions as of the merge; of an issue those of its largest change.',
      allowed: [...CHANGE_GROUPS],
      default: [],
    },
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Intervals', help: '95 % intervals of means.', default: true },
    ...CHANGE_FILTERS,
  },
  columns,
  examples: [
    { title: 'Where did the time move?', params: {} },
    { title: 'The same by team', params: { groupBy: ['team'], stage: 'all' } },
    { title: 'Each phase beside the first one', params: { compare: 'phases', stage: 'all' } },
    { title: 'By issue, from ready to production', params: { unit: 'issue' } },
    { title: 'How much of the gain was absorbed, for an alert', params: { stage: 'review', show: 'absorbed', groupBy: ['team'] }, format: 'numeric' },
  ],
}); // prettier-ignore
