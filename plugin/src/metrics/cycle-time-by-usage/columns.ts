import { statusColumn, type Column } from '../define.ts';
import * as kinds from '../parts/columns.ts';

type When = Readonly<Record<string, readonly string[]>>;

const label = (name: string, title: string, help: string): Column =>
  kinds.label(name, [title, help], { nullMeaning: 'never null; "unknown" is a value of its own' });

const estimate = (unit: string, when: When, help: string): Column[] => [
  { name: 'value', role: 'value', type: 'number', unit, label: 'Value', help, nullMeaning: 'not enough to say; status tells why', when },
  { name: 'lo', role: 'lower', type: 'number', unit, label: 'Low', help: 'Lower end of the 95 % interval; of comparisons at the level in column level.', nullMeaning: 'no interval', when },
  { name: 'hi', role: 'upper', type: 'number', unit, label: 'High', help: 'Upper end of the 95 % interval.', nullMeaning: 'no interval', when },
]; // prettier-ignore

type Kind = readonly [title: string, help: string, nullMeaning?: string];
type Words = readonly [name: string, ...Kind];

const anyNumber = kinds.numbers('not enough to say');
const anyCount = kinds.counts('suppressed');

const number = (mode: string, unit: string, [name, ...words]: Words): Column =>
  anyNumber(name, [unit, ...words], { modes: [mode] });
const count = (modes: readonly string[], [name, ...words]: Words): Column => anyCount(name, words, { modes });
const beside = (...words: Parameters<typeof count>): Column => ({ ...count(...words), counts: 'beside' });

const text = (modes: readonly string[], [name, ...words]: Words): Column => kinds.text(name, words, { modes });

const PERIODS = ['effect', 'mix', 'concentration'];

const describe: readonly Column[] = [
  number('describe', 'm', ['cycle_mean', 'Mean', 'Mean of the units.']),
  number('describe', 'm', ['p50', 'Median', 'Median of the units.']),
  number('describe', 'm', ['p75', '75th percentile', '75th percentile of the units.']),
  text(['describe'], ['capped', 'At least', 'In words, where the median lies on the longest time of the workflow: it is only known to be at least that.', 'the median is below, or the workflow has no limit']),
  { ...number('describe', 'percentunit', ['no_start_share', 'Share without start', 'Units of the workflow in the range whose start is not known: counted, never timed.', 'no unit at all']), counts: 'beside' },
  number('describe', 'percentunit', ['capped_share', 'Cut at the longest', 'Share of the units cut at the longest time of the workflow.', 'the workflow has no limit']),
  beside(['describe'], ['tool_uses', 'Uses', 'Uses of the tool by all people of the band.', 'suppressed, or grouped by something that a use does not have']),
  number('describe', 'percentunit', ['dev_share', 'Share of people', 'Of the people with known usage, the share whose last unit falls in the band.', 'nobody with known usage']),
]; // prettier-ignore

const effect: readonly Column[] = [
  text(['effect'], ['baseline_from', 'Baseline from', 'First day of the baseline (local date).', 'no baseline']),
  text(['effect'], ['baseline_to', 'Baseline to', 'First day after the baseline.', 'no baseline']),
  number('effect', 'm', ['base_p50', 'Median before', 'Median of the units in the baseline.']),
  number('effect', 'm', ['cur_p50', 'Median now', 'Median of the units after the washout.']),
  number('effect', 'percentunit', ['within_pct', 'Change of the band', 'Change of the band itself, each person against their own past.', 'fewer than five people with both periods']),
  number('effect', 'percentunit', ['cohort_pct', 'Gap to non-users', 'Current cycle time against that of non-users. Who uses a tool is not chance: no effect.', 'fewer than five people on a side']),
  number('effect', 'short', ['p', 'p', 'Two-sided p of this comparison alone (Welch’s t over people).', 'not compared']),
  number('effect', 'short', ['p_holm', 'p (Holm)', 'Adjusted for all comparisons of the answer; below 0.05 exactly where the interval excludes 0.', 'not compared']),
  number('effect', 'short', ['p_permutation', 'p (permutation)', 'A second opinion that assumes no distribution; the verdict does not rest on it.', 'not compared']),
  number('effect', 'short', ['cliffs_delta', "Cliff's δ", 'Current cycle times: 1 = everybody in the band is faster than every non-user.', 'not compared']),
  number('effect', 'percentunit', ['hl_shift_pct', 'Hodges–Lehmann', 'Median of all differences between people of the band and non-users.', 'not compared']),
  number('effect', 'percentunit', ['mde_pct', 'Smallest effect', 'Reduction that would have been found with 80 % power.', 'not compared']),
  beside(['effect'], ['dropped_dev', 'Dropped', 'People of the band with fewer than three units in one of the periods.']),
  beside(['effect'], ['straddle_n', 'Straddling', 'Units begun before the tool landed and ended after the washout; left out.']),
  text(['effect'], ['design', 'Design', 'did = against non-users; before_after = only against themselves; cross_section = no baseline.']),
  text(['effect'], ['grade', 'Evidence', 'C = differences in differences without randomisation; D = cohorts; E = before and after only.']),
]; // prettier-ignore

