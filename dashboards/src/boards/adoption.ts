import { heads, interval, INTERVALS } from '../looks.ts';
import { ask, type BoardSpec, type PanelSpec } from '../parts.ts';
import { byMarks, signalRows } from './adoption-signals.ts';

const UNKNOWN = 'People of whom no telemetry tells are unknown: neither active nor idle, left out and counted beside.';
const NO_SEATS =
  'No seats in this range: import seats.csv, or read them from the vendor (about 15 min). More: Start here';

const READ = `**As of a day.** People are counted at the end of the last closed week: who completed work, held a seat or used a tool in the four weeks before. **Unknown is not idle**: of whom no telemetry tells is left out of every share. A person with two tools counts once in *all*.

**One window.** *Used* is a use in 28 days, wherever nothing else is said. Three things are of another window and stand in rows of their own: whether people stay (weeks), usage bands and seats without a use (30 days, by their definition).

**Hidden.** A share is hidden where 1 to 4 people are on one side of it; *Known* says what is left. **No telemetry**: the tool tells of nobody's use, so neither how many use it nor how many do not is known. **High adoption is no value by itself**: look at *The cell* and *Durability*.

**Demo.** In the demo organisation (repositories \`acme/…\`, made by \`npm start\` without a repository of yours) every person, use, seat and event is synthetic, drawn from a seed with planted truths; with your data nothing here is.`;

const KNOWN = { name: 'In words', title: 'Known', width: 160 };

const active: PanelSpec = {
  title: 'How many use a tool, and did it change?',
  description: `People with a use in the last 28 days / people whose use is known, as of the end of the last closed week, for all tools (each person once) and by tool, with a 95 % interval (Wilson); and the change since four weeks before with its interval (Newcombe) and verdict. Where only marks in git tell of a tool there is no High: who leaves no mark may use it all the same, so the share is the least. ${UNKNOWN}`,
  type: 'table',
  query: ask('adoption', { compare: 'four_weeks' }, ['team']),
  columns: ['Tool', ...interval('Used'), 'Change', 'Verdict', 'People', 'Status'],
  width: 24,
  height: 9,
};

const overTime = {
  title: 'Is use growing?',
  description: `People with a use in the 28 days to the end of each week / people whose use is known, by tool; all = any tool, each person once. Bands are 95 % intervals. Weeks of which nothing is known have no point. ${UNKNOWN}`,
  type: 'timeseries',
  query: ask('adoption', { bucket: 'week', format: 'timeseries' }, ['team']),
  defaults: { min: 0, max: 1 },
  width: 12,
  height: 9,
} satisfies PanelSpec;

const byTeam: PanelSpec = {
  title: 'Is it the same in every team?',
  description: `Share of the people with a use of any tool in 28 days, by team as of that day, with a 95 % interval over people. Teams hold different people and work: no ranking. ${UNKNOWN}`,
  type: INTERVALS,
  query: ask('adoption', { tool: ['all'], groupBy: ['team'], format: 'table' }, ['team']),
  options: { n: 'People', reference: 'none', group: 'Tool' },
  overrides: heads({ Value: 'Used' }),
  width: 12,
  height: 9,
};

const seats: PanelSpec = {
  title: 'Are seats used?',
  description: `Holders of a seat with a use in 28 days / holders whose use is known. Marks in git alone are no knowledge of who does not use a tool, and give no High. ${UNKNOWN}`,
  type: 'table',
  query: ask('adoption', { mode: 'utilisation' }, ['team']),
  columns: ['Tool', ...interval('Used'), 'People', 'Unknown', KNOWN, 'Status'],
  defaults: { noValue: NO_SEATS },
  width: 24,
  height: 9,
};

const licensed: PanelSpec = {
  title: 'How many hold a seat?',
  description:
    'People with a seat at the end of each month / all people, by tool. Read it beside how many use it: a seat is no use. Only tools of which a list of seats is known.',
  type: 'timeseries',
  query: ask('adoption', { mode: 'licensed', bucket: 'month', format: 'timeseries' }, ['team']),
  defaults: { min: 0, max: 1, noValue: NO_SEATS },
  width: 24,
  height: 9,
};

const idle: PanelSpec = {
  title: 'Which seats stand idle?',
  description:
    'Seats held for 30 days or more without a use in 30 days / seats held so long whose use is known. Seats of tools that report nothing are unknown, never idle; younger seats are left out. All tools: a person with two seats has two.',
  type: 'table',
  query: ask('adoption', { mode: 'idle_seats' }, ['team']),
  columns: ['Tool', ...interval('Idle'), 'Seats', 'Unknown', KNOWN, 'Status'],
  defaults: { noValue: NO_SEATS },
  width: 24,
  height: 9,
};

