import { colours, heads, INTERVALS, NEEDS_FORGE } from '../looks.ts';
import { ask, type BoardSpec } from '../parts.ts';

const BANDS =
  'Bands are uses of a tool in 30 days: zero 0, low below the configured least of high, high above it; unknown where telemetry does not cover the person, never folded into zero.';

const NO_REVIEW_USE =
  'No reviews in this range, or the workflow "review" does not list this tool: choose another, or add it under workflows in throughline.yaml';
const CURVE_HIDDEN =
  'Nothing of it can be shown: fewer than eight people, fewer than four who carry 80 %, nobody who became faster, or no use known';

/** Usage band × workflow × class: the cell that nobody builds. */
export const cell: BoardSpec = {
  uid: 'throughline-the-cell',
  title: 'The cell',
  description:
    'Cycle time by how much people really use a tool, inside one workflow and class of work; who carries the change; how far the join can be believed.',
  from: 'now-1y',
  rows: [
    {
      panels: [
        {
          title: 'Did work get faster for those who use the tool, against those who do not?',
          description: `Difference in differences of log cycle time: each person's own change since the tool landed for the team, minus that of people who use it zero times. 95 % interval resampled over people, permutation p, Holm-adjusted. People need 3 units before and after. Associated with, not caused by. ${BANDS}`,
          type: INTERVALS,
          query: ask('cycle-time-by-usage', { mode: 'effect', tool: ['$tool'], format: 'table' }),
          options: { group: 'Workflow', n: 'People', below: 'faster', above: 'slower' },
          overrides: heads({ Value: 'Effect' }),
          width: 24,
          height: 13,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'How long does work take in each usage band?',
          description: `Mean cycle time of the units finished in each month, by usage band. Bands hold different people: a lower line is no effect. ${BANDS}`,
          type: 'timeseries',
          query: ask('cycle-time-by-usage', {
            mode: 'describe',
            bucket: 'month',
            workflow: ['change'],
            tool: ['$tool'],
            ci: true,
            format: 'timeseries',
          }),
          width: 14,
          height: 10,
          defaults: { min: 0 },
          evidence: 'changes',
        },
        {
          title: 'Did work move into review?',
          description:
            'Mean time from ready for review to merge, by month, for the workflow "review". If coding got faster and this grew, the gain was absorbed.',
          type: 'timeseries',
          query: ask('cycle-time-by-usage', {
            mode: 'describe',
            bucket: 'month',
            workflow: ['review'],
            tool: ['$tool'],
            ci: true,
            format: 'timeseries',
          }),
          width: 10,
          height: 10,
          defaults: { min: 0, noValue: NO_REVIEW_USE },
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Which stage takes longer where AI wrote the code?',
          description:
            'Mean time of merged changes in each stage against that of human code (of unmarked code where too little is known to be human), with its 95 % interval over people and the verdict; beside it the mean, and the time that nine of ten stayed below. All stages are judged together (Holm). Coding: first commit to opened. Draft: to ready. Until somebody looks: to the first review by a human. Review: elapsed time to the merge, not the hours that reviewers spend (these are on Review: Does AI code take more review hours?). Other people and other work stand behind each source: no effect. Needs a forge.',
          type: INTERVALS,
          query: ask('flow', { groupBy: ['code_source'], format: 'table' }),
          options: {
            group: 'Stage',
            value: 'gap',
            lower: 'gap_lo',
            upper: 'gap_hi',
            beside: ['value', 'p90'],
            below: 'takes less time',
            above: 'more time',
          },
          overrides: heads({ Value: 'Mean', 'Against it': 'Difference' }),
          defaults: { decimals: 1, noValue: NEEDS_FORGE },
          width: 24,
          height: 17,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'What does each class add to the change?',
          description:
            'Minutes that each class adds to the change of the mean cycle time since landing: by faster or slower work within it, and by being more or less of the work (Kitagawa). The bars of the classes add up to those of all; the table below has the numbers. Down is faster.',
          type: 'barchart',
          query: ask('cycle-time-by-usage', { mode: 'mix', workflow: ['change'], tool: ['$tool'], format: 'table' }),
          // Upright: Grafana cuts the last mark of an axis that lies, and writes the values of stacked bars into one another.
          options: { xField: 'Part', orientation: 'vertical', xTickLabelRotation: -30, showValue: 'never' },
          defaults: { decimals: 1 },
          // Neither is good or bad before its verdict, which the table below has.
          overrides: [
            ...heads({ Within: 'faster or slower work', Mix: 'other work' }),
            ...colours({ Within: 'blue', Mix: '#8e8e8e' }),
          ],
          transformations: [{ id: 'filterFieldsByName', options: { include: { names: ['Part', 'Within', 'Mix'] } } }],
          width: 12,
          height: 11,
        },
        {
          title: 'Is the time saved spread evenly?',
          description:
            'Lorenz curve: the share of the time saved that the people who saved most hold, those who saved nothing included. The further above the dashed line, the fewer carry it. Known are the 4, 10, 20 and 50 who saved most, as far as enough people are left beside them; between the points nothing is known, the line only joins them. People are counted in fives, so a point may lie some points off. The name says whether work got faster at all: with no clear change there is no speed-up to carry. Shown only for eight people or more, of whom at least four carry 80 %.',
          type: 'xychart',
          query: ask('cycle-time-by-usage', {
            mode: 'concentration',
            curve: true,
            workflow: ['change'],
            tool: ['$tool'],
            format: 'timeseries',
          }),
          defaults: { min: 0, max: 1, noValue: CURVE_HIDDEN },
          width: 12,
          height: 11,
          evidence: 'changes',
        },
      ],
    },
    {
      panels: [
        {
          title: 'Faster work, or other work?',
          description:
            'Change of the mean cycle time since landing, split into faster work within classes and a changed mix of classes (Kitagawa). Where raw and mix-adjusted change disagree in sign, believe the adjusted one.',
          type: 'table',
          query: ask('cycle-time-by-usage', { mode: 'mix', workflow: ['change'], tool: ['$tool'], format: 'table' }),
          columns: [
            { name: 'Part', title: 'Class' },
            { name: 'Raw change', title: 'Raw' },
            { name: 'At equal mix', title: 'Equal mix' },
            'Verdict',
            'Within',
            'Mix',
            { name: 'Mean before', title: 'Before' },
            { name: 'Mean now', title: 'Now' },
          ],
          defaults: { decimals: 1 },
          width: 14,
          height: 6,
          evidence: 'changes',
        },
        {
          title: 'How many people carry the change?',
          description:
            'The change of the mean since landing with its verdict, and how the time saved is spread over people: least number who hold 80 % of it, share of the four who saved most, Gini, and the change without those four. With no clear change there is no speed-up, and the spread is that of chance too. Never names; shown only for eight people or more, of whom at least four carry 80 %.',
          type: 'table',
          query: ask('cycle-time-by-usage', {
            mode: 'concentration',
            workflow: ['change'],
            tool: ['$tool'],
            format: 'table',
          }),
          columns: [
            'Change',
            'Verdict',
            { name: 'Change without them', title: 'Without top 4' },
            { name: 'Carriers of 80 %', title: 'Carry 80 %' },
            { name: 'Share of the largest', title: 'Top 4' },
            'Gini',
            'People',
            'Status',
          ],
          width: 24,
          height: 4,
        },
      ],
    },
    {
      panels: [
        {
          title: 'How far can this join be believed?',
          description:
            'Share of finished units whose person has telemetry of at least activity grade, by workflow and tool. No telemetry: of nobody is the use known. Where fewer than 90 % of the accounts of a tool are joined to people, the effect above says no telemetry too.',
          type: 'table',
          query: ask('cycle-time-by-usage', { mode: 'join_quality', format: 'table' }),
          columns: [
            'Workflow',
            'Tool',
            { name: 'Value', title: 'Known' },
            { name: 'Unknown usage', title: 'Unknown' },
            'No start',
            'Basis',
            'Status',
          ],
          width: 24,
          height: 7,
        },
      ],
    },
  ],
};
