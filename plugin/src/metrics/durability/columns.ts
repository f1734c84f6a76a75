import { statusColumn, type Column } from '../define.ts';
import { beside, count, estimate, extra, label } from './column-kinds.ts';

const LINE_MODES = ['survival', 'gap'];
const BUCKETED = ['day', 'week', 'month', 'quarter'];
const CLASSES = ['survival', 'gap', 'pr_survival', 'revert', 'churn'];

/** Columns of every mode. */
export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Cohort',
    help: 'Start of the bucket in which the changes were merged.',
    nullMeaning: 'never null',
    when: { bucket: BUCKETED },
  },
  label('team', 'Team', 'Team of the change when it was merged.'),
  label('repo', 'Repository', 'Repository.'),
  label('service', 'Service', 'Service of the repository.'),
  label('pr_class', 'Class', 'Class of the change.'),
  label(
    'code_source',
    'Code source',
    'Who wrote it: human, ai_assisted, ai_heavy or unknown; ai = both, where few people are behind one of them.'
  ),
  label('tool', 'Tool', 'AI tool named by the evidence; none = human, unknown = no tool named.'),
  label('seniority', 'Seniority', 'Seniority of the author when it was merged.'),
  label('zone', 'Zone', 'Policy zone.'),
  label('size', 'Size', 'Size of the change.'),
  label('basis', 'Basis', 'line = attested line, pr = class of the change; for rollbacks how the end was found.'),
  {
    ...label('horizon_d', 'Age', 'Age in days.'),
    when: { mode: LINE_MODES, curve: ['false'] },
  },
  ...estimate(
    'percentunit',
    { mode: ['survival', 'pr_survival', 'churn'] },
    'Share of lines (survival, churn) or changes (change survival).'
  ),
  ...estimate(
    'points',
    { mode: ['gap'] },
    'Share of lines alive minus that of the class compared with; negative = less durable.'
  ),
  ...estimate(
    'percentunit',
    { mode: ['revert'], revert_value: ['rate'] },
    'Share of mature changes reverted within the window.'
  ),
  ...estimate(
    'short',
    { mode: ['revert'], revert_value: ['ratio'] },
    'Revert rate divided by that of the class compared with.'
  ),
  ...estimate('m', { mode: ['time_to_rollback'] }, 'Median minutes from production (else merge) to the rollback.'),
  count('n', ['Changes', 'Changes behind the row: the units of the interval.']),
  count('n_dev', ['People', 'Distinct humans behind the row.']),
  statusColumn,
  {
    name: 'age_d',
    isAxis: true,
    role: 'count',
    counts: 'nobody',
    type: 'number',
    unit: 'd',
    label: 'Age (days)',
    help: 'Age of the step of the curve.',
    nullMeaning: 'never null',
    when: { mode: ['survival'], curve: ['true'] },
  },
  count('n_lines', ['Lines', 'Effective lines of the cohort.'], ['survival', 'gap', 'churn']),
  count(
    'n_pr',
    ['Changes with lines', 'Same as n, for tables that show it beside n_lines.'],
    ['survival', 'gap', 'churn']
  ),
  count('at_risk', ['Lines at risk', 'Effective lines still under observation just before that age.'], LINE_MODES),
  extra('mature_share', 'percentunit', {
    label: 'Mature share',
    help: 'Lines dead, or observed at least that long, of all lines.',
    nullMeaning: 'suppressed',
    modes: LINE_MODES,
  }),
  extra('gap_vs_human', 'points', {
    label: 'Gap',
    help: 'Survival minus that of the class compared with (column reference).',
    nullMeaning: 'no class to compare with, or one side has too little',
    modes: LINE_MODES,
  }),
  extra('gap_lo', 'points', {
    label: 'Gap low',
    help: 'Lower end of its 95 % interval; where several gaps are judged together, at the level that Holm asks for (column level).',
    nullMeaning: 'no interval',
    modes: LINE_MODES,
  }),
  extra('gap_hi', 'points', {
    label: 'Gap high',
    help: 'Upper end of its interval.',
    nullMeaning: 'no interval',
    modes: LINE_MODES,
  }),
  extra('level', 'percentunit', {
    label: 'Level',
    help: 'Level of the interval of the comparison: 95 %, more where several are judged together (Holm).',
    nullMeaning: 'not judged',
    modes: [...LINE_MODES, 'revert'],
  }),
  extra('hazard_ratio', 'short', {
    label: 'Hazard ratio',
    help: 'Cumulative hazard to that age over that of the class compared with, ln S / ln S of the reference; above 1 = its lines die faster.',
    nullMeaning: 'no comparison, or nothing died in one of the two',
    modes: LINE_MODES,
  }),
  extra('hazard_lo', 'short', {
    label: 'Hazard ratio low',
    help: 'Lower end of its 95 % interval; it is not judged, so that it stays at 95 % where the gap is drawn at another level.',
    nullMeaning: 'no interval',
    modes: LINE_MODES,
  }),
  extra('hazard_hi', 'short', {
    label: 'Hazard ratio high',
    help: 'Upper end of its 95 % interval, whatever the level of the gap.',
    nullMeaning: 'no interval',
    modes: LINE_MODES,
  }),
  extra('p', 'short', {
    label: 'p',
    help: 'Two-sided p of the gap alone, from its interval.',
    nullMeaning: 'no comparison',
    modes: ['gap'],
  }),
  extra('p_holm', 'short', {
    label: 'p (Holm)',
    help: 'p adjusted for the number of gaps in the table; below 0.05 exactly where the interval of the gap excludes 0.',
    nullMeaning: 'no comparison',
    modes: ['gap'],
  }),
  extra('km_survival', 'percentunit', {
    label: 'Survival (Kaplan–Meier)',
    help: 'Change survival with young changes as censored.',
    nullMeaning: 'too few changes',
    modes: ['pr_survival'],
  }),
  extra('revert_rate', 'percentunit', {
    label: 'Revert rate',
    help: 'Reverted of mature changes.',
    nullMeaning: 'too few changes',
    modes: ['revert'],
  }),
  extra('revert_ratio', 'short', {
    label: 'Revert ratio',
    help: 'Rate divided by that of the reference.',
    nullMeaning: 'nothing to compare with',
    modes: ['revert'],
  }),
  extra('ratio_lo', 'short', {
    label: 'Ratio low',
    help: 'Lower end of its 95 % interval (score method); where several ratios are judged together, at the level that Holm asks for.',
    nullMeaning: 'nothing to compare with',
    modes: ['revert'],
  }),
  extra('ratio_hi', 'short', {
    label: 'Ratio high',
    help: 'Upper end of its interval.',
    nullMeaning: 'nothing to compare with, or no upper end: no change of the reference was reverted',
    modes: ['revert'],
  }),
  count('reverted', ['Reverted', 'Mature changes reverted within the window.'], ['revert']),
  count('reapplied', ['Re-applied', 'Of these, reverted back later; the first revert still counts.'], ['revert']),
  count('failed', ['Failed', 'Mature changes reverted or half rewritten within the window.'], ['pr_survival']),
  beside(
    'immature',
    ['Immature', 'Changes left out because the window has not passed.'],
    ['pr_survival', 'revert', 'churn']
  ),
  extra('ttr_p50', 'm', {
    label: 'Median',
    help: 'Median time to rollback.',
    nullMeaning: 'too few rollbacks',
    modes: ['time_to_rollback'],
  }),
  extra('ttr_p90', 'm', {
    label: 'p90',
    help: 'Nine of ten were rolled back within this time.',
    nullMeaning: 'too few rollbacks',
    modes: ['time_to_rollback'],
  }),
  count('by_rollback', ['By rollback', 'Ended by a rollback deployment.'], ['time_to_rollback']),
  count('by_deployment', ['By revert shipped', 'Ended by the deployment of the revert.'], ['time_to_rollback']),
  count(
    'by_merge',
    ['By revert merged', 'Ended by the merge of the revert: no deployment known.'],
    ['time_to_rollback']
  ),
  beside('bad_order', ['Bad order', 'Left out: the end lies before the start.'], ['time_to_rollback']),
  count('added_lines', ['Lines added', 'Effective lines added by these changes.'], ['churn']),
  count('deleted_lines', ['Lines deleted', 'Effective lines deleted by these changes.'], ['churn']),
  count('updated_lines', ['Lines updated', 'Lines changed in place: not recorded in the store.'], ['churn']),
  count('moved_lines', ['Lines moved', 'Lines moved: not recorded in the store.'], ['churn']),
  count('copied_lines', ['Lines copied', 'Lines copied: not recorded in the store.'], ['churn']),
  extra('attested_share', 'percentunit', {
    label: 'Attested share',
    help: 'Lines with an attestation of their own.',
    nullMeaning: 'suppressed',
    modes: LINE_MODES,
  }),
  extra('unknown_share', 'percentunit', {
    label: 'Unknown share',
    help: 'Share of unknown source in the group over all sources; above 30 % no verdict is given.',
    nullMeaning: 'suppressed, or a filter on code source hides it',
    modes: CLASSES,
  }),
  extra('mean_confidence', 'percentunit', {
    label: 'Confidence',
    help: 'Mean confidence of the attribution.',
    nullMeaning: 'unknown source',
    modes: CLASSES,
  }),
  {
    name: 'reference',
    role: 'text',
    type: 'string',
    label: 'Compared with',
    help: 'Code source that gap and ratio are measured against.',
    nullMeaning: 'that class has no changes here, or code_source is not grouped by',
    modes: ['survival', 'gap', 'revert'],
  },
  {
    name: 'verdict',
    role: 'text',
    type: 'string',
    label: 'Verdict',
    help: 'better = more durable than the reference, worse = less; no_clear_difference; insufficient_data; not_judged = its source is unknown.',
    nullMeaning: 'no comparison, or intervals are off',
    modes: ['survival', 'gap', 'revert'],
  },
  {
    name: 'assumption',
    role: 'text',
    type: 'string',
    label: 'Assumption',
    help: 'assume_unmarked_human: unmarked changes count as human because the configuration says so.',
    nullMeaning: 'none made',
    modes: CLASSES,
  },
];
