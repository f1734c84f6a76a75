import { compareTogether } from '../../statistics/comparison.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { LEVEL, intervalOf, type Estimate } from '../../statistics/intervals/estimate.ts';
import { meanRatio } from '../../statistics/intervals/mean-ratio.ts';
import { quantiles } from '../../statistics/quantile.ts';
import { TIME_THRESHOLD, verdict, type Verdict } from '../../statistics/verdict.ts';
import type { Cell, Compute, ComputeContext, Row, Status } from '../define.ts';
import { numberOrNull, textOf } from '../parts/groups.ts';
import { bothSums, readFlow } from '../parts/stage-times.ts';
import { bottleneckCells } from './bottleneck.ts';
import { estimateOf } from './estimate.ts';
import { countedOf, groupsOf, sumOf, type Group, type Period } from './period.ts';
import { lastDayOf, phaseCells } from './phase-cells.ts';
import { absorbedOf, adjustedChange, changedMost, deltasOf, LEAST_MINUTES, movedTo, type Shift } from './shift.ts';
import { namesOf, PARTS, STAGES, type Names, type Stage } from './stages.ts';
import { inWords, type Reference } from './words.ts';

/** Stages of each group, and phase, in the order in which a change goes through them, then all of them. */
export const compute: Compute = (rows, context) => {
  const groups = groupsOf(rows, context);
  const ratios = groups.flatMap((group) =>
    STAGES.map((_, stage) =>
      group.isCompared && !isShort(group, stage)
        ? meanRatio(bothSums(group.before.flow, group.after.flow, stage))
        : null
    )
  );
  const compared = compareTogether(ratios, 1);
  const asked = String(context.params['stage']);
  const dated = new Set(groups.filter(isDated).map(nameOf));
  return {
    rows: groups.flatMap((group, place) => {
      const judged = STAGES.map((_, at) => {
        const index = place * STAGES.length + at;
        return judge(group, { at, ratio: ratios[index] ?? null, compared: compared[index] ?? null });
      });
      const verdicts = judged.map((one) => one.verdict);
      const names = namesOf(dated.has(nameOf(group)));
      const shift = group.isCompared ? { before: group.before.means, after: group.after.means, verdicts } : null;
      return judged.flatMap((one): Row[] => {
        const stage = STAGES[one.at]?.value;
        const isAsked = asked === 'each' || asked === stage || (asked === 'parts' && stage !== 'all');
        return isAsked ? [rowOf(group, { ...one, shift, names }, context)] : [];
      });
    }),
  };
};

/** An issue dates the requirement of some change of the group. */
const isDated = ({ before, after }: Group): boolean =>
  [before, after].some((period) => countedOf(period, 'issue_n') > 0);

/** The same for all phases of a group. */
const nameOf = ({ dimensions }: Group): string => JSON.stringify(dimensions);

/** A stage that takes less than a minute on both sides: how much that is of nearly nothing says nothing. */
const isShort = ({ before, after }: Group, at: number): boolean =>
  [before, after].every(({ means }) => (means[at] ?? 0) < LEAST_MINUTES);

interface Compared {
  /** Place of the stage. */
  readonly at: number;
  readonly ratio: Estimate | null;
  readonly compared: ReturnType<typeof compareTogether>[number];
}

/** A stage against the period before. */
interface Judged extends Compared {
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly verdict: Verdict;
}

function judge(group: Group, asked: Compared): Judged {
  const { at, ratio, compared } = asked;
  const [was, is] = [group.before.means[at] ?? 0, group.after.means[at] ?? 0];
  const drawn = compared?.interval ?? ratio?.intervalAt(LEVEL) ?? null;
  const interval = drawn === null ? null : { lo: drawn.lo - 1, hi: drawn.hi - 1 };
  const effect = was >= LEAST_MINUTES ? is / was - 1 : null;
  const found =
    group.isCompared && isShort(group, at) ? 'no_clear_change'
    : group.isCompared && was < LEAST_MINUTES ? begun(group, at)
    : verdict({ effect, interval, good: -1, threshold: TIME_THRESHOLD });
  return { ...asked, effect, interval: effect === null ? null : interval, verdict: found };
} // prettier-ignore

/** A stage that took nearly nothing before has no relative change: it is slower where its mean certainly exceeds that by a minute, judged as one of the stages. */
function begun({ before, after }: Group, at: number): Verdict {
  const interval = estimateOf(after.flow, at)?.intervalAt(1 - (1 - LEVEL) / PARTS) ?? null;
  if (interval === null) return 'insufficient_data';
  return interval.lo - (before.means[at] ?? 0) >= LEAST_MINUTES ? 'regressed' : 'no_clear_change';
}

interface Told extends Judged {
  readonly shift: Shift | null;
  readonly names: Names;
}

