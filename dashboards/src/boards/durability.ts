import { heads, INTERVALS, interval } from '../looks.ts';
import { ask, type BoardSpec } from '../parts.ts';

const EXCLUDED =
  'Left out: generated, vendored, lock and minified files, blank and trivial lines, automation accounts. Moves, renames and reformatting are not deaths.';

/** Does the code stay, by who wrote it? */
export const durability: BoardSpec = {
  uid: 'throughline-durability',
  title: 'Durability',
  description: 'How long code survives, by who wrote it: lines, changes, reverts and churn.',
  from: 'now-1y',
  rows: [
    {
      panels: [
        {
          title: 'How long do lines survive, by who wrote them?',
          description: `Share of effective lines that still stand unchanged at each age in days (Kaplan–Meier: young lines leave observation instead of counting as survivors), with 95 % bands over changes. Cohort: changes merged in the range. ${EXCLUDED}`,
          type: 'trend',
          query: ask('durability', { curve: true, groupBy: ['code_source'], ci: true, format: 'timeseries' }),
          width: 14,
          height: 11,
          options: { xField: 'Age (days)' },
          defaults: { min: 0, max: 1 },
          overrides: [
            {
              matcher: { id: 'byName', options: 'Age (days)' },
              properties: [
                { id: 'min', value: 0 },
                { id: 'max', value: 90 },
                { id: 'unit', value: 'none' },
                { id: 'custom.axisLabel', value: 'days since merge' },
              ],
            },
          ],
          evidence: 'changes',
        },
        {
          title: 'What stands after 90 days?',
          description: `S(90) of the same estimate with its 95 % interval, the verdict against human code at this age and the number of changes. A group with fewer than 100 lines or 5 changes at risk at 90 days shows no value. ${EXCLUDED}`,
          type: INTERVALS,
          query: ask('durability', { mode: 'survival', horizon: '90', groupBy: ['code_source'], format: 'table' }),
          options: { reference: 'none', group: 'Age' },
          overrides: heads({ Value: 'Stands' }),
          width: 10,
          height: 11,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'How many lines are still watched at each age?',
          description:
            'Numbers at risk: effective lines that stood and were under observation just before that age. Where few are left, the curve above rests on little. A step of the range is a step of its cohort: young lines leave early.',
          type: 'table',
          query: ask('durability', { mode: 'survival', groupBy: ['code_source'], ci: false, format: 'table' }),
          width: 24,
          height: 6,
          transformations: [
            { id: 'filterFieldsByName', options: { include: { names: ['Code source', 'Age', 'Lines at risk'] } } },
            {
              id: 'groupingToMatrix',
              options: { columnField: 'Age', rowField: 'Code source', valueField: 'Lines at risk', emptyValue: 'null' },
            },
          ],
          overrides: [
            ...heads({ 'Code source\\Age': 'Code source', 30: 'At 30 days', 60: 'At 60 days', 90: 'At 90 days' }),
            // As long as "unmarked (as reference)".
            {
              matcher: { id: 'byName', options: 'Code source\\Age' },
              properties: [{ id: 'custom.width', value: 190 }],
            },
          ],
        },
      ],
    },
    {
      panels: [
        {
          title: 'Does AI code last less long?',
          description:
            'Survival minus that of human code (of unmarked code where too little is known to be human), at 30, 60 and 90 days, with a 95 % interval resampled over changes (lines of a change die together). An interval that holds 0 is no clear change. Unmarked code is unknown, not human.',
          type: INTERVALS,
          query: ask('durability', { mode: 'gap', groupBy: ['code_source'], format: 'table' }),
          options: { group: 'Age', below: 'less durable', above: 'more durable' },
          overrides: heads({ Value: 'Gap' }),
          width: 24,
          height: 11,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Are changes reverted more often when AI wrote them?',
          description:
            'Reverts of changes against those of human code, or of unmarked code where too little is known to be human (1 = as often), with a 95 % interval by the score method, on a logarithmic scale; beside it the share that was reverted: reverted changes / changes merged at least 30 days ago, by the source of the reverted change. A revert of a revert still counts as a revert.',
          type: INTERVALS,
          query: ask('durability', { mode: 'revert', groupBy: ['code_source'], format: 'table' }),
          options: {
            value: 'revert_ratio',
            lower: 'ratio_lo',
            upper: 'ratio_hi',
            beside: ['value'],
            scale: 'log',
            below: 'fewer reverts',
            above: 'more reverts',
          },
          overrides: heads({ Value: 'Reverted', 'Revert ratio': 'Ratio' }),
          width: 12,
          height: 8,
          evidence: 'changes',
        },
        {
          title: 'How many changes survive 30 days?',
          description:
            'Changes that were neither reverted nor lost half of their effective lines within 30 days / mature changes.',
          type: 'table',
          query: ask('durability', { mode: 'pr_survival', groupBy: ['code_source'], format: 'table' }),
          width: 12,
          columns: ['Code source', ...interval('Survive'), 'Failed', 'Changes', 'Immature', 'Status'],
          height: 6,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Is churn rising?',
          description:
            'Share of effective lines gone within 14 days of their merge, by month of merge. Months whose lines are younger than 14 days are left out.',
          type: 'timeseries',
          query: ask('durability', {
            mode: 'churn',
            bucket: 'month',
            groupBy: ['code_source'],
            ci: false,
            format: 'timeseries',
          }),
          width: 12,
          height: 9,
          defaults: { min: 0 },
          evidence: 'changes',
        },
        {
          title: 'How fast is a bad change taken back?',
          description:
            'From the first production deployment with the change (or its merge) to the rollback, the deployment of the revert, or its merge; only changes that were taken back. Median and p90.',
          type: 'table',
          query: ask('durability', { mode: 'time_to_rollback', groupBy: ['code_source'], format: 'table' }),
          width: 12,
          columns: [
            'Code source',
            'Median',
            'p90',
            'Changes',
            { name: 'By rollback', title: 'Rollback' },
            { name: 'By revert shipped', title: 'Shipped' },
            'Status',
          ],
          height: 6,
          evidence: 'changes',
        },
      ],
    },
  ],
};
