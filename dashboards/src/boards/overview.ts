import {
  columnTransformations,
  figures,
  heads,
  INTERVALS,
  NEEDS_FORGE,
  onlyRows,
  VERDICT_OF_SHARES,
} from '../looks.ts';
import { ask, collection, type BoardSpec, type PanelSpec } from '../parts.ts';

const stands: PanelSpec = {
  title: 'Code left after 90 days?',
  description:
    'Share of effective lines unchanged after 90 days (Kaplan–Meier) with a 95 % interval over changes, by who wrote them, and the verdict against human code at this age (unmarked code where too little is known to be human; unmarked code may contain AI, which hides part of a difference). Where few people are behind a source it is hidden, and all together are shown. How far apart sources are, and other ages: Durability.',
  type: INTERVALS,
  query: ask('durability', { mode: 'survival', horizon: '90', groupBy: ['code_source'], format: 'table' }),
  options: { reference: 'none', group: 'Age' },
  overrides: heads({ Value: 'Left' }),
  width: 11,
  height: 8,
  evidence: 'changes',
};

/** A share of what stands below it. */
const NAMED = { textMode: 'value_and_name', orientation: 'horizontal', wideLayout: false };

const HAVE_MARK = 'of changes have a mark';
const WITH_MISSING = 'with missing marks, estimated';

const marked: PanelSpec = {
  title: 'Marked AI?',
  description:
    'Changes that carry a mark of AI / merged changes: what git and the forge tell by themselves, and so a lower end. Beside it the share in which AI took part, estimated from it by how many of the changes that are proven to be by AI carry a mark and how many of those proven to be of people carry none (Rogan and Gladen); without proven changes there is none. Its interval, and teams: Adoption & signal quality.',
  type: 'stat',
  query: ask('signal-quality', { mode: 'ai_share', format: 'table' }, ['team', 'repo']),
  transformations: columnTransformations([
    { name: 'AI share, marked', title: HAVE_MARK },
    { name: 'AI share, corrected', title: WITH_MISSING },
  ]),
  options: {
    reduceOptions: { calcs: ['lastNotNull'], fields: `/^(${HAVE_MARK}|${WITH_MISSING})$/`, values: false },
    ...NAMED,
  },
  overrides: [
    {
      matcher: { id: 'byName', options: WITH_MISSING },
      properties: [{ id: 'noValue', value: 'not known' }],
    },
  ],
  defaults: { noValue: 'no changes in this range' },
  width: 6,
  height: 8,
};

const unmarked: PanelSpec = {
  title: 'Unknown source?',
  description:
    'Changes whose code source is unknown / merged changes. Unmarked is unknown, not human. Above 30 % comparisons give no verdict.',
  type: 'stat',
  query: ask('signal-quality', { mode: 'unknown_share', format: 'numeric' }, ['team', 'repo', 'service']),
  options: NAMED,
  overrides: heads({ Share: 'of changes: author unknown' }),
  defaults: {
    noValue: 'no changes in this range',
    thresholds: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'text' },
        { value: 0, color: 'green' },
        { value: 0.3, color: 'orange' },
      ],
    },
  },
  width: 7,
  height: 8,
};

