import { statusColumn, type Column } from '../define.ts';
import { CHANGE_LABELS, counts, numbers, text } from '../parts/columns.ts';

const HIDDEN = 'hidden, or too few changes';
const number = numbers(HIDDEN);
const count = counts('hidden');
const of = (...metrics: string[]) => ({ when: { metric: metrics } });

export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket in which the changes were merged.',
    nullMeaning: 'never null',
    when: { bucket: ['day', 'week', 'month', 'quarter'] },
  },
  ...CHANGE_LABELS,
  number('value', ['short', 'Value', 'Changes merged per week of the range or bucket.'], { nullMeaning: 'hidden', ...of('throughput') }),
  number('value', ['short', 'Value', 'Median (with show: 90th percentile) of the effective lines added and deleted.'], { when: { metric: ['size'], show: ['p50', 'p90'] } }),
  number('value', ['percentunit', 'Value', 'Changes of 500 effective lines or more / changes.'], { when: { metric: ['size'], show: ['xl_share'] } }),
  number('value', ['percentunit', 'Value', 'Changes of which a required check failed before the merge / changes with checks.'], of('gates')),
  number('value', ['percentunit', 'Value', 'Changes without revert, rewrite, incident or reopened issue within 30 days / changes merged at least 30 days ago.'], of('reliability')),
  number('lo', ['percentunit', 'Low', 'Lower end of the 95 % interval (Wilson).'], { role: 'lower', nullMeaning: 'no interval', ...of('gates', 'reliability') }),
  number('hi', ['percentunit', 'High', 'Upper end of it.'], { role: 'upper', nullMeaning: 'no interval', ...of('gates', 'reliability') }),
  number('per_developer', ['short', 'Per person', 'Changes merged / weeks in which people merged any, added up over people: of a team or all, never of one.'], { nullMeaning: 'hidden, or nobody known', ...of('throughput') }),
  number('p90', ['short', 'p90', 'Nine of ten changes have no more effective lines.'], of('size')),
  number('xl_share', ['percentunit', 'Very large', 'Changes of 500 effective lines or more / changes.'], of('size')),
  number('retries', ['short', 'Retries', 'Attempts of checks that were repeated, per change.'], of('gates')),
  number('reverted_share', ['percentunit', 'Reverted', 'Reverted within 30 days.'], of('reliability')),
  number('rewritten_share', ['percentunit', 'Rewritten', 'Half of the lines gone within 30 days.'], { nullMeaning: 'hidden, too few changes, or no lines are known', ...of('reliability') }),
  number('incident_share', ['percentunit', 'Incident', 'Caused an incident within 30 days.'], { nullMeaning: 'hidden, too few changes, or no incidents are known', ...of('reliability') }),
  number('reopened_share', ['percentunit', 'Reopened', 'An issue that it is linked to was reopened within 30 days.'], { nullMeaning: 'hidden, too few changes, or no tracker tells', ...of('reliability') }),
  text('known', ['Rests on', 'What of the four this store knows; what it does not know is counted as if it had not happened.', 'hidden'], of('reliability')),
  count('n', ['Changes', 'Changes behind the number.']),
  count('n_dev', ['People', 'Distinct humans behind them.']),
  statusColumn,
]; // prettier-ignore
