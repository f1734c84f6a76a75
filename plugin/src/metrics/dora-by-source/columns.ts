import { statusColumn, type Column } from '../define.ts';
import * as kinds from '../parts/columns.ts';

const BUCKETED = ['day', 'week', 'month', 'quarter'];
const RATES = ['change_fail_rate', 'rework_rate'];
const OF_DEPLOYMENTS = ['deployment_frequency', 'recovery_time', ...RATES];

type When = Readonly<Record<string, readonly string[]>>;

const label = (name: string, title: string, help: string): Column =>
  kinds.label(name, [title, help], { nullMeaning: 'the combination asked for is refused' });
const anyCount = kinds.counts('suppressed, or not known for this grouping');
const anyNumber = kinds.numbers('suppressed, or nothing to compute it from');
const onlyWhen = (when: When | undefined): { when?: When } => (when === undefined ? {} : { when });

/** `value`, `lo` and `hi` in one unit, for these metrics. */
const estimate = (unit: string, metrics: readonly string[], help: string): Column[] => [
  { name: 'value', role: 'value', type: 'number', unit, label: 'Value', help, nullMeaning: 'not enough to say; status tells why', when: { metric: metrics } },
  { name: 'lo', role: 'lower', type: 'number', unit, label: 'Low', help: 'Lower end of the 95 % interval.', nullMeaning: 'no interval', when: { metric: metrics } },
  { name: 'hi', role: 'upper', type: 'number', unit, label: 'High', help: 'Upper end of the 95 % interval.', nullMeaning: 'no interval', when: { metric: metrics } },
]; // prettier-ignore

const count = (name: string, words: readonly [string, string], when?: When): Column =>
  anyCount(name, words, onlyWhen(when));

/** What the row leaves out or has beside it. */
const beside = (name: string, words: readonly [string, string], metrics: readonly string[]): Column => ({
  ...count(name, words, { metric: metrics }),
  counts: 'beside',
});

/** A number that belongs to tables only. */
const extra = (name: string, words: readonly [string, string, string], when?: When): Column =>
  anyNumber(name, words, onlyWhen(when));

const text = (name: string, words: readonly [string, string], when?: When): Column =>
  kinds.text(name, words, onlyWhen(when));

/** The 90-day value before the range and the difference from it, in the unit of the metric; of shares in points. */
const baseline = (unit: string, metrics: readonly string[]): Column[] => {
  const when = { metric: metrics, compare: ['baseline_90d'] };
  return [
    extra('baseline', [unit, 'Own 90 days before', 'The same group in the 90 days before the range.'], when),
    extra('delta', [unit === 'percentunit' ? 'points' : unit, 'Difference', 'Value minus the own 90-day value.'], when),
  ];
};

