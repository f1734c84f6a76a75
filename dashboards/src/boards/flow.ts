import {
  chartColumns,
  columnTransformations,
  figures,
  heads,
  interval,
  INTERVALS,
  NEEDS_FORGE,
  onlyRows,
  SENTENCE,
} from '../looks.ts';
import { KNOWN_DEPLOYMENTS } from '../known-deployments.ts';
import { healthRows } from './flow-health.ts';
import { ask, collection, type BoardSpec, type PanelSpec } from '../parts.ts';

const STAGES =
  'Requirements: an issue is ready to ready for review; where none dates the requirement, Coding: from the first commit. Review: to the last approval. Tests: to all required checks passed. Production: to the first deployment.';
const BOTH = 'Changes that reached production in the range, beside those of as many days right before it.';
const NEEDS_BOTH = 'Finished work needs a forge and deployments: npm start -- --github ORG';

const said: PanelSpec = {
  title: 'What holds work up, and where did the time move?',
  description: `The stage with the largest mean is the bottleneck, with those that are not clearly shorter. Clearly faster and slower: proven, as the panel below has it; the largest change is named too, proven or not. Absorbed: of the time that stages got faster, what others got slower; said only where one is proven to be faster. ${BOTH}`,
  type: 'stat',
  query: ask('flow-shift', { stage: 'all', ci: false, format: 'table' }),
  transformations: columnTransformations(['In words']),
  options: SENTENCE,
  width: 24,
  height: 4,
};

const bars: PanelSpec = {
  title: 'How long is each stage, before and now?',
  description: `Mean time of a change in each stage; the four add up to the time from requirement to production. ${STAGES} ${BOTH}`,
  type: 'barchart',
  query: ask('flow-shift', { stage: 'parts', ci: false, format: 'table' }),
  options: { xField: 'Stage', orientation: 'vertical', stacking: 'none', showValue: 'always' },
  defaults: { decimals: 1, min: 0, noValue: NEEDS_BOTH },
  overrides: heads({ Value: 'Now' }),
  transformations: [
    { id: 'filterFieldsByName', options: { include: { names: ['Stage', 'Before', 'Value'] } } },
    { id: 'organize', options: { indexByName: { Stage: 0, Before: 1, Value: 2 } } },
  ],
  width: 12,
  height: 10,
  evidence: 'changes',
};

const deltas: PanelSpec = {
  title: 'Which stage got slower?',
  description: `Change of the mean of each stage against the range before, with its interval over people and its verdict; all rows are judged together. ${STAGES} At equal mix (table): what the change would be if the classes of changes were as before.`,
  type: INTERVALS,
  query: ask('flow-shift', { format: 'table' }),
  options: {
    value: 'delta_pct',
    lower: 'pct_lo',
    upper: 'pct_hi',
    beside: ['delta'],
    reference: 'none',
    below: 'faster',
    above: 'slower',
  },
  overrides: heads({ 'Change, relative': 'Relative', Change: 'Changed by' }),
  width: 12,
  height: 10,
  evidence: 'changes',
};

const PHASES =
  'The phases of throughline.yaml beside the first of them, the baseline. Each counts whole, also where it began before the range above, up to its end; of questions about people its whole weeks count, so that no two answers differ by a few days.';

const phases: PanelSpec = {
  title: 'The phases, stage by stage: what got faster?',
  id: 101,
  description: `Mean time of a change in each stage, by phase: the four add up to the time from requirement to production. ${PHASES} ${STAGES}`,
  type: 'barchart',
  query: ask('flow-shift', { compare: 'phases', stage: 'all', ci: false, format: 'table' }),
  // Names of thin stages would lie over one another: the numbers stand in the words below, and at the pointer.
  options: { xField: 'Phase', orientation: 'vertical', showValue: 'never' },
  defaults: {
    decimals: 1,
    min: 0,
    noValue:
      'No phases with changes: name them in throughline.yaml, the first is the baseline: phases: [{ id: baseline, title: Baseline, from: 2026-01-05 }, { id: rollout, title: Rollout, from: 2026-03-02 }]',
  },
  transformations: chartColumns([
    'Phase',
    { name: 'Requirements', title: 'Requirements or coding' },
    'Review',
    'Tests',
    'Production',
  ]),
  width: 24,
  height: 10,
};

