import { defineMetric, filterParam } from '../define.ts';
import { columns } from './columns.ts';
import { BY_PERSON, BY_WHO, COMPARED, OVER_TIME, SHARES } from './modes.ts';

/** Tools never add up: somebody may use several, and tool all counts them once. */
const TOOL = { apart: ['tool', 'workflow'], share: null } as const;
/** People of four weeks before, whose share stands beside the value. */
const BEFORE = { count: 'side_before', ...TOOL, when: { mode: COMPARED, compare: ['four_weeks'] } };

/** Who uses the tools: as-of-day counts of people whose use is known. */
export const metric = defineMetric({
  id: 'adoption',
  title: 'Adoption',
  summary:
    'Are the tools used: by what share of people, how much, for how long, which seats stand idle, and of whom is the use known?',
  about: 'usage',
  seedName: 'adoption',
  needs: ['usage'],
  ofNothing: [
    {
      when: { mode: ['licensed', 'utilisation', 'idle_seats'] },
      says: 'No seats are known in this range: import seats.csv, or read them from the vendor (about 15 min).',
    },
    { when: { mode: ['blockers'] }, says: 'Nobody is known to hold a seat without a use in this range.' },
    {
      when: { mode: ['features'] },
      says: 'No event of this range tells a feature: let tools send OTLP (two variables, about 5 min).',
    },
    { when: { mode: ['cohorts'] }, says: 'No month began and ended in this range with use of the tool.' },
  ],
  gains: ['teams'],
  questions: [
    {
      id: 'adoption',
      title: 'Are the AI tools used, and by how many?',
      needs: ['usage'],
      gains: ['identity', 'teams'],
      board: 'throughline-adoption',
    },
  ],
  units: [{ of: 'used', chooses: ['tool'] }],
  sqlBy: 'mode',
  people: [
    // Of a share the smaller side is judged: that all but one of a team use a tool is told of one.
    { count: 'side_dev', ...TOOL, keeps: ['bound'], when: { mode: [...SHARES, 'cohorts', 'features'] } },
    { ...BEFORE, hides: ['before', 'delta', 'delta_lo', 'delta_hi', 'verdict'] },
    {
      ...BEFORE,
      when: { ...BEFORE.when, show: ['before', 'delta', 'delta_lo', 'delta_hi'] },
      hides: ['value', 'lo', 'hi'],
    },
    { count: 'n', ...TOOL, once: ['bucket', 'from_bucket'], when: { mode: ['intensity', 'migration', 'blockers'] } },
  ],
  main: ['mode', 'tool', 'groupBy', 'bucket', 'team'],
  reads: ['value', 'verdict', 'status', 'lo', 'hi', 'bound', 'n'],
  formats: ['table', 'timeseries', 'numeric'],
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Question',
      help: 'What is asked of people, as of the end of the last closed week of the range, or of each bucket.',
      default: 'active',
      choices: [
        { value: 'active', label: 'Active', help: 'Share of the people whose use is known who used a tool.' },
        { value: 'licensed', label: 'Licensed', help: 'Share of the people who hold a seat.' },
        { value: 'utilisation', label: 'Utilisation', help: 'Share of the holders of a seat who used the tool.' },
        { value: 'intensity', label: 'Intensity', help: 'People by usage band.' },
        { value: 'retention', label: 'Retention', help: 'Share of those active four weeks before who still are.' },
        { value: 'cohorts', label: 'Cohorts', help: 'Share of those who began in a month who are active later.' },
        { value: 'migration', label: 'Migration', help: 'Usage band four weeks before, and now.' },
        { value: 'features', label: 'Features', help: 'Share of the users of a tool who used a feature of it.' },
        { value: 'idle_seats', label: 'Idle seats', help: 'Share of the seats without a use.' },
        { value: 'blockers', label: 'Blockers', help: 'People with a seat and no use, by reason.' },
      ],
    },
    bucket: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Bucket',
      help: 'Width of a time bucket: people are counted as of the end of its last closed week. "Whole range" is the last week of the range.',
      default: 'none',
      choices: [
        { value: 'none', label: 'Whole range' },
        { value: 'week', label: 'Week' },
        { value: 'month', label: 'Month' },
        { value: 'quarter', label: 'Quarter' },
      ],
      when: { mode: OVER_TIME },
    },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Team and seniority as of that day; workflow (not of seats) = people who completed something in it in the four weeks before, and uses of its tools. Tools are always apart.',
      allowed: ['team', 'seniority', 'workflow'],
      default: [],
      when: { mode: BY_WHO },
    },
    window: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Active within',
      help: 'Days before the end of the week in which one use makes somebody active: the same for every bucket. Of 28 days nearly all stay.',
      default: 'auto',
      choices: [
        { value: 'auto', label: '28 days; 7 days of retention' },
        { value: 'week', label: '7 days' },
        { value: 'four_weeks', label: '28 days' },
      ],
      when: { mode: ['active', 'utilisation', 'retention'] },
    },
    idle_days: {
      kind: 'choice',
      chooses: 'question',
      label: 'Idle for',
      help: 'A seat is idle that was held for so long without a use. 60 and 90 days are 9 and 13 whole weeks.',
      default: '30',
      choices: [
        { value: '30', label: '30 days' },
        { value: '60', label: '60 days' },
        { value: '90', label: '90 days' },
      ],
      when: { mode: ['idle_seats'] },
    },
    compare: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Compare',
      help: 'Sets the share of four weeks before beside the value, with a verdict.',
      default: 'none',
      choices: [
        { value: 'none', label: 'No' },
        { value: 'four_weeks', label: 'Four weeks before' },
      ],
      when: { mode: COMPARED },
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value, for alert rules: before and delta need "four weeks before".',
      default: 'value',
      choices: [
        { value: 'value', label: 'Estimate' },
        { value: 'lo', label: 'Lower end' },
        { value: 'hi', label: 'Upper end' },
        { value: 'delta', label: 'Change' },
        { value: 'delta_lo', label: 'Lower end of the change' },
        { value: 'delta_hi', label: 'Upper end of the change' },
      ],
      when: { mode: SHARES },
    },
    tool: {
      ...filterParam('tool', 'Tool'),
      help: 'Only these tools; "all" is the row of all tools, in which a person with two counts once. Empty means each and all.',
    },
    team: { ...filterParam('team', 'Team'), when: { mode: BY_WHO } },
    seniority: { ...filterParam('seniority', 'Seniority'), when: { mode: BY_WHO } },
    workflow: { ...filterParam('workflow', 'Workflow'), when: { mode: BY_PERSON } },
  },
  columns,
  examples: [
    { title: 'How many use a tool?', params: {} },
    { title: 'Weekly, as a chart', params: { bucket: 'week' }, format: 'timeseries' },
    { title: 'Did it change in four weeks?', params: { compare: 'four_weeks' } },
    { title: 'How much do they use it?', params: { mode: 'intensity' } },
    { title: 'Who moves between usage bands?', params: { mode: 'migration' } },
    { title: 'Which seats stand idle?', params: { mode: 'idle_seats' } },
    { title: 'Alert on idle seats', params: { mode: 'idle_seats', show: 'lo' }, format: 'numeric' },
  ],
});
