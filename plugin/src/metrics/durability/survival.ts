import { LEAST_CLUSTERS, percentileInterval } from '../../statistics/cluster-bootstrap.ts';
import type { Interval } from '../../statistics/proportion.ts';
import { holm } from '../../statistics/holm.ts';
import { bootstrapSurvival, survivalReplicates } from '../../statistics/survival-bootstrap.ts';
import type { Cell, ComputeContext, ComputeResult, Notice, Row, Status } from '../define.ts';
import { armOf, readAt, readCohorts, type Cohort, type Reading } from './cohort.ts';
import { findReference, finishRows, unknownShares, type Draft, type Group } from './groups.ts';
import { metric } from './metric.ts';
import { gapVerdict } from './verdict.ts';

/** More groups get no intervals, so that a query stays quick. */
const MOST_INTERVALS = 200;
const CURVE_AGES = Array.from({ length: 91 }, (_, age) => age);

/** A difference of survival to the reference at one age. */
interface Gap extends Partial<Interval> {
  readonly value: number | null;
  readonly p: number | null;
}

/** Everything that rows of one cohort are made of. */
interface Work {
  readonly cohort: Cohort;
  readonly reference: Cohort | null;
  readonly ages: readonly number[];
  readonly readings: readonly Reading[];
  readonly intervals: ReadonlyArray<Interval | null>;
  readonly gaps: readonly Gap[];
}

/** Modes survival and gap. */
export function computeSurvival(rows: readonly Row[], context: ComputeContext): ComputeResult {
  const { params } = context;
  const isGap = params['mode'] === 'gap';
  const grouped = params['groupBy'];
  if (isGap && !(Array.isArray(grouped) && grouped.includes('code_source'))) {
    return refused('mode "gap" compares code sources: add code_source to groupBy.');
  }
  const cohorts = readCohorts(rows, context);
  const isCurve = params['curve'] === true && !isGap;
  const ages = isCurve ? CURVE_AGES : params['horizon'] === 'all' ? [30, 60, 90] : [Number(params['horizon'])];
  const hasIntervals = params['ci'] === true;
  const shown = byLines(cohorts).slice(0, MOST_INTERVALS);
  const work = cohorts.map((cohort) =>
    workOn({ cohort, cohorts, ages, isCurve, hasIntervals: hasIntervals && shown.includes(cohort) }, context)
  );
  const unknown = unknownShares(
    cohorts.map(({ group, lines, unknownLines }) => ({ group, units: lines, unknown: unknownLines })),
    context
  );
  const drafts = work.flatMap((one) => draftsOf(one, { isGap, isCurve, unknown }, context));
  return {
    rows: finishRows(isGap ? withHolm(drafts) : drafts, context),
    notices: notices({ cohorts, isGap, hasIntervals }, context),
  };
}

/** A query that cannot be answered as it is: one row that says so. */
export function refused(text: string): ComputeResult {
  return { rows: [{ value: null, status: 'bad_config' }], notices: [{ severity: 'error', text }] };
}

interface Plan {
  readonly cohort: Cohort;
  readonly cohorts: readonly Cohort[];
  readonly ages: readonly number[];
  readonly isCurve: boolean;
  readonly hasIntervals: boolean;
}

function workOn({ cohort, cohorts, ages, isCurve, hasIntervals }: Plan, context: ComputeContext): Work {
  const readings = ages.map((age) => readAt(cohort, age, context));
  const reference = isCurve ? null : findReference(cohorts, cohort, String(context.params['compare_to']));
  const canCompare = reference !== null && reference !== cohort;
  const intervals =
    hasIntervals && context.params['mode'] === 'survival'
      ? bootstrapSurvival(armOf(cohort, ages), ages, context.random(metric.seedName))
      : ages.map(() => null);
  const gaps = canCompare
    ? gapsOf({ cohort, reference, ages, readings, hasIntervals }, context)
    : ages.map(() => ({ value: null, p: null }));
  return { cohort, reference, ages, readings, intervals, gaps };
}

interface Pair {
  readonly cohort: Cohort;
  readonly reference: Cohort;
  readonly ages: readonly number[];
  readonly readings: readonly Reading[];
  readonly hasIntervals: boolean;
}

function gapsOf({ cohort, reference, ages, readings, hasIntervals }: Pair, context: ComputeContext): Gap[] {
  const ofReference = ages.map((age) => readAt(reference, age, context));
  const canDraw =
    hasIntervals && cohort.clusters.length >= LEAST_CLUSTERS && reference.clusters.length >= LEAST_CLUSTERS;
  const [control, treated] = canDraw
    ? survivalReplicates([armOf(reference, ages), armOf(cohort, ages)], ages, context.random(metric.seedName))
    : [];
  return ages.map((_, index) => {
    const one = readings[index]?.survival ?? null;
    const two = ofReference[index]?.survival ?? null;
    if (one === null || two === null) {
      return { value: null, p: null };
    }
    const of = control?.[index];
    const differences = treated?.[index]?.map((value, draw) => value - (of?.[draw] ?? NaN));
    const interval = differences === undefined ? null : percentileInterval(differences);
    return { value: one - two, p: differences === undefined ? null : bootstrapP(differences), ...(interval ?? {}) };
  });
}