const blockers: PanelSpec = {
  title: 'Why are seats not used?',
  description:
    'People with a seat for 30 days and no use in them, by the reason that a survey gives. Until a survey asks for reasons there is one row, not asked, and no share.',
  type: 'table',
  query: ask('adoption', { mode: 'blockers' }, ['team']),
  columns: ['Tool', { name: 'Reason', width: 110 }, { name: 'Value', title: 'Share' }, 'People', 'Status'],
  defaults: { noValue: 'Nobody is known to hold a seat without a use' },
  isGoodEmpty: true,
  width: 24,
  height: 5,
};

const retention: PanelSpec = {
  title: 'Do they stay?',
  description: `Of those who used the tool in a week: the share who used it in the week four weeks later, by tool. Of 28 days nearly all stay, and who does not are too few to be shown. ${UNKNOWN}`,
  type: 'timeseries',
  query: ask('adoption', { mode: 'retention', bucket: 'week', format: 'timeseries' }, ['team']),
  defaults: { min: 0, max: 1 },
  width: 12,
  height: 9,
};

const cohorts: PanelSpec = {
  title: 'Are those who began still there?',
  description:
    'People by the month of their first known use: the share with a use in the four weeks that begin so many weeks later. Who left is not counted, so a cohort looks better with age. Whole months whose weeks have passed.',
  type: 'table',
  query: ask('adoption', { mode: 'cohorts', tool: ['$tool'] }, []),
  columns: [
    { name: 'Began in', width: 90 },
    { name: 'Weeks later', width: 100 },
    { name: 'Value', title: 'Used' },
    'People',
    'Status',
  ],
  defaults: { noValue: 'No month began and ended in this range with use of the tool: choose a longer range' },
  width: 12,
  height: 9,
};

const intensity: PanelSpec = {
  title: 'How much do people use it?',
  description:
    'Share of the people whose use of the tool is known by usage band, at the end of each month. Bands are uses of the tool in 30 days by its own limits; they compare within one tool only.',
  type: 'timeseries',
  query: ask('adoption', { mode: 'intensity', tool: ['$tool'], bucket: 'month', format: 'timeseries' }, ['team']),
  defaults: { min: 0, max: 1 },
  width: 12,
  height: 9,
};

const migration: PanelSpec = {
  title: 'Who moves between usage bands?',
  description:
    'People of each usage band four weeks before, and the band in which they are now: share of the band before. Only of whom both are known; cells of fewer than five people, and those from which they would follow, are hidden.',
  type: 'table',
  query: ask('adoption', { mode: 'migration', tool: ['$tool'] }, ['team']),
  columns: [
    { name: 'Band before', title: 'Before' },
    { name: 'Usage band', title: 'Now' },
    { name: 'Value', title: 'Share' },
    'People',
    'Status',
  ],
  width: 12,
  height: 9,
};

const features: PanelSpec = {
  title: 'Which features are used?',
  description:
    'People who used a feature in 28 days / people of whose uses the feature is known, by tool. Sums of a day tell no features: events do (OTLP, or POST /ingest/tool-event).',
  type: 'table',
  query: ask('adoption', { mode: 'features' }, []),
  columns: ['Tool', { name: 'Feature', width: 150 }, { name: 'Value', title: 'Share' }, 'People'],
  defaults: { noValue: 'No event tells a feature: let tools send OTLP (two variables, about 5 min)' },
  width: 24,
  height: 5,
};

const reading: PanelSpec = {
  title: 'How do I read this board?',
  description: 'As of which day people are counted, what unknown and hidden mean, and what is synthetic in the demo.',
  type: 'text',
  text: READ,
  width: 24,
  height: 8,
};

/** Who uses the tools, and how far the join of tools, people and changes can be believed. */
export const adoption: BoardSpec = {
  uid: 'throughline-adoption',
  title: 'Adoption & signal quality',
  description:
    'Are the AI tools used, by how many, for how long, which seats stand idle, and how far can what is known of it be believed?',
  from: 'now-1y',
  withoutEvents: ['Failed deployments', 'Incidents'],
  rows: [
    {
      title:
        'People: a use in 28 days, of all people whose use is known (High is – where only marks in git tell: it is the least)',
      panels: [active],
    },
    { panels: [overTime, byTeam] },
    { title: 'Seats: a use in the same 28 days, of all holders whose use is known', panels: [seats] },
    {
      title:
        'Changes: by AI, of all that were merged (the interval is of the estimate: marks may be missing, or wrong)',
      panels: [byMarks],
    },
    {
      title: 'Do people stay? A use in a week, of those who had one in a week before',
      isCollapsed: true,
      panels: [retention, cohorts],
    },
    {
      title: 'How much, and for what? Usage bands (uses in 30 days), of the people whose use of one tool is known',
      isCollapsed: true,
      panels: [intensity, migration],
    },
    { panels: [features] },
    {
      title: 'Which seats stand idle? No use in 30 days, of the seats held for so long',
      isCollapsed: true,
      panels: [idle],
    },
    { panels: [blockers] },
    { panels: [licensed] },
    ...signalRows,
    { title: 'How to read this board', isCollapsed: true, panels: [reading] },
  ],
};