const mix: readonly Column[] = [
  number('mix', 'percentunit', ['delta_pct', 'Raw change', 'Change of the mean.', 'fewer than ten units in a period, or too little data for an interval']),
  number('mix', 'percentunit', ['mix_adj_pct', 'At equal mix', "Change of the mean at the baseline's mix; only in row all.", 'a class, or over 20 % of the baseline without counterpart']),
  number('mix', 'percentunit', ['adj_lo', 'At equal mix, low', 'Lower end of the interval at equal mix (see level).', 'no interval']),
  number('mix', 'percentunit', ['adj_hi', 'At equal mix, high', 'Upper end of the interval at equal mix.', 'no interval']),
  number('mix', 'm', ['within', 'Within', 'What faster or slower work adds to the change of the mean.']),
  number('mix', 'm', ['mix', 'Mix', 'What other work adds to the change of the mean. within + mix = cur_mean − base_mean in row all.']),
  number('mix', 'm', ['base_mean', 'Mean before', 'Mean of the baseline.', 'fewer than ten units']),
  number('mix', 'm', ['cur_mean', 'Mean now', 'Mean after the washout.', 'fewer than ten units']),
  number('mix', 'percentunit', ['base_share', 'Share before', 'Share of the units of the baseline.']),
  number('mix', 'percentunit', ['cur_share', 'Share now', 'Share of the units after the washout.']),
  number('mix', 'percentunit', ['dropped_weight', 'Left out', 'Share of the baseline in groups that are absent now.']),
  text(['mix'], ['simpson', 'Reversal', 'true = raw and adjusted change have opposite signs.']),
]; // prettier-ignore

/** Of one number over all people; with `curve` the shares of its steps stand instead. */
const ofAll = (column: Column): Column => ({ ...column, when: { curve: ['false'] } });

const concentration: readonly Column[] = [
  ofAll(number('concentration', 'short', ['gini', 'Gini', 'Of the gains over all people, those without a gain included: 0 = equal.', 'nobody gained, or fewer than four people carry 80 %'])),
  ofAll(number('concentration', 'percentunit', ['top_share', 'Share of the largest', 'Share of the top_k largest gainers in all gains.', 'nobody gained, or fewer than four people carry 80 %'])),
  ofAll(number('concentration', 'percentunit', ['top_1_share', 'Share of the largest one', 'Share of the largest gainer.', 'fewer than 20 people, or fewer than four carry 80 %'])),
  ofAll(number('concentration', 'short', ['hhi', 'Herfindahl', 'Sum of squared shares.', 'nobody gained, or fewer than four people carry 80 %'])),
  ofAll(number('concentration', 'short', ['effective', 'Effective contributors', '1 / Herfindahl.', 'nobody gained, or fewer than four people carry 80 %'])),
  ofAll(count(['concentration'], ['carriers_80', 'Carriers of 80 %', 'Least number of people with 80 % of the gains.', 'nobody gained, or fewer than four carry it'])),
  number('concentration', 'percentunit', ['delta_pct', 'Change', 'Change of the mean of all units; negative = faster. The verdict is its: with no clear change there is no speed-up to carry.']),
  ofAll(number('concentration', 'percentunit', ['delta_without_top_k', 'Change without them', 'The same without the units of the top_k largest gainers.', 'nobody gained, fewer than four people carry 80 %, fewer than k are left, or there is too little data for a verdict'])),
  ofAll(number('concentration', 'percentunit', ['below_high_share', 'Little or no use', 'Share of the people with known usage who are below the band high.', 'usage unknown, or fewer than k people are on one side'])),
  text(['concentration'], ['verdict', 'Verdict', 'Of the change: improved, regressed, no_clear_change, too_early or insufficient_data.', 'nothing was measured before and after']),
  { name: 'delta_lo', role: 'value', type: 'number', unit: 'percentunit', label: 'Change, low', help: 'Lower end of the 95 % interval of the change, over people.', nullMeaning: 'no interval', modes: ['concentration'] },
  { name: 'delta_hi', role: 'value', type: 'number', unit: 'percentunit', label: 'Change, high', help: 'Upper end of the 95 % interval of the change.', nullMeaning: 'no interval', modes: ['concentration'] },
  { ...text(['concentration'], ['largest', 'Largest savers', 'How many of those who saved most time: none, 4, 10, 20, 50 or all.', 'never null']), when: { curve: ['true'] } },
  { name: 'people_share', isAxis: true, even: 'if all saved the same', role: 'value', type: 'number', unit: 'percentunit', label: 'Share of people', help: 'Share of all people that these are, those who saved most first. People are counted in fives, so it may be some points off.', nullMeaning: 'the step is not published', when: { mode: ['concentration'], curve: ['true'] } },
]; // prettier-ignore

