import { heads, INTERVALS, NEEDS_FORGE, type TableColumn } from '../looks.ts';
import { ask, type BoardSpec, type PanelSpec } from '../parts.ts';

const REVIEWERS =
  'A reviewer is a human who neither wrote the change nor asked an agent for it; AI reviewers and bots end no wait. Other people and other work stand behind each source: no effect. Needs a forge.';
const JUDGED =
  'against that of human code (of unmarked code where too little is known to be human), with its 95 % interval over people and the verdict; the table below has the same at equal size';
const NOTHING_SAID = 'No AI reviewer is known to have commented in a diff of this range';
const LOAD_HIDDEN = 'Nothing of it can be shown: fewer than eight reviewers, or three or fewer carry 80 %';

/** A measure by who wrote the code, as what it takes against the reference. */
const against = (measure: string, text: Pick<PanelSpec, 'title' | 'description'> & { readonly value: string; readonly beside?: string[] }): PanelSpec => ({
  title: text.title,
  description: text.description,
  type: INTERVALS,
  query: ask('review-burden', { measure, groupBy: ['code_source'], format: 'table' }),
  options: { value: 'gap', lower: 'gap_lo', upper: 'gap_hi', beside: text.beside ?? ['value'], below: 'takes less', above: 'takes more' },
  overrides: heads({ Value: text.value, 'Against it': 'Difference' }),
  defaults: { decimals: 1, noValue: NEEDS_FORGE },
  width: 12,
  height: 8,
  evidence: 'changes',
}); // prettier-ignore

/** A share by who wrote the code, as it is. */
const share = (measure: string, text: Pick<PanelSpec, 'title' | 'description'> & { readonly value: string; readonly noValue?: string }): PanelSpec => ({
  title: text.title,
  description: text.description,
  type: INTERVALS,
  query: ask('review-burden', { measure, groupBy: ['code_source'], format: 'table' }),
  options: { reference: 'none' },
  overrides: heads({ Value: text.value }),
  defaults: { decimals: 1, noValue: text.noValue ?? NEEDS_FORGE },
  width: 12,
  height: 8,
  evidence: 'changes',
}); // prettier-ignore

const SIDE_BY_SIDE: readonly TableColumn[] = [
  'Code source',
  { name: 'Against it', title: 'Difference' },
  { name: 'Verdict', width: 170 },
  { name: 'Against it at equal size', title: 'Equal size' },
  { name: 'Verdict at equal size', title: 'At equal size' },
  'Changes',
];