/** Two-sided: twice the smaller share of replicates on one side of 0. */
function bootstrapP(differences: Float64Array): number {
  const below = differences.filter((value) => value <= 0).length;
  const above = differences.filter((value) => value >= 0).length;
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
}

interface Frame {
  readonly isGap: boolean;
  readonly isCurve: boolean;
  readonly unknown: (group: Group) => number | null;
}

function draftsOf(work: Work, frame: Frame, context: ComputeContext): Draft[] {
  const { cohort, reference, ages, readings, intervals, gaps } = work;
  const last = frame.isCurve ? readings.findLastIndex(({ status }) => status === 'ok') : ages.length - 1;
  if (frame.isGap && cohort === reference) {
    return [];
  }
  return ages.slice(0, Math.max(last, 0) + 1).map((age, index) => {
    const reading = readings[index] as Reading;
    const gap = gaps[index] as Gap;
    const interval = frame.isGap ? gap : reading.survival === null ? null : intervals[index];
    const unknownShare = frame.unknown(cohort.group);
    const status = frame.isGap ? gapStatus(reading, gap, reference) : reading.status;
    return {
      group: cohort.group,
      who: cohort.who,
      status,
      cells: {
        ...(frame.isCurve ? { age_d: age } : { horizon_d: String(age) }),
        value: frame.isGap ? gap.value : reading.survival,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        n: cohort.changes,
        n_lines: cohort.lines,
        n_pr: cohort.changes,
        at_risk: reading.atRisk,
        mature_share: reading.matureShare,
        gap_vs_human: gap.value,
        gap_lo: gap.lo ?? null,
        gap_hi: gap.hi ?? null,
        p: gap.p,
        attested_share: cohort.lines === 0 ? null : cohort.attestedLines / cohort.lines,
        unknown_share: unknownShare,
        mean_confidence: cohort.confidence,
        reference: reference === null ? null : String(context.params['compare_to']),
        assumption: cohort.isAssumed ? 'assume_unmarked_human' : null,
      },
    };
  });
}

function gapStatus(reading: Reading, gap: Gap, reference: Cohort | null): Status {
  if (reading.status !== 'ok') {
    return reading.status;
  }
  return gap.value !== null ? 'ok' : reference === null ? 'no_baseline' : 'low_n';
}

/** Gaps of one table are tested together. */
function withHolm(drafts: readonly Draft[]): Draft[] {
  const number = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null);
  const adjusted = holm(drafts.map(({ cells }) => number(cells['p'])));
  return drafts.map((draft, index) => {
    const { cells } = draft;
    const [effect, lo, hi] = [number(cells['value']), number(cells['lo']), number(cells['hi'])];
    const interval = lo === null || hi === null ? null : { lo, hi };
    const pHolm = adjusted[index] ?? null;
    const verdict = gapVerdict({ effect, interval, pHolm, unknownShare: number(cells['unknown_share']) });
    return { ...draft, cells: { ...cells, p_holm: pHolm, verdict } };
  });
}

function byLines(cohorts: readonly Cohort[]): Cohort[] {
  return [...cohorts].sort((one, two) => two.lines - one.lines);
}

function notices(
  { cohorts, isGap, hasIntervals }: { cohorts: readonly Cohort[]; isGap: boolean; hasIntervals: boolean },
  { params }: ComputeContext
): Notice[] {
  const source = String(params['compare_to']);
  const lacksReference =
    isGap && cohorts.length > 0 && cohorts.every(({ group }) => group.dimensions['code_source'] !== source);
  const other = source === 'human' ? ' Unmarked code is unknown, not human: set compare_to = unknown to compare with it, or name human code in throughline.yaml (human_before, labels).' : ''; // prettier-ignore
  return [
    ...(lacksReference ? [{ severity: 'warning', text: `No change here is of source ${source}, so there is nothing to compare with.${other}` } as const] : []),
    ...(hasIntervals && cohorts.length > MOST_INTERVALS
      ? [{ severity: 'info', text: `Intervals are drawn for the ${MOST_INTERVALS} largest of ${cohorts.length} groups: group by fewer dimensions or filter.` } as const]
      : []),
    ...(cohorts.some(({ isAssumed }) => isAssumed)
      ? [{ severity: 'warning', text: 'Unmarked changes count as human because assume_unmarked is set to human.' } as const]
      : []),
  ]; // prettier-ignore
}
