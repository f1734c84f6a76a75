import { LEAST_CLUSTERS, percentileInterval } from '../../statistics/cluster-bootstrap.ts';
import type { Interval } from '../../statistics/proportion.ts';
import { holm } from '../../statistics/holm.ts';
import { survivalReplicates } from '../../statistics/survival-bootstrap.ts';
import type { Cell, ComputeContext, ComputeResult, Notice, Row, Status } from '../define.ts';
import { armOf, readAt, readCohorts, type Cohort, type Reading } from './cohort.ts';
import { findReference, finishRows, unknownShares, type Draft, type Group } from './groups.ts';
import { metric } from './metric.ts';
import { gapVerdict } from './verdict.ts';

/** More groups get no intervals, so that a query stays quick. */
const MOST_INTERVALS = 200;
const CURVE_AGES = Array.from({ length: 91 }, (_, age) => age);

/** A difference of survival to the reference at one age. */
interface Gap {
  readonly value: number | null;
  readonly interval: Interval | null;
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

/** What is asked of every cohort. */
interface Plan {
  readonly isGap: boolean;
  readonly isCurve: boolean;
  readonly ages: readonly number[];
  /** Cohorts that get an interval. */
  readonly drawn: ReadonlySet<Cohort>;
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
  const drawn = new Set(hasIntervals ? byLines(cohorts).slice(0, MOST_INTERVALS) : []);
  const plan = { isGap, isCurve, ages, drawn };
  const families = byFamily(cohorts);
  const work = families.flatMap((family) => workOn(family, plan, context));
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

/** Cohorts that are compared with each other are drawn side by side from one stream, the reference first. */
function workOn(family: readonly Cohort[], { isCurve, ages, drawn }: Plan, context: ComputeContext): Work[] {
  const source = String(context.params['compare_to']);
  const reference =
    family.map((cohort) => findReference(family, cohort, source)).find((found) => found !== null) ?? null;
  const ordered = reference === null ? family : [reference, ...family.filter((cohort) => cohort !== reference)];
  const arms = ordered.filter((cohort) => drawn.has(cohort) && cohort.clusters.length >= LEAST_CLUSTERS);
  const replicates = survivalReplicates(arms.map((cohort) => armOf(cohort, ages)), ages, context.random(metric.seedName)); // prettier-ignore
  const drawsOf = (cohort: Cohort | null): readonly Float64Array[] | undefined =>
    cohort === null ? undefined : replicates[arms.indexOf(cohort)];
  const readings = new Map(family.map((cohort) => [cohort, ages.map((age) => readAt(cohort, age, context))]));
  return family.map((cohort): Work => {
    const own = readings.get(cohort) ?? [];
    const draws = drawsOf(cohort);
    const compared = isCurve || reference === cohort ? null : reference;
    const gaps = ages.map((_, index): Gap => {
      const values = [
        own[index]?.survival,
        compared === null ? null : readings.get(compared)?.[index]?.survival,
      ] as const;
      return gapOf(values, [draws?.[index], drawsOf(compared)?.[index]]);
    });
    const intervals = ages.map((_, index) => unitInterval(draws?.[index]));
    return { cohort, reference: isCurve ? null : reference, ages, readings: own, intervals, gaps };
  });
}

function unitInterval(draws: Float64Array | undefined): Interval | null {
  const interval = draws === undefined ? null : percentileInterval(draws);
  return interval === null ? null : { lo: Math.max(0, interval.lo), hi: Math.min(1, interval.hi) };
}

function gapOf(
  [one, two]: readonly [number | null | undefined, number | null | undefined],
  [treated, control]: readonly [Float64Array | undefined, Float64Array | undefined]
): Gap {
  if (typeof one !== 'number' || typeof two !== 'number') {
    return { value: null, interval: null, p: null };
  }
  if (treated === undefined || control === undefined) {
    return { value: one - two, interval: null, p: null };
  }
  const differences = treated.map((value, draw) => value - (control[draw] ?? NaN));
  return { value: one - two, interval: percentileInterval(differences), p: bootstrapP(differences) };
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
    const interval = frame.isGap ? gap.interval : reading.survival === null ? null : intervals[index];
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
        gap_lo: gap.interval?.lo ?? null,
        gap_hi: gap.interval?.hi ?? null,
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

function byFamily(cohorts: readonly Cohort[]): Cohort[][] {
  const families = new Map<string, Cohort[]>();
  for (const cohort of cohorts) {
    const family = families.get(cohort.group.family);
    if (family === undefined) {
      families.set(cohort.group.family, [cohort]);
    } else {
      family.push(cohort);
    }
  }
  return [...families.values()];
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