const phaseWords: PanelSpec = {
  title: 'What held work up in each phase, and where did the time move?',
  id: 102,
  description: `The bottleneck of each phase, what it was in the first one, which stages clearly got faster and slower against it, how much of the gain they absorbed, and what came of it in all. ${PHASES} Not finished: what takes longer than the phase has lasted is not in it yet.`,
  type: 'table',
  query: ask('flow-shift', { compare: 'phases', stage: 'all', ci: false, format: 'table' }),
  columns: [
    { name: 'Phase', width: 170 },
    { name: 'From', width: 112 },
    { name: 'To', width: 112 },
    'In words',
    { name: 'Changes', width: 80 },
    { name: 'The phase is', width: 110 },
  ],
  width: 24,
  height: 15,
  evidence: 'changes',
};

const teams: PanelSpec = {
  title: 'Is it the same in every team?',
  description: `Time to production by team, now and against the range before. Teams hold different people and work: no ranking. ${BOTH}`,
  type: 'table',
  query: ask('flow-shift', { stage: 'all', groupBy: ['team'], ci: false, format: 'table' }),
  columns: [
    'Team',
    { name: 'Value', title: 'Now' },
    { name: 'Change, relative', title: 'Change' },
    'Verdict',
    'Changes',
    'Status',
  ],
  defaults: { decimals: 1, noValue: NEEDS_BOTH },
  width: 24,
  height: 8,
  evidence: 'changes',
};

const teamStages: PanelSpec = {
  title: 'Which stage is it, in each team?',
  description: `The longest stage of each team, how long it takes, and which others are not clearly shorter; the stage whose time changed most, by how much, and whether that is proven. A change of the whole organisation that stands here in one team alone comes from it. ${BOTH}`,
  type: 'table',
  query: ask('flow-shift', { stage: 'all', groupBy: ['team'], ci: false, format: 'table' }),
  columns: [
    { name: 'Team', width: 110 },
    { name: 'Bottleneck', width: 110 },
    { name: 'Bottleneck takes', title: 'It takes', width: 100 },
    'Close to',
    { name: 'Changed most', width: 120 },
    { name: 'By', width: 100 },
    { name: 'Is it proven', width: 140 },
    { name: 'Changes', width: 90 },
  ],
  defaults: { decimals: 1, noValue: NEEDS_BOTH },
  width: 24,
  height: 8,
  evidence: 'changes',
};

const grounds: PanelSpec = {
  title: 'What does this rest on?',
  description:
    'Every stage known: of the changes that reached production; those of services without a known deployment never do, the table below names them. Start from an issue: of the others the first commit stands for the requirement. Not approved, tests not known: their stage ends with the merge.',
  type: 'stat',
  query: ask('flow-shift', { stage: 'all', ci: false, format: 'table' }),
  transformations: columnTransformations([
    'Changes',
    'Changes before',
    { name: 'Coverage', title: 'Every stage known' },
    'Start from an issue',
    'Not approved',
    'Tests not known',
  ]),
  options: figures('(?!Status).*'),
  defaults: { decimals: 0 },
  width: 24,
  height: 4,
};

const review: PanelSpec = {
  title: 'Is it the wait for a first look, or the review?',
  description:
    'Mean time of merged changes by stage on the way to the merge: coding, draft, until a human looks (AI reviewers and bots do not count), review; with intervals over people and the verdict against human code (unmarked code where too little is known to be human). Changes merged without a review are left out.',
  type: 'table',
  query: ask('flow', { groupBy: ['code_source'], format: 'table' }),
  transformations: [onlyRows({ Stage: 'pickup' })],
  columns: [
    'Code source',
    ...interval('Until a look'),
    { name: 'Against it', title: 'Difference' },
    'Verdict',
    'Changes',
  ],
  defaults: { decimals: 1, noValue: NEEDS_FORGE },
  width: 24,
  height: 7,
  evidence: 'changes',
};

/** Where the time of finished work goes, and where it moved. */
export const flow: BoardSpec = {
  uid: 'throughline-flow',
  title: 'Flow & delivery health',
  description: 'Coding got faster; did anything reach production faster, and which stage absorbed it?',
  from: 'now-90d',
  withoutEvents: ['Incidents', 'Failed deployments', 'Phases'],
  rows: [
    { panels: [collection] },
    { panels: [said] },
    { panels: [bars, deltas] },
    { panels: [phases] },
    { panels: [phaseWords] },
    { panels: [teams] },
    { panels: [teamStages] },
    { panels: [grounds] },
    { panels: [KNOWN_DEPLOYMENTS] },
    { panels: [review] },
    ...healthRows,
  ],
};
