import { columnTransformations, heads, INTERVALS, NEEDS_FORGE, onlyRows } from '../looks.ts';
import { ask, collection, type BoardSpec } from '../parts.ts';

/** Three answers on one screen. */
export const overview: BoardSpec = {
  uid: 'throughline-delivery-and-ai',
  title: 'Delivery & AI: overview',
  description:
    'What did AI coding tools do to our delivery? Cycle time by usage, durability of code, change failure by code source.',
  from: 'now-1y',
  rows: [
    { panels: [collection] },
    {
      panels: [
        {
          title: 'Heavy use: faster?',
          description:
            'Effect on cycle time: change since the tool landed, against people who do not use it (difference in differences, log scale). Negative is faster. All bands and workflows are judged together (Holm), as on The cell, which shows the others.',
          type: INTERVALS,
          query: ask('cycle-time-by-usage', {
            mode: 'effect',
            tool: ['$tool'],
            format: 'table',
          }),
          transformations: [onlyRows({ Workflow: 'change', 'Usage band': 'high' })],
          options: { n: 'People', below: 'faster', above: 'slower' },
          overrides: heads({ Value: 'Effect' }),
          width: 8,
          height: 8,
          evidence: 'changes',
        },
        {
          title: 'Left at 90 days?',
          description:
            'Share of effective lines unchanged after 90 days (Kaplan–Meier), by who wrote them, with the verdict against human code at this age and the number of changes. Details and intervals: Durability.',
          type: 'bargauge',
          query: ask('durability', {
            mode: 'survival',
            horizon: '90',
            groupBy: ['code_source'],
            format: 'numeric',
          }),
          width: 8,
          height: 8,
          defaults: { min: 0, max: 1, decimals: 1 },
          evidence: 'changes',
        },
        {
          title: 'Do changes fail?',
          description:
            'Failed deployments / deployments, shared among the code sources of their changes, with the verdict against human code (unmarked code where too little is known to be human) and the number of deployments. Mixed deployments pull sources together: without unmixed ones that say the same there is no verdict. Intervals and reasons: DORA by code source.',
          type: 'bargauge',
          query: ask('dora-by-source', {
            metric: 'change_fail_rate',
            mode: 'share',
            groupBy: ['code_source'],
            ci: false,
            format: 'numeric',
          }),
          width: 8,
          height: 8,
          defaults: { min: 0, decimals: 1 },
          evidence: 'deployments',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Does AI code last less long?',
          description:
            'Survival after 90 days minus that of human code, or of unmarked code where too little is known to be human (column Compared with; unmarked code may contain AI, which hides part of a difference), with a 95 % interval over changes. An interval that holds 0 is no clear change. Three ages are judged together (Holm), as on Durability, which shows the others.',
          type: INTERVALS,
          query: ask('durability', { mode: 'gap', groupBy: ['code_source'], format: 'table' }),
          transformations: [onlyRows({ Age: '90' })],
          options: { below: 'less durable', above: 'more durable' },
          overrides: heads({ Value: 'Gap' }),
          width: 10,
          height: 6,
          evidence: 'changes',
        },
        {
          title: 'Unknown?',
          description:
            'Changes whose code source is unknown / merged changes. Unmarked is unknown, not human. Above 30 % comparisons give no verdict.',
          type: 'stat',
          query: ask('signal-quality', { mode: 'unknown_share', format: 'numeric' }, ['team', 'repo', 'service']),
          width: 7,
          height: 6,
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
          evidence: 'changes',
        },
        {
          title: 'Waiting for review?',
          description:
            'Working days that open changes have waited so far: half have waited less than the median, nine of ten less than the p90; and how many wait. Needs a forge connector.',
          type: 'stat',
          query: ask('review-queue', { format: 'table' }, ['team', 'repo', 'service']),
          transformations: columnTransformations([
            { name: 'Age p50', title: 'Median' },
            { name: 'Age p90', title: 'p90' },
            'Waiting',
          ]),
          options: {
            reduceOptions: { calcs: ['lastNotNull'], fields: '/^(Median|p90|Waiting)$/', values: false },
            text: { titleSize: 14, valueSize: 22 },
          },
          width: 7,
          height: 6,
        },
      ],
    },
    {
      panels: [
        {
          title: 'How long does work take, by use?',
          description:
            'Mean cycle time by month and usage band of the person. Bands hold different people: this is no effect.',
          type: 'timeseries',
          query: ask('cycle-time-by-usage', {
            mode: 'describe',
            bucket: 'month',
            workflow: ['change'],
            tool: ['$tool'],
            ci: true,
            format: 'timeseries',
          }),
          width: 12,
          height: 9,
          defaults: { min: 0 },
          evidence: 'changes',
        },
        {
          title: 'Is the change failure rate moving?',
          description:
            'Change failure rate by month and code source. Months of one source are few deployments: lines whose bands (95 % intervals) cross tell little.',
          type: 'timeseries',
          query: ask('dora-by-source', {
            metric: 'change_fail_rate',
            bucket: 'month',
            groupBy: ['code_source'],
            ci: true,
            format: 'timeseries',
          }),
          width: 12,
          height: 9,
          defaults: { min: 0 },
          evidence: 'deployments',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Where does the time of a change go?',
          description:
            'Mean time of merged changes in each stage: coding until it is opened, draft until it is ready, until a human looks (AI reviewers and bots do not count), review until the merge. Means add up to the whole. Changes merged without a review are left out. Needs a forge.',
          type: 'bargauge',
          query: ask('flow', { ci: false, format: 'numeric' }),
          defaults: { min: 0, decimals: 1, noValue: 'no reviews: they need a forge' },
          width: 12,
          height: 8,
          evidence: 'changes',
        },
        {
          title: 'How long until somebody looks?',
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
          defaults: { min: 0, noValue: NEEDS_FORGE },
          width: 12,
          height: 8,
          evidence: 'changes',
        },
      ],
    },
  ],
};
