import { statusColumn, type Column } from '../define.ts';
import { BY_PERSON, BY_WHO, CHANGES, COMPARED, OVER_TIME, SHARES } from './modes.ts';

type Words = readonly [name: string, title: string, help: string, nullMeaning?: string];
type When = Pick<Column, 'modes' | 'when'>;

const label = ([name, title, help]: Words, modes?: readonly string[]): Column => ({
  name,
  role: 'label',
  type: 'string',
  label: title,
  help,
  nullMeaning: 'never null; "unknown" is a value of its own',
  ...(modes === undefined ? {} : { modes }),
});

const text = ([name, title, help, nullMeaning = 'nothing to say']: Words, when: When): Column => ({
  name,
  role: 'text',
  type: 'string',
  label: title,
  help,
  nullMeaning,
  ...when,
});

const HIDDEN = 'nobody of whom it is known, or hidden';

const number = (
  { role, unit }: { readonly role: 'value' | 'lower' | 'upper'; readonly unit: string },
  [name, title, help, nullMeaning = HIDDEN]: Words,
  when: When
): Column => ({ name, role, type: 'number', unit, label: title, help, nullMeaning, ...when });

const share = { role: 'value', unit: 'percentunit' } as const;
const points = { role: 'value', unit: 'points' } as const;

const count = (counts: 'row' | 'beside', [name, title, help, nullMeaning = 'hidden']: Words, when: When): Column => ({
  name,
  role: 'count',
  counts,
  type: 'number',
  label: title,
  help,
  nullMeaning,
  ...when,
});

const PLAIN = ['value', 'lo', 'hi'];
const OTHER_SHARES = ['intensity', 'migration', 'cohorts', 'features'];
const WITH_INTERVAL = [...SHARES, 'cohorts', 'features'];
const compared: When = { modes: COMPARED, when: { compare: ['four_weeks'] } };

const VALUE =
  'Share of the people in n. active: used a tool; licensed: hold a seat; utilisation: holders of a seat who used it; retention: of those active four weeks before; intensity: are in the band; migration: of the band before; cohorts: of those who began then; features: used it. idle_seats: share of the seats.';

export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket; people are counted as of the end of its last closed week.',
    nullMeaning: 'never null',
    modes: OVER_TIME,
    when: { bucket: ['week', 'month', 'quarter'] },
  },
  label(['tool', 'Tool', 'Tool; all = every tool, in which a person with two counts once.']),
  label(['team', 'Team', 'Primary team as of that day.'], BY_WHO),
  label(['seniority', 'Seniority', 'Band of professional experience as of that day.'], BY_WHO),
  label(['workflow', 'Workflow', 'Workflow in which they completed something in the four weeks before.'], BY_PERSON),
  label(['from_bucket', 'Band before', 'Usage band four weeks before.'], ['migration']),
  label(['bucket', 'Usage band', 'Band of the uses in 30 days by the limits of the tool; of all tools the highest. unknown is not zero.'], ['intensity', 'migration']),
  label(['cohort', 'Began in', 'Month of the first known use.'], ['cohorts']),
  label(['age', 'Weeks later', 'Weeks after the first one; somebody is active with a use in the four weeks that begin then.'], ['cohorts']),
  label(['feature', 'Feature', 'Feature as the tool names it.'], ['features']),
  label(['reason', 'Reason', 'Why they do not use it, as a survey says; not asked where none does.'], ['blockers']),
  number(share, ['value', 'Value', VALUE], { modes: SHARES, when: { show: PLAIN } }),
  number(points, ['value', 'Value', 'Change of the share in four weeks, or an end of its interval.'], { modes: SHARES, when: { show: CHANGES } }),
  number(share, ['value', 'Value', VALUE], { modes: OTHER_SHARES }),
  number(share, ['value', 'Value', 'Share of the reason among those asked.', 'no survey asks for reasons'], { modes: ['blockers'] }),
  number({ role: 'lower', unit: 'percentunit' }, ['lo', 'Low', 'Lower end of the 95 % interval (Wilson).'], { modes: WITH_INTERVAL }),
  number({ role: 'upper', unit: 'percentunit' }, ['hi', 'High', 'Upper end of the 95 % interval (Wilson).'], { modes: WITH_INTERVAL }),
  text(['bound', 'In words', 'Where the value is hidden since fewer than k people are on one side: what is told all the same; where nothing is known: why.', 'the value is shown, or nothing can be told'], { modes: SHARES }),
  number(share, ['before', 'Before', 'The share four weeks before.'], compared),
  number(points, ['delta', 'Change', 'Value less the share four weeks before.'], compared),
  number({ role: 'lower', unit: 'points' }, ['delta_lo', 'Change, low', 'Lower end of its interval (Newcombe; at the level that Holm asks for where several are judged). Mostly the same people: the interval is rather too wide.'], compared),
  number({ role: 'upper', unit: 'points' }, ['delta_hi', 'Change, high', 'Upper end of it.'], compared),
  text(['verdict', 'Verdict', 'improved, regressed or no_clear_change against four weeks before, by the interval of the change; insufficient_data above 30 % unknown use. More use is no value by itself.', 'not compared'], compared),
  { ...count('row', ['n', 'People', 'People whose use is known: what the share is of.'], { modes: ['active', 'licensed', 'utilisation', 'retention', 'intensity', 'migration', 'cohorts', 'features', 'blockers'] }), countsPeople: true },
  { ...count('row', ['n', 'Seats', 'Seats held for that long whose use is known: what the share is of. A person with two has two.'], { modes: ['idle_seats'] }), countsPeople: true },
  count('beside', ['unknown', 'Unknown', 'People (seats) of whom no telemetry tells: neither active nor idle, left out.', 'fewer than five, or hidden'], { modes: [...SHARES, 'cohorts', 'features'] }),
  { ...number(share, ['unknown_share', 'Unknown share', 'Of all people (seats) that could be counted.', 'a few, or hidden'], { modes: [...SHARES, 'cohorts', 'features'] }), counts: 'beside' },
  count('beside', ['young', 'Young seats', 'Seats held for less than that: left out.', 'fewer than five, or hidden'], { modes: ['idle_seats'] }),
  number({ role: 'value', unit: 'short' }, ['active_days', 'Active days', 'Mean days with a use in the 30 days before, per person of the band.'], { modes: ['intensity'] }),
  text(['basis', 'Known by', 'What most of it is known by: event, activity, declared (marks in git), observed_zero.', 'nothing is known'], { modes: ['active', 'licensed', 'utilisation', 'retention'] }),
  statusColumn,
]; // prettier-ignore