const faster: PanelSpec = {
  title: 'Is heavy use faster?',
  description:
    'Effect on cycle time: change since the tool landed, against people who do not use it (difference in differences, log scale). Negative is faster. All bands and workflows are judged together (Holm), as on The cell, which shows the others.',
  type: INTERVALS,
  query: ask('cycle-time-by-usage', { mode: 'effect', tool: ['$tool'], format: 'table' }),
  transformations: [onlyRows({ Workflow: 'change', 'Usage band': 'high' })],
  options: { n: 'People', below: 'faster', above: 'slower' },
  overrides: heads({ Value: 'Effect' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

const fails: PanelSpec = {
  title: 'Does AI code fail more often?',
  description: `Failed deployments / deployments, shared among the code sources of their changes, with a 95 % interval, the verdict against human code (unmarked code where too little is known to be human) and the number of deployments. Mixed deployments pull sources together. ${VERDICT_OF_SHARES} How far apart sources are: DORA by code source.`,
  type: INTERVALS,
  query: ask('dora-by-source', {
    metric: 'change_fail_rate',
    mode: 'share',
    groupBy: ['code_source'],
    format: 'table',
  }),
  options: { reference: 'none' },
  overrides: heads({ Value: 'Fails', Units: 'Deploys' }),
  width: 12,
  height: 8,
  evidence: 'deployments',
};

const leadTime: PanelSpec = {
  title: 'How long from first commit to production?',
  description:
    'Median change lead time by month of the deployment, of all code, with its 95 % interval: first production deployment with the change minus its first commit. Months of few people have no point. By code source: DORA by code source.',
  type: 'timeseries',
  query: ask('dora-by-source', {
    metric: 'lead_time',
    bucket: 'month',
    groupBy: [],
    ci: true,
    format: 'timeseries',
  }),
  overrides: heads({ value: 'Median lead time' }),
  width: 12,
  height: 8,
  defaults: { min: 0 },
  evidence: 'changes',
};

const reverted: PanelSpec = {
  title: 'Is AI code reverted more often?',
  description:
    'Reverted changes / changes merged at least 30 days ago, by the source of the reverted change, with a 95 % interval and the verdict against human code (unmarked code where too little is known to be human). What git alone tells of failing; the ratio of the shares: Durability.',
  type: INTERVALS,
  query: ask('durability', { mode: 'revert', groupBy: ['code_source'], format: 'table' }),
  options: { reference: 'none' },
  overrides: heads({ Value: 'Reverted' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

const waiting: PanelSpec = {
  title: 'Waiting for review?',
  description:
    'Working days, hours and minutes that open changes have waited for a review so far: half have waited less than the median, nine of ten less than the p90; and how many wait. Needs a forge connector.',
  type: 'stat',
  query: ask('review-queue', { format: 'table' }, ['team', 'repo', 'service']),
  transformations: columnTransformations([
    { name: 'Age p50', title: 'Median' },
    { name: 'Age p90', title: 'p90' },
    'Waiting',
  ]),
  options: figures('(Median|p90|Waiting)'),
  width: 7,
  height: 8,
};

const stages: PanelSpec = {
  title: 'Where does the time go?',
  description:
    'Mean time of merged changes in each stage: coding until it is opened, draft until it is ready, until a human looks (AI reviewers and bots do not count), review until the merge. Means add up to the whole. Changes merged without a review are left out. Needs a forge.',
  type: 'bargauge',
  query: ask('flow', { ci: false, format: 'numeric' }),
  defaults: { min: 0, decimals: 1, noValue: 'no reviews: they need a forge' },
  width: 9,
  height: 8,
  evidence: 'changes',
};

const pickup: PanelSpec = {
  title: 'Mean wait for a look?',
  description:
    'Mean time from ready for review to the first review by a human, by month of the merge and code source. Reviews by AI reviewers and bots end no wait. Nights and weekends count. Needs a forge.',
  type: 'timeseries',
  query: ask('flow', {
    stage: 'pickup',
    bucket: 'month',
    groupBy: ['code_source'],
    ci: false,
    format: 'timeseries',
  }),
  custom: { axisLabel: 'nights and weekends count' },
  defaults: { min: 0, noValue: NEEDS_FORGE },
  width: 8,
  height: 8,
};

/** Three answers on one screen; what git alone tells comes first. */
export const overview: BoardSpec = {
  uid: 'throughline-delivery-and-ai',
  title: 'Delivery & AI: overview',
  description:
    'What did AI coding tools do to our delivery? Durability of code, cycle time by usage, change failure by code source.',
  from: 'now-1y',
  rows: [
    { panels: [collection] },
    {
      title: 'Of the range chosen above; alert rules look at a range of their own, which their summary names',
      panels: [stands, marked, unmarked],
    },
    { panels: [faster, fails] },
    { panels: [leadTime, reverted] },
    { title: 'Reviews (they need a forge)', panels: [waiting, stages, pickup] },
  ],
};
