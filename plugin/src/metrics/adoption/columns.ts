import { statusColumn, type Column } from '../define.ts';
import { counts, label, numbers, text } from '../parts/columns.ts';
import { BY_PERSON, BY_WHO, CHANGES, COMPARED, OVER_TIME, SHARES } from './modes.ts';

type When = Pick<Column, 'modes' | 'when'>;

const number = numbers('nobody of whom it is known, or hidden');
const count = counts('hidden');
const beside = counts('fewer than five, or hidden', 'beside');
const UNKNOWN = { nullMeaning: 'never null; "unknown" is a value of its own' } as const;

const PLAIN = ['value', 'lo', 'hi'];
const OTHER_SHARES = ['intensity', 'migration', 'cohorts', 'features'];
const WITH_INTERVAL = [...SHARES, 'cohorts', 'features'];
const compared: When = { modes: COMPARED, when: { compare: ['four_weeks'] } };

const VALUE =
  'Share of the people in n. active: used a tool in the 28 days (or 7, by Active within) up to the end of the week; licensed: hold a seat; utilisation: holders of a seat who used it; retention: of those active four weeks before; intensity: are in the band; migration: of the band before; cohorts: of those who began then; features: used it. idle_seats: share of the seats.';

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
  label('tool', ['Tool', 'Tool; all = every tool, in which a person with two counts once.'], UNKNOWN),
  label('team', ['Team', 'Primary team as of that day.'], { ...UNKNOWN, modes: BY_WHO }),
  label('seniority', ['Seniority', 'Band of professional experience as of that day.'], { ...UNKNOWN, modes: BY_WHO }),
  label('workflow', ['Workflow', 'Workflow in which they completed something in the four weeks before.'], { ...UNKNOWN, modes: BY_PERSON }),
  label('from_bucket', ['Band before', 'Usage band four weeks before.'], { ...UNKNOWN, modes: ['migration'] }),
  label('bucket', ['Usage band', 'Band of the uses in 30 days by the limits of the tool; of all tools the highest. unknown is not zero.'], { ...UNKNOWN, modes: ['intensity', 'migration'] }),
  label('cohort', ['Began in', 'Month of the first known use.'], { ...UNKNOWN, modes: ['cohorts'] }),
  label('age', ['Weeks later', 'Weeks after the first one; somebody is active with a use in the four weeks that begin then.'], { ...UNKNOWN, modes: ['cohorts'] }),
  label('feature', ['Feature', 'Feature as the tool names it.'], { ...UNKNOWN, modes: ['features'] }),
  label('reason', ['Reason', 'Why they do not use it, as a survey says; not asked where none does.'], { ...UNKNOWN, modes: ['blockers'] }),
  number('value', ['percentunit', 'Value', VALUE], { modes: SHARES, when: { show: PLAIN } }),
  number('value', ['points', 'Value', 'Change of the share in four weeks, or an end of its interval.'], { modes: SHARES, when: { show: CHANGES } }),
  number('value', ['percentunit', 'Value', VALUE], { modes: OTHER_SHARES }),
  number('value', ['percentunit', 'Value', 'Share of the reason among those asked.', 'no survey asks for reasons'], { modes: ['blockers'] }),
  number('lo', ['percentunit', 'Low', 'Lower end of the 95 % interval (Wilson).'], { role: 'lower', modes: WITH_INTERVAL }),
  number('hi', ['percentunit', 'High', 'Upper end of the 95 % interval (Wilson).'], { role: 'upper', modes: WITH_INTERVAL }),
  text('bound', ['In words', 'Where the value is hidden since fewer than k people are on one side: what is told all the same; where nothing is known: why.', 'the value is shown, or nothing can be told'], { modes: SHARES }),
  number('before', ['percentunit', 'Before', 'The share four weeks before.'], compared),
  number('delta', ['points', 'Change', 'Value less the share four weeks before.'], compared),
  number('delta_lo', ['points', 'Change, low', 'Lower end of its interval (Newcombe; at the level that Holm asks for where several are judged). Mostly the same people: the interval is rather too wide.'], { role: 'lower', ...compared }),
  number('delta_hi', ['points', 'Change, high', 'Upper end of it.'], { role: 'upper', ...compared }),
  text('verdict', ['Verdict', 'improved, regressed or no_clear_change against four weeks before, by the interval of the change; insufficient_data above 30 % unknown use. More use is no value by itself.', 'not compared'], compared),
  count('n', ['People', 'People whose use is known: what the share is of.'], { modes: ['active', 'licensed', 'utilisation', 'retention', 'intensity', 'migration', 'cohorts', 'features', 'blockers'], countsPeople: true }),
  count('n', ['Seats', 'Seats held for that long whose use is known: what the share is of. A person with two has two.'], { modes: ['idle_seats'], countsPeople: true }),
  beside('unknown', ['Unknown', 'People (seats) of whom no telemetry tells: neither active nor idle, left out.'], { modes: [...SHARES, 'cohorts', 'features'] }),
  number('unknown_share', ['percentunit', 'Unknown share', 'Of all people (seats) that could be counted.', 'a few, or hidden'], { modes: [...SHARES, 'cohorts', 'features'], counts: 'beside' }),
  beside('young', ['Young seats', 'Seats held for less than that: left out.'], { modes: ['idle_seats'] }),
  number('active_days', ['short', 'Active days', 'Mean days with a use in the 30 days before, per person of the band.'], { modes: ['intensity'] }),
  text('basis', ['Known by', 'What most of it is known by: event, activity, declared (marks in git), observed_zero.', 'nothing is known'], { modes: ['active', 'licensed', 'utilisation', 'retention'] }),
  statusColumn,
]; // prettier-ignore
