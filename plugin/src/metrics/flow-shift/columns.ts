import { statusColumn, type Column } from '../define.ts';
import { PARTS, STAGES } from './stages.ts';
import { CHANGE_LABELS, counts, label, numbers, text } from '../parts/columns.ts';

const number = numbers('hidden, or fewer than ten changes on one side');
const count = counts('hidden');

/** What tells of the changes before the range. */
export const OF_COMPARISON = [
  'before', 'n_before', 'delta', 'delta_pct', 'pct_lo', 'pct_hi', 'level', 'p_holm', 'verdict', 'absorbed', 'moved_to', 'adjusted_pct', 'says',
  'changed_most', 'changed_by', 'changed_verdict',
] as const; // prettier-ignore

/** What tells of what was worked on: of other changes than the row where it is not known of all. */
export const OF_WORK = ['flow_efficiency', 'measured_share'] as const;

/** What a row of a phase says whoever is behind it. */
export const OF_PHASE = ['first_day', 'last_day', 'phase_state'] as const;

const BY_PHASE = { when: { compare: ['phases'] } };
const OF_CHANGES = { unit: ['change'] };
const OF_ISSUES = { unit: ['issue'] };
const VALUE = { nullMeaning: 'hidden, or fewer than ten changes' } as const;

export const columns: readonly Column[] = [
  label('stage', ['Stage', 'requirements (ready to code complete; coding = first commit to code complete, where no issue dates the requirement of any change of the group), review (to approved), tests (to passed), production (to deployed); all = their sum.']),
  label('phase', ['Phase', 'Title of the phase in throughline.yaml.'], BY_PHASE),
  ...CHANGE_LABELS,
  number('value', ['m', 'Value', 'Mean calendar minutes of a change in the stage.'], { ...VALUE, when: { show: ['value'] } }),
  number('value', ['m', 'Value', 'Mean minutes in the range of equal length before; by phase in the first one.'], { when: { show: ['before'] } }),
  number('value', ['m', 'Value', 'Mean minutes less the mean before; positive = takes longer.'], { when: { show: ['delta'] } }),
  number('value', ['percentunit', 'Value', 'Mean / mean before − 1.'], { when: { show: ['delta_pct'] } }),
  number('value', ['percentunit', 'Value', 'What stages got slower / what others got faster.'], { nullMeaning: 'hidden, too few changes, or no stage is proven to be faster', when: { show: ['absorbed'] } }),
  number('lo', ['m', 'Low', 'Lower end of the 95 % interval of the mean, over people.'], { role: 'lower', nullMeaning: 'no interval', when: { show: ['value'] } }),
  number('hi', ['m', 'High', 'Upper end of it.'], { role: 'upper', nullMeaning: 'no interval', when: { show: ['value'] } }),
  number('before', ['m', 'Before', 'Mean minutes of the changes that reached production in the range of equal length before; by phase in the first one.']),
  number('delta', ['m', 'Change', 'Mean − mean before; positive = takes longer. The stages add up to all.']),
  number('delta_pct', ['percentunit', 'Change, relative', 'Mean / mean before − 1.']),
  number('pct_lo', ['percentunit', 'Change, low', 'Lower end of its interval over people, at the level in column level; the verdict rests on it.'], { nullMeaning: 'no interval' }),
  number('pct_hi', ['percentunit', 'Change, high', 'Upper end of its interval.'], { nullMeaning: 'no interval' }),
  number('level', ['percentunit', 'Level', 'Level of that interval: 95 %, more where several comparisons are judged together (Holm): all rows of the answer.'], { nullMeaning: 'no interval' }),
  number('p_holm', ['short', 'p (Holm)', 'Adjusted for the comparisons of the answer; below 0.05 exactly where the interval excludes 0.'], { nullMeaning: 'no interval' }),
  text('verdict', ['Verdict', 'improved = it takes less time than before, regressed = more; no_clear_change; insufficient_data.', 'hidden']),
  number('adjusted_pct', ['percentunit', 'At equal mix', 'Change of the mean if the classes of changes were as before (Kitagawa).'], { nullMeaning: 'too few changes, or a class with more than 20 % of those before is gone' }),
  number('share', ['percentunit', 'Share', 'Mean of the stage / mean of all.'], VALUE),
  number('p50', ['m', 'Median', 'Half of the changes took no longer. Medians of stages do not add up.'], VALUE),
  text('bottleneck', ['Bottleneck', 'Stage with the largest mean.', 'hidden, or fewer than ten changes']),
  number('bottleneck_minutes', ['m', 'Bottleneck takes', 'Mean minutes of that stage.'], VALUE),
  text('close_to', ['Close to', 'Stages that are not proven to be shorter than the bottleneck: 0 lies in the interval of the difference over people (three comparisons, Bonferroni).', 'hidden, too few changes, or it is clearly the longest']),
  text('moved_to', ['Moved to', 'Of the stages that are proven to be slower the one with the most minutes.', 'hidden, too few changes, or no stage is proven to be slower']),
  text('changed_most', ['Changed most', 'Stage whose mean changed by the most minutes, whether or not that is proven.', 'hidden, too few changes, or none changed by a minute']),
  number('changed_by', ['m', 'By', 'Mean minutes of that stage less those before; positive = takes longer.'], { nullMeaning: 'hidden, too few changes, or none changed by a minute' }),
  text('changed_verdict', ['Is it proven', 'Verdict of that stage.', 'hidden, too few changes, or none changed by a minute']),
  number('absorbed', ['percentunit', 'Absorbed', 'Minutes by which stages got slower / minutes by which others got faster: 100 % = nothing reached production faster.'], { nullMeaning: 'hidden, too few changes, or no stage is proven to be faster' }),
  number('flow_efficiency', ['percentunit', 'Flow efficiency', 'Time worked on / time in the stage, where something tells: review by what reviewers did (estimate), tests by running checks, production by the deployment; the rest is wait.'], { nullMeaning: 'hidden, or not known: nothing tells when requirements and code were worked on', when: OF_CHANGES }),
  number('measured_share', ['percentunit', 'Measured', 'Time in the stage of which it is known / time in the stage.'], { nullMeaning: 'hidden, or nothing is known', when: OF_CHANGES }),
  count('n', ['Changes', 'Changes (unit issue: issues) that reached production in the range and of which every stage is known.']),
  count('n_before', ['Changes before', 'The same in the range before; by phase in the first one.']),
  count('n_dev', ['People', 'Distinct humans behind those of the range.']),
  number('coverage', ['percentunit', 'Coverage', 'Changes of which every stage is known / changes that reached production.'], { counts: 'beside', nullMeaning: 'hidden' }),
  number('issue_share', ['percentunit', 'Start from an issue', 'Changes whose requirement an issue dates (unit issue: issues that say when they were ready or started) / all; of the others it is the first commit.'], { counts: 'beside', nullMeaning: 'hidden' }),
  number('unreviewed_share', ['percentunit', 'Not approved', 'Changes that nobody approved: their review ends with the merge.'], { counts: 'beside', nullMeaning: 'hidden' }),
  number('untested_share', ['percentunit', 'Tests not known', 'Changes without a known check that passed: their tests end with the merge.'], { counts: 'beside', nullMeaning: 'hidden' }),
  number('mapped_share', ['percentunit', 'Workflow mapped', 'Issues whose states all map to a stage, and one of them says since when it was ready or worked on / issues that reached production.'], { counts: 'beside', nullMeaning: 'hidden', when: OF_ISSUES }),
  number('disordered_share', ['percentunit', 'Time goes back', 'Issues with a change of state that lies before the one before it / issues that reached production: left out.'], { counts: 'beside', nullMeaning: 'hidden', when: OF_ISSUES }),
  text('unmapped_states', ['Unmapped states', 'States of the tracker that map to no stage, of all issues: say in throughline.yaml what they are (states).', 'each maps to a stage'], { when: OF_ISSUES, isForeign: true }),
  ...STAGES.slice(0, PARTS).map(({ value, label: title }) => number(`${value}_m`, ['m', title, `Mean minutes of the stage, of all changes of the phase: the four add up. ${value === 'requirements' ? 'Coding, where no issue dates the requirement of any of the group.' : ''}`.trim()], { ...VALUE, ...BY_PHASE })),
  text('first_day', ['From', 'First day that counts: of questions about people whole weeks, or four of them, that lie in the phase.', 'nothing of it counts'], BY_PHASE),
  text('last_day', ['To', 'Last day that counts.', 'nothing of it counts'], BY_PHASE),
  text('phase_state', ['The phase is', 'finished; not finished (goes on, or ends after the range or the newest data: what takes longer is not in it yet); not begun; no whole week.', 'never null'], BY_PHASE),
  text('baseline', ['Compared with', 'Title of the first phase.', 'it is the first one, or that has no changes'], BY_PHASE),
  text('says', ['In words', 'Bottleneck, where the time moved, and what came of it; on row all.', 'another row, hidden, or too few changes']),
  statusColumn,
]; // prettier-ignore
