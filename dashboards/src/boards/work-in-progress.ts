import { columnTransformations, figures, heads, SENTENCE, SENTENCES } from '../looks.ts';
import { coordinationRows } from './coordination.ts';
import { ask, collection, type BoardSpec, type PanelSpec } from '../parts.ts';

const PLACE = ['team', 'repo', 'service'] as const;

const NEEDS_ISSUES = 'No issue with a change in production: a tracker tells of issues (docs/configuration.md)';

const queue: PanelSpec = {
  title: 'Does review keep up with what comes?',
  description:
    'Changes that became ready for review a day beside those that were merged or closed, how many are in review on average and at the end of the range, and what that would be by Little’s law (what leaves a day × mean days). A queue that grows holds more than the law says: what is in it takes longer than what left.',
  type: 'stat',
  query: ask('work-in-progress', { format: 'table' }, PLACE),
  transformations: columnTransformations(['In words', 'At the end']),
  options: SENTENCES,
  defaults: { noValue: 'hidden' },
  width: 12,
  height: 8,
};

const underWay: PanelSpec = {
  title: 'How much is in review?',
  description: 'Changes that are ready for review and neither merged nor closed, averaged over each week.',
  type: 'timeseries',
  query: ask('work-in-progress', { bucket: 'week', format: 'timeseries' }, PLACE),
  defaults: { min: 0 },
  overrides: heads({ value: 'In review' }),
  width: 12,
  height: 8,
};

const teams: PanelSpec = {
  title: 'Whose queue grows?',
  description:
    'Changes that come into review and leave it a day, by team; growing = a tenth more come than leave. No ranking: teams differ in their work.',
  type: 'table',
  query: ask('work-in-progress', { groupBy: ['team'], format: 'table' }, PLACE),
  columns: [
    'Team',
    { name: 'Value', title: 'In review' },
    { name: 'Open at the end', title: 'At the end' },
    'Come a day',
    'Leave a day',
    'Balance',
    'Status',
  ],
  defaults: { decimals: 1 },
  width: 24,
  height: 8,
};

const worked: PanelSpec = {
  title: 'How much of each stage is work, and how much is wait?',
  description:
    'Flow efficiency: time worked on / time in the stage, of changes of which it is known. Review: what reviewers did, estimated from their sessions. Tests: while a required check ran. Production: while the deployment ran. The rest is wait. Requirements and coding are not in it: nothing tells when somebody wrote code.',
  type: 'table',
  query: ask('flow-shift', { stage: 'parts', ci: false, format: 'table' }),
  columns: ['Stage', 'Value', { name: 'Flow efficiency', title: 'Worked on' }, 'Measured', 'Changes', 'Status'],
  defaults: { decimals: 1 },
  width: 24,
  height: 7,
  evidence: 'changes',
};

const issueSaid: PanelSpec = {
  title: 'From the issue on: what holds work up, and where did the time move?',
  description:
    'Issues whose changes are all in production, from when they were ready (else started, else the first commit; when they were opened says nothing), beside those of as many days right before the range. Tests and review end with their last change.',
  type: 'stat',
  query: ask('flow-shift', { unit: 'issue', stage: 'all', ci: false, format: 'table' }),
  transformations: columnTransformations(['In words']),
  options: SENTENCE,
  defaults: { noValue: 'no issues' },
  width: 24,
  height: 4,
  evidence: 'issues',
};

const issues: PanelSpec = {
  title: 'How long is each stage of an issue?',
  description: 'Mean time of issues in each stage, before and now, with the verdict; the four add up to the whole.',
  type: 'table',
  query: ask('flow-shift', { unit: 'issue', format: 'table' }),
  columns: ['Stage', { name: 'Value', title: 'Now' }, 'Before', { name: 'Change, relative', title: 'Change' }, 'Verdict', { name: 'Changes', title: 'Issues' }, 'Status'], // prettier-ignore
  defaults: { decimals: 1, noValue: NEEDS_ISSUES },
  width: 24,
  height: 8,
  evidence: 'issues',
};

const mapped: PanelSpec = {
  title: 'What does this rest on in the tracker?',
  description:
    'Workflow mapped: issues whose states all map to a stage. Start from an issue: issues that say when they were ready or started. Time goes back: left out. States that map to nothing are named in the column Unmapped states and in Evidence; throughline.yaml says what they are.',
  type: 'stat',
  query: ask('flow-shift', { unit: 'issue', stage: 'all', ci: false, format: 'table' }),
  transformations: columnTransformations([
    { name: 'Changes', title: 'Issues' },
    'Coverage',
    'Start from an issue',
    'Workflow mapped',
    'Time goes back',
  ]),
  options: figures('(?!Status).*'),
  defaults: { decimals: 0, noValue: 'no issues' },
  width: 24,
  height: 4,
};

const features: PanelSpec = {
  title: 'How many features are done a month?',
  description:
    'Issues of type feature that were done, by month; epics and sub-tasks are not counted. Issues of which nothing says what they are may be features too: how many there are, and by quarter, says the metric features.',
  type: 'timeseries',
  query: ask('features', { bucket: 'month', format: 'timeseries' }, ['team']),
  custom: { drawStyle: 'bars', barAlignment: 1, fillOpacity: 60 },
  defaults: { min: 0, noValue: 'Issues need a tracker: docs/configuration.md' },
  width: 24,
  height: 7,
};

/** What is under way and whether it grows. */
export const workInProgress: BoardSpec = {
  uid: 'throughline-work-in-progress',
  title: 'Work in progress & issues',
  description: 'Does work come faster than it leaves, and how long is the way from an issue to production?',
  from: 'now-90d',
  rows: [
    { panels: [collection] },
    { panels: [queue, underWay] },
    { panels: [teams] },
    { panels: [worked] },
    { panels: [issueSaid] },
    { panels: [issues] },
    { panels: [mapped] },
    { panels: [features] },
    ...coordinationRows,
  ],
};