/** Columns of every metric. */
export const columns: readonly Column[] = [
  {
    name: 'time',
    role: 'time',
    type: 'time',
    label: 'Time',
    help: 'Start of the bucket in which the deployment finished.',
    nullMeaning: 'never null',
    when: { bucket: BUCKETED },
  },
  label('team', 'Team', 'Team of the deployment; for lead time of the change.'),
  label('repo', 'Repository', 'Repository that was deployed.'),
  label('service', 'Service', 'Service that was deployed.'),
  label('pr_class', 'Class', 'Class of the change.'),
  label(
    'code_source',
    'Code source',
    'Who wrote the changes; none = no change in the deployment, mixed = no source holds more than half.'
  ),
  label('zone', 'Zone', 'Policy zone of the change.'),
  label('size', 'Size', 'Size of the change.'),
  ...estimate('m', ['lead_time'], 'Median minutes from the first commit (or the merge) to production.'),
  ...estimate('short', ['deployment_frequency'], 'Deployments per observed calendar day: from the first commit or deployment of the services on.'),
  ...estimate('percentunit', ['change_fail_rate'], 'Share of deployments that failed in production.'),
  ...estimate('m', ['recovery_time'], 'Median minutes from a failed deployment to its recovery, open ones as censored.'),
  ...estimate('percentunit', ['rework_rate'], 'Share of deployments that were unplanned because of a problem users saw.'),
  count('n', ['Units', 'Deployments (failed ones for recovery time); changes for lead time and mode cause.']),
  count('n_dev', ['People', 'Distinct humans behind the changes.']),
  statusColumn,
  text('metric', ['Key', 'Which of the five.']),
  text('mode', ['Mode', 'How a deployment with several changes is divided.'], { metric: OF_DEPLOYMENTS }),
  text('band', ['Band', 'Name of the range that the value lies in: thresholds are settings, not DORA.']),
  count('weight_sum', ['Weight', 'Denominator: deployments by share, whole, or changes, as the mode counts them.'], { metric: OF_DEPLOYMENTS }),
  count('event_sum', ['Events', 'Numerator in the same measure. Sums over all sources give the total.'], { metric: RATES }),
  beside('immature_n', ['Immature', 'Deployments left out because an incident may still be linked to them.'], RATES),
  extra('purity', ['percentunit', 'Purity', 'Mean largest share of one source in a deployment: low = batches mix sources.'], { metric: OF_DEPLOYMENTS }),
  extra('single_source_value', ['percentunit', 'Single-source value', 'The rate over deployments of one source only.'], { metric: ['change_fail_rate'] }),
  beside('single_source_n', ['Single-source deployments', 'How many of them there are; null where nothing is told apart by source.'], ['change_fail_rate']),
  extra('cause_share', ['percentunit', 'Failures with a cause', 'Share of failures whose change is known; mode cause wants 70 %.'], { metric: ['change_fail_rate'] }),
  extra('days_with_deploy_per_week', ['short', 'Days with a deployment per week', 'Local days.'], { metric: ['deployment_frequency'] }),
  count('deployments', ['Deployments', 'Deployments in the measure of the mode.'], { metric: ['deployment_frequency'] }),
  extra('lead_p90', ['m', 'p90', 'Nine of ten changes were in production within this time.'], { metric: ['lead_time'] }),
  extra('lead_km_p50', ['m', 'Median with undeployed', 'Kaplan–Meier median, undeployed changes as censored.'], { metric: ['lead_time'] }),
  beside('undeployed_n', ['Undeployed', 'Merged in the range, in no deployment so far.'], ['lead_time']),
  beside('not_measurable_n', ['Not measurable', 'Merged before the first known deployment of the service, or without deployments or times.'], ['lead_time']),
  beside('bad_order_n', ['Bad order', 'Left out: the end lies before the start.'], ['lead_time', 'recovery_time']),
  beside('no_start_n', ['No start', 'Deployed, but when the work began is not known: forges date a squash with its merge. Left out.'], ['lead_time']),
  { ...extra('no_start_share', ['percentunit', 'Share without start', 'Of the deployed changes: what the lead time says nothing about.'], { metric: ['lead_time'] }), counts: 'beside' },
  extra('recovery_p90', ['m', 'p90', 'Nine of ten failures were over within this time.'], { metric: ['recovery_time'] }),
  beside('open_n', ['Open', 'Failed deployments that are not recovered yet.'], ['recovery_time']),
  extra('linked_share', ['percentunit', 'Linked share', 'Incidents of the range that are linked to a deployment.'], { metric: ['change_fail_rate', 'recovery_time'] }),
  { ...count('unlinked_incidents', ['Unlinked incidents', 'They are no failures, but they are here.'], { metric: ['change_fail_rate', 'recovery_time'] }), counts: 'nobody' },
  text('link_methods', ['Link methods', 'How incidents were linked, with counts.'], { metric: ['change_fail_rate', 'recovery_time'] }),
  extra('unknown_share', ['percentunit', 'Unknown share', 'Changes of unknown source; above 30 % no verdict is given.']),
  extra('mean_confidence', ['percentunit', 'Confidence', 'Mean confidence of the attribution.']),
  text('reference', ['Compared with', 'Code source of the verdict.'], { metric: ['change_fail_rate'] }),
  extra('gap', ['points', 'Against it', 'Rate minus that of the reference; positive = fails more often.'], { metric: ['change_fail_rate'] }),
  extra('gap_lo', ['points', 'Against it, low', 'Lower end of its interval (Newcombe), at the level in column level; the verdict rests on it.'], { metric: ['change_fail_rate'] }),
  extra('gap_hi', ['points', 'Against it, high', 'Upper end of its interval.'], { metric: ['change_fail_rate'] }),
  extra('level', ['percentunit', 'Level', 'Level of that interval: 95 %, more where several comparisons are judged together (Holm).'], { metric: ['change_fail_rate'] }),
  extra('p_holm', ['short', 'p (Holm)', 'Adjusted for the comparisons of the answer; below 0.05 exactly where the interval excludes 0.'], { metric: ['change_fail_rate'] }),
  text('verdict', ['Verdict', 'better, worse or no_clear_difference against the reference; by the interval of the gap; insufficient_data where share and single source disagree in sign; not_judged = its source is unknown.'], { metric: ['change_fail_rate'] }),
  text('verdict_why', ['Why', 'Why there is no verdict: too few, of unknown source, or the deployments of one source point the other way; beside better or worse: these alone point the same way, but not clearly.'], { metric: ['change_fail_rate'] }),
  ...baseline('m', ['lead_time', 'recovery_time']),
  ...baseline('short', ['deployment_frequency']),
  ...baseline('percentunit', RATES),
  count('baseline_n', ['Units before', 'Units of the own 90-day value.'], { compare: ['baseline_90d'] }),
  text('assumption', ['Assumption', 'assume_unmarked_human: unmarked changes count as human because the configuration says so.']),
]; // prettier-ignore