function rowOf(group: Group, asked: Told, context: ComputeContext): Row {
  const { dimensions, before, after, isShown } = group;
  const { at, names } = asked;
  const [own, whole] = [after.means[at] ?? 0, after.means[PARTS] ?? 0];
  const shareOf = (part: string, whole: string): number | null => ratioOf(countedOf(after, part), countedOf(after, whole));
  const held = bottleneckCells(after, names);
  const comparison = comparisonOf(group, asked);
  const show = String(context.params['show']);
  const shown = show === 'value' ? (isShown ? own : null) : (comparison[show] ?? null);
  const interval = isShown && context.params['ci'] === true && show === 'value' ? intervalOf(estimateOf(after.flow, at)) : null;
  const isWhole = STAGES[at]?.value === 'all';
  return {
    stage: names.ids[at] ?? null,
    ...dimensions,
    ...phaseCells(group, context),
    value: shown,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    ...comparison,
    share: isShown && whole > 0 ? own / whole : null,
    p50: isShown ? (quantiles(after.flow.stages[at]?.seconds ?? [], [0.5])[0] ?? 0) / 60 : null,
    ...(isShown ? held : NOT_HELD),
    n: after.flow.n,
    n_dev: after.flow.n > 0 ? after.flow.people : null,
    one_person_share: after.flow.oneShare,
    n_dev_before: before.flow.n > 0 ? before.flow.people : null,
    one_person_share_before: before.flow.oneShare,
    ...workOf(after, at),
    n_dev_worked: numberOrNull(after.rows[0]?.['worked_people']),
    one_person_share_worked: numberOrNull(after.rows[0]?.['worked_share']),
    coverage: shareOf('n', 'deployed_n'),
    ...(context.params['unit'] === 'issue'
      ? {
          mapped_share: shareOf('mapped_n', 'deployed_n'),
          disordered_share: shareOf('disordered_n', 'deployed_n'),
          unmapped_states: after.rows[0]?.['unmapped_states'] ?? null,
        }
      : {}),
    issue_share: shareOf('issue_n', 'n'),
    unreviewed_share: shareOf('unreviewed_n', 'n'),
    untested_share: shareOf('untested_n', 'n'),
    says: isWhole && isShown ? inWords({ after: after.means, closeTo: held.close_to, shift: asked.shift, names, reference: referenceOf(group, context) }) : null,
    status: statusOf(group),
  };
} // prettier-ignore

const ratioOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** A phase that goes on is answered as far as it is. */
function statusOf({ isShown, ofPhase }: Group): Status {
  const state = ofPhase?.state;
  if (state === 'not begun' || state === 'no whole week') return 'immature';
  return !isShown ? 'low_n' : state === 'not finished' ? 'partial' : 'ok';
}

function referenceOf({ ofPhase }: Group, { tz }: ComputeContext): Reference | null {
  if (ofPhase === null) return null;
  const { phase, baseline, state } = ofPhase;
  return {
    baseline: phase === baseline ? null : baseline.title,
    until: state === 'not finished' ? lastDayOf(ofPhase, tz) : null,
  };
}

/** Seconds that a stage took and that it was worked on, of the changes of which that is known. */
type Worked = Readonly<Partial<Record<Stage, readonly [seconds: number, active: number]>>>;

/** Of changes; of issues nothing tells it. */
function workOf({ rows, flow }: Period, at: number): Row {
  const told = rows[0]?.['worked'];
  const worked: Worked = typeof told === 'string' ? (JSON.parse(told) as Worked) : {};
  const stage = STAGES[at]?.value ?? 'all';
  const known = stage === 'all' ? Object.values(worked) : [worked[stage] ?? [0, 0]];
  const [seconds, active] = [0, 1].map((place) => known.reduce((all, one) => all + (one[place] ?? 0), 0));
  const whole = sumOf(flow.stages[at]?.sums ?? []);
  if (seconds === undefined || active === undefined || seconds <= 0) return { flow_efficiency: null, measured_share: null };
  return { flow_efficiency: active / seconds, measured_share: seconds / whole };
} // prettier-ignore

const UNCOMPARED: Row = {
  before: null,
  delta: null,
  delta_pct: null,
  adjusted_pct: null,
  pct_lo: null,
  pct_hi: null,
  level: null,
  p_holm: null,
  absorbed: null,
  moved_to: null,
  changed_most: null,
  changed_by: null,
  changed_verdict: null,
};
const NOT_HELD: Row = { bottleneck: null, bottleneck_minutes: null, close_to: null }; // prettier-ignore

/** Against the period before. */
function comparisonOf({ before, after, isShown }: Group, { at, shift, names, ...judged }: Told): Record<string, Cell> {
  const n = { n_before: before.flow.n, verdict: isShown ? 'insufficient_data' : null };
  if (shift === null) return { ...UNCOMPARED, ...n };
  const [was, is] = [before.means[at] ?? 0, after.means[at] ?? 0];
  return {
    ...n,
    before: was,
    delta: is - was,
    delta_pct: judged.effect,
    pct_lo: judged.interval?.lo ?? null,
    pct_hi: judged.interval?.hi ?? null,
    level: judged.compared?.level ?? null,
    p_holm: judged.compared?.pHolm ?? null,
    verdict: judged.verdict,
    adjusted_pct: judged.effect === null ? null : adjustedOf(before, after, at),
    absorbed: absorbedOf(shift),
    moved_to: names.idOf(movedTo(shift)),
    ...mostOf(shift, names),
  };
} // prettier-ignore

function adjustedOf(before: Period, after: Period, stage: number): number | null {
  const classes = [...new Set([...before.rows, ...after.rows].map((row) => textOf(row['pr_class'])))].sort();
  const sums = ({ rows }: Period, name: string): { n: number; sum: number } => {
    const flow = readFlow(...rows.filter((row) => row['pr_class'] === name).map(({ units }) => units));
    return { n: flow.n, sum: sumOf(flow.stages[stage]?.sums ?? []) };
  };
  return adjustedChange(classes.map((key) => ({ key, before: sums(before, key), after: sums(after, key) })));
}

/** Of the stages the one whose mean changed by the most, whether or not that is proven. */
function mostOf(shift: Shift, names: Names): Record<'changed_most' | 'changed_by' | 'changed_verdict', Cell> {
  const at = changedMost(shift);
  if (at === null) return { changed_most: null, changed_by: null, changed_verdict: null };
  return {
    changed_most: names.ids[at] ?? null,
    changed_by: deltasOf(shift.before, shift.after)[at] ?? null,
    changed_verdict: shift.verdicts[at] ?? null,
  };
}