const joinQuality: readonly Column[] = [
  number('join_quality', 'percentunit', ['event_share', 'Events', 'Share of the units whose person is covered by events or marks (grade 3 or better).']),
  number('join_quality', 'percentunit', ['attributed_share', 'Attributed uses', 'Share of the tool events that name or reach a workflow.', 'no events']),
  number('join_quality', 'percentunit', ['match_rate', 'Matched users', 'Share of the accounts with use or a licence of the tool that belong to somebody who is known otherwise.', 'the tool has no accounts']),
  beside(['join_quality'], ['bad_order_n', 'Bad order', 'Units of the workflow that end before they start.', 'not counted by bucket or group']),
  beside(['join_quality'], ['no_start_n', 'No start', 'Units of the workflow without a start.', 'not counted by bucket or group']),
  beside(['join_quality'], ['abandoned_n', 'Abandoned', 'Units of the workflow that were given up.', 'not counted by bucket or group']),
  beside(['join_quality'], ['winsorised_n', 'Cut', 'Units of the workflow cut at its longest time.', 'not counted by bucket or group']),
]; // prettier-ignore

const level: Column = {
  name: 'level',
  role: 'value',
  type: 'number',
  unit: 'percentunit',
  label: 'Level',
  help: 'Level of the interval that the verdict rests on: 95 %, more where several comparisons are judged together (Holm).',
  nullMeaning: 'not judged',
  modes: ['effect', 'mix', 'concentration'],
};

const unknownShare: Column = {
  name: 'unknown_share',
  role: 'value',
  type: 'number',
  unit: 'percentunit',
  label: 'Unknown usage',
  help: 'Share of the units whose person has no known usage. They are never counted as non-users.',
  nullMeaning: 'no units',
  modes: ['describe', 'effect', 'join_quality'],
};

/** Columns of every mode. */
export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket in which the units ended.',
    nullMeaning: 'never null',
    when: { mode: ['describe', 'join_quality'], bucket: ['day', 'week', 'month', 'quarter'] },
  },
  label('workflow', 'Workflow', 'Workflow; an earlier version of its definition as id@version.'),
  label('tool', 'Tool', 'Tool; none = the workflow lists no tool.'),
  { ...label('bucket', 'Usage band', 'zero (or zero_seated, zero_unseated), low, mid, high or unknown.'), modes: ['describe', 'effect'] },
  { ...label('group', 'Part', 'Class, or all.'), modes: ['mix'] },
  label('team', 'Team', 'Team of the person when the unit ended.'),
  label('repo', 'Repository', 'Repository.'),
  label('service', 'Service', 'Service of the repository.'),
  label('pr_class', 'Class', 'Class of the change.'),
  label('code_source', 'Code source', 'Who wrote the change.'),
  label('seniority', 'Seniority', 'Seniority of the person when the unit ended.'),
  label('zone', 'Zone', 'Policy zone.'),
  label('size', 'Size', 'Size of the change.'),
  ...estimate('m', { mode: ['describe'], centre: ['mean', 'p50', 'p75'] }, 'Cycle time.'),
  ...estimate('percentunit', { mode: ['describe'], centre: ['dev_share'] }, 'Share of the people with known usage.'),
  ...estimate('percentunit', { mode: ['effect'] }, 'Change of cycle time against non-users since the tool landed; negative = faster. 0 = the reference itself.'),
  ...estimate('percentunit', { mode: ['mix'] }, 'Raw change of the mean; negative = faster.'),
  // Without an interval.
  ...estimate('short', { mode: ['concentration'], curve: ['false'] }, 'Least number of people with 80 % of the time saved.').slice(0, 1),
  { name: 'value', role: 'value', type: 'number', unit: 'percentunit', label: 'Share of the time saved', help: 'Share of the time saved by all who became faster that the largest savers hold.', nullMeaning: 'the step is not published; status tells why', when: { mode: ['concentration'], curve: ['true'] } },
  ...estimate('percentunit', { mode: ['join_quality'] }, 'Share of the units whose person has known usage (activity or better).'),
  { name: 'n', role: 'count', counts: 'row', type: 'number', label: 'Units', help: 'Completed units behind the row.', nullMeaning: 'suppressed' },
  { name: 'n_dev', role: 'count', counts: 'row', type: 'number', label: 'People', help: 'Distinct humans behind the row.', nullMeaning: 'suppressed' },
  statusColumn,
  ...describe,
  ...effect,
  ...mix,
  ...concentration,
  ...joinQuality,
  level,
  unknownShare,
  text(['describe', 'effect', 'join_quality'], ['basis', 'Basis', 'What the usage rests on: declared = marks in git, event, activity, observed_zero, mixed, none.']),
  text(['effect', 'mix'], ['verdict', 'Verdict', 'improved, regressed, no_clear_change, too_early or insufficient_data.', 'the reference, a part, or a mix without intervals']),
  text(PERIODS, ['landing_basis', 'Landing', 'config = configured date; inferred = first known use, may be too early.', 'not landed']),
]; // prettier-ignore