/** What review takes, and who carries it. */
export const review: BoardSpec = {
  uid: 'throughline-review',
  title: 'Review',
  description: 'What review takes, whether it is more where AI wrote the code, who carries it, and what becomes of the comments of AI reviewers.',
  from: 'now-180d',
  rows: [
    {
      panels: [
        against('wait', {
          title: 'Does AI code wait longer for a look?',
          description: `Mean business time (open hours of the reviewer's team) from ready, or a later request, to the first review ${JUDGED}. Beside it the mean and the time that nine of ten stayed below. ${REVIEWERS}`,
          value: 'Mean',
          beside: ['value', 'p90'],
        }),
        against('effort', {
          title: 'Does AI code take more review hours?',
          description: `Estimate of hours that reviewers spend, not of the time that review takes (elapsed: stage review on The cell and Flow): what each reviewer left behind, joined where at most an hour lies between, each session from its first to its last event and 10 minutes, at most two hours; per change ${JUDGED}. ${REVIEWERS}`,
          value: 'Per change',
        }),
      ],
    },
    {
      panels: [
        {
          title: 'Does it still take more where changes are as large?',
          description: `Estimated time of review per change, as it is and at equal size: against what it would be if changes of each size took what they take in human code. A source that only brings larger changes is worse as it is and not at equal size. ${REVIEWERS}`,
          type: 'table',
          query: ask('review-burden', { measure: 'effort', groupBy: ['code_source'], format: 'table' }),
          columns: SIDE_BY_SIDE,
          defaults: { decimals: 1, noValue: NEEDS_FORGE },
          width: 24,
          height: 7,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Median wait for a first review?',
          description: `Median business time from ready to the first review of the changes merged in each month, by who wrote the code. ${REVIEWERS}`,
          type: 'timeseries',
          query: ask('review-burden', { measure: 'wait', show: 'p50', bucket: 'month', groupBy: ['code_source'], ci: false, format: 'timeseries' }),
          custom: { axisLabel: 'business time' },
          defaults: { min: 0, noValue: NEEDS_FORGE },
          width: 12,
          height: 9,
          evidence: 'changes',
        },
        against('comments', {
          title: 'Does AI code get more comments?',
          description: `Comments of reviewers for each 100 effective lines added and deleted (ratio of sums; comments of bots and of who wrote it are left out) ${JUDGED}. More may be care or trouble, fewer may be fatigue: no direction is better. ${REVIEWERS}`,
          value: 'For 100 lines',
        }),
      ],
    },
    {
      panels: [
        share('unreviewed', {
          title: 'How many are merged unreviewed?',
          description: 'Changes merged without a review by a human other than who wrote them / all changes opened at a forge. Pairs at one screen, and reviews outside the forge, look like it. Needs a forge.',
          value: 'Without review',
        }),
        share('blocked', {
          title: 'How many changes are sent back?',
          description: `Reviewed changes of which a reviewer asked for changes / reviewed changes. ${REVIEWERS}`,
          value: 'Sent back',
        }),
      ],
    },
    {
      panels: [
        {
          title: 'Is the load of reviews spread evenly?',
          description: 'Lorenz curve: the share of the estimated hours that those who review most hold. The further above the dashed line, the fewer carry it. Known are the 4, 10, 20 and 50 who review most, as far as enough are left beside them; people are counted in fives. Shown only for eight reviewers or more, of whom at least four carry 80 %; never names.',
          type: 'xychart',
          query: ask('review-burden', { mode: 'load', curve: true, format: 'timeseries' }),
          defaults: { min: 0, max: 1, noValue: LOAD_HIDDEN },
          width: 12,
          height: 10,
        },
        {
          title: 'How many reviewers carry each team?',
          description: 'Spread of the estimated hours over the reviewers of the changes of each team: Gini (0 = all the same), number of equal reviewers that would be as concentrated, share of the four who review most. Reviewers are counted down to the next five, so the number beside may be larger. Shown only for eight reviewers or more, of whom at least four carry 80 %; never names.',
          type: 'table',
          query: ask('review-burden', { mode: 'load', groupBy: ['team'], format: 'table' }),
          columns: ['Team', 'Gini', 'As if by', { name: 'Share of the largest', title: 'Top 4' }, { name: 'People', title: 'Reviewers' }, 'Status'],
          defaults: { decimals: 2, noValue: NEEDS_FORGE },
          width: 12,
          height: 8,
        },
      ],
    },
    {
      title: 'More about how changes are reviewed',
      isCollapsed: true,
      panels: [
        share('stamped', {
          title: 'Large, and approved in minutes?',
          description: `Proxy: of approved changes of 200 effective lines or more those that were approved within 5 minutes of being ready or asked for, and without a comment. ${REVIEWERS}`,
          value: 'Stamped',
          noValue: 'No approved change of 200 lines or more in this range, or no forge tells',
        }),
        share('cross_team', {
          title: 'How many does another team review?',
          description: `Reviewed changes that somebody of another team than the author's reviewed / reviewed changes whose teams are known. Few mean that a team's code is known to that team alone. ${REVIEWERS}`,
          value: 'By another team',
        }),
      ],
    },
    {
      panels: [
        {
          title: 'How much does a single one know?',
          description: 'Live lines of files of which fewer than two people who are still there wrote lines / live lines, and those known to none of them, by repository, in twentieths. Still there: merged a change in the last twelve months. Whoever only reviewed is not counted; nobody is named.',
          type: 'table',
          query: ask('knowledge', { groupBy: ['repo'], format: 'table' }, ['repo', 'service']),
          columns: ['Repository', { name: 'Value', title: 'To one or none' }, { name: 'Known to nobody', title: 'To none' }, { name: 'Lines', title: 'Live lines' }, 'People', 'Status'],
          defaults: { decimals: 0, noValue: 'Lines of code are not read yet: they need git histories' },
          width: 24,
          height: 7,
        },
      ],
    },
    {
      panels: [
        share('explained', {
          title: 'How well do changes explain themselves?',
          description: 'Proxy, 0 to 5 points of the form of the text: 80 characters beside the template, a why or an issue, how it was tested, risks or a way back, a linked issue. It says nothing of whether the words are true. Needs a forge.',
          value: 'Points',
          noValue: 'The texts of these changes were not read: only forges tell them',
        }),
        {
          title: 'Whose hours are they, by seniority?',
          description: 'Estimated hours of reviewers by their experience at the time / all of them, with the number of reviews. Needs people.csv with the start of their experience.',
          type: 'table',
          query: ask('review-burden', { mode: 'seniority', format: 'table' }),
          columns: ['Seniority', { name: 'Share of the hours', title: 'Share' }, { name: 'Time of review', title: 'Time' }, { name: 'Changes', title: 'Reviews' }, 'People', 'Status'],
          defaults: { decimals: 1, noValue: NEEDS_FORGE },
          width: 12,
          height: 6,
        },
      ],
    },
    {
      title: 'Changes of agents, and AI reviewers',
      isCollapsed: true,
      panels: [
        {
          title: 'How many are merged?',
          description: 'Changes merged / changes that ended (merged, or closed without a merge), by who opened them: a human, or an agent under an account of its own; beside it the share that was given up. Code that a tool wrote in the name of a human is of a human here. Behind a change of an agent is who asked for it. Needs a forge.',
          type: INTERVALS,
          query: ask('merge-rate', { format: 'table' }, ['team', 'repo', 'service']),
          options: { reference: 'none', beside: ['abandoned_share'] },
          overrides: heads({ Value: 'Merged' }),
          defaults: { decimals: 1, noValue: NEEDS_FORGE },
          width: 12,
          height: 8,
        },
        {
          title: 'Is more given up over time?',
          description: 'Changes closed without a merge / changes that ended in each month, by who opened them. Needs a forge.',
          type: 'timeseries',
          query: ask('merge-rate', { show: 'abandoned', bucket: 'month', ci: false, format: 'timeseries' }, ['team', 'repo', 'service']),
          defaults: { min: 0, noValue: NEEDS_FORGE },
          width: 12,
          height: 8,
        },
      ],
    },
    {
      panels: [
        share('ai_accepted', {
          title: 'Are comments of AI taken up?',
          description: 'Threads in the diff that an AI reviewer began and whose lines were changed afterwards / all that it began, by who wrote the code. The lines may have been changed for another reason. Needs a forge.',
          value: 'Lines changed',
          noValue: NOTHING_SAID,
        }),
        share('ai_ignored', {
          title: 'Are comments of AI ignored?',
          description: 'Threads in the diff that an AI reviewer began, whose lines stayed and which nobody resolved / all that it began, by who wrote the code. Needs a forge.',
          value: 'Ignored',
          noValue: NOTHING_SAID,
        }),
      ],
    },
  ],
}; // prettier-ignore
