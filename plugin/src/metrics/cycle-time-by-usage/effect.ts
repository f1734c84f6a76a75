/** Mode effect: did the users get faster since the tool landed, compared with the people who do not use it? */
import type { ComputeContext, ComputeResult, Row, Status } from '../define.ts';
import { compareTogether, type Compared } from '../../statistics/comparison.ts';
import { LEAST_CLUSTERS, type Estimate } from '../../statistics/intervals/estimate.ts';
import { asReduction, smallestEffect } from '../../statistics/mde.ts';
import { permutationTest } from '../../statistics/permutation.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { mean, median } from '../../statistics/quantile.ts';
import { cliffsDelta, hodgesLehmann } from '../../statistics/rank.ts';
import { MOST_UNKNOWN, TIME_THRESHOLD, verdict } from '../../statistics/verdict.ts';
import { differenceSpread, meanDifference } from '../../statistics/intervals/welch.ts';
import { BANDS, basisName, type Band } from './bands.ts';
import { comparisons, type Comparison, type PersonPeriods } from './periods.ts';
import type { Input } from './rows/read-rows.ts';
import { MIN_UNITS, SEED, finish, groupCells, groupNames, isUnmatched, shownEstimate, type Draft } from './result.ts';
import { mondayOf } from './rows/time-slots.ts';

/** Units of a person in a period for a stable mean. */
const LEAST_UNITS = 3;

/** People of one band with both periods. */
interface Arm {
  readonly band: Band;
  readonly people: readonly PersonPeriods[];
  readonly kept: readonly PersonPeriods[];
  /** Mean ln minutes of each kept person now, and its change. */
  readonly now: readonly number[];
  readonly changes: readonly number[];
  /** Current mean ln minutes of everybody with enough current units. */
  readonly current: readonly number[];
}

interface Estimates {
  readonly comparison: Comparison;
  readonly arm: Arm;
  readonly reference: Arm | undefined;
  readonly status: Status;
  readonly design: 'did' | 'before_after' | 'cross_section' | null;
  /** On the log scale; null = not estimable. */
  readonly effect: number | null;
  readonly estimate: Estimate | null;
  readonly permutationP: number | null;
}

export function effect(input: Input, context: ComputeContext): ComputeResult {
  const cells = comparisons(input, context).flatMap((comparison) => {
    const arms = armsOf(comparison);
    const reference = arms.find(
      ({ band }) => band === (context.params['split_zero'] === true ? 'zero_unseated' : 'zero')
    );
    return arms.map((arm) => ({ comparison, arm, reference }));
  });
  const estimates = cells.map((cell) => estimate(cell, context));
  const compared = compareTogether(estimates.map((each) => each.estimate));
  const drafts = estimates.map((each, index) => draftOf(each, compared[index] ?? null, context));
  return finish(drafts, input, context);
}

function armsOf({ people, landingBasis }: Comparison): Arm[] {
  return BANDS.flatMap((band) => {
    const own = people.filter(
      ({ person, usage, baseline, current }) =>
        person !== null && usage.band === band && (landingBasis === null || baseline.length + current.length > 0)
    );
    if (own.length === 0) return [];
    const measured = own
      .filter(({ current }) => current.length >= LEAST_UNITS)
      .map((each) => ({ each, now: meanLog(each.current) }));
    const both = measured.filter(({ each }) => each.baseline.length >= LEAST_UNITS);
    return [
      {
        band,
        people: own,
        kept: both.map(({ each }) => each),
        now: both.map(({ now }) => now),
        changes: both.map(({ each, now }) => now - meanLog(each.baseline)),
        current: measured.map(({ now }) => now),
      },
    ];
  });
}

type Cell = Pick<Estimates, 'comparison' | 'arm' | 'reference'>;

function estimate(cell: Cell, context: ComputeContext): Estimates {
  const { arm, reference } = cell;
  const isReference = arm === reference;
  const isComparable =
    !isReference &&
    arm.band !== 'unknown' &&
    !isUnmatched(cell.comparison.scope) &&
    !cell.comparison.isTooFew &&
    Math.min(arm.changes.length, reference?.changes.length ?? 0) >= LEAST_CLUSTERS;
  const none = { ...cell, ...standing(cell), effect: null, estimate: null, permutationP: null };
  if (!isComparable || reference === undefined || context.onlyPeople === true) {
    return isReference && none.status === 'ok' ? { ...none, effect: 0 } : none;
  }
  const difference = meanDifference(reference.changes, arm.changes);
  return {
    ...none,
    effect: difference?.value ?? null,
    estimate: difference,
    permutationP: permutationTest(reference.changes, arm.changes, context.random(SEED)),
  };
}

/** What can be said of a band at all, and on what grounds. */
function standing({ comparison, arm, reference }: Cell): Pick<Estimates, 'status' | 'design'> {
  const { scope, landingBasis, isTooEarly, baselineWeeks, isTooFew } = comparison;
  if (isTooEarly) {
    return { status: 'immature', design: null };
  }
  if (isUnmatched(scope) || arm.band === 'unknown' || scope.usageKey === null) {
    return { status: 'no_telemetry', design: null };
  }
  if (landingBasis === null || baselineWeeks === null) {
    return { status: 'no_baseline', design: 'cross_section' };
  }
  const units = unitsOf(arm);
  const isReferenceSmall = (reference?.changes.length ?? 0) < LEAST_CLUSTERS;
  return {
    design: isReferenceSmall ? 'before_after' : 'did',
    status: isReferenceSmall || isTooFew || arm.changes.length < LEAST_CLUSTERS || units < MIN_UNITS ? 'low_n' : 'ok',
  };
}

function draftOf(each: Estimates, compared: Compared | null, context: ComputeContext): Draft {
  const { comparison, arm, reference, status, design } = each;
  const units = unitsOf(arm);
  const isReference = arm === reference;
  // The verdict rests on the interval whether it is shown or not.
  const natural =
    compared === null ? null : { lo: Math.expm1(compared.interval.lo), hi: Math.expm1(compared.interval.hi) };
  const drawn = context.params['ci'] === false ? null : natural;
  const value = each.effect === null || status !== 'ok' ? null : Math.expm1(each.effect);
  return {
    people: peopleOf(each),
    units,
    topShare: units === 0 ? null : mostOf(arm) / units,
    row: {
      workflow: comparison.scope.workflow,
      tool: comparison.scope.tool,
      bucket: arm.band,
      ...groupCells(comparison.groups, groupNames(context)),
      ...shownEstimate(value, drawn, context),
      n: units,
      status,
      ...periodCells(comparison, arm),
      within_pct: arm.changes.length < LEAST_CLUSTERS ? null : Math.expm1(mean(arm.changes) ?? 0),
      cohort_pct: isReference ? null : cohortGap(arm, reference),
      p: compared?.p ?? null,
      p_holm: compared?.pHolm ?? null,
      level: drawn === null ? null : (compared?.level ?? null),
      p_permutation: each.permutationP,
      ...rankCells(each),
      dropped_dev: arm.people.length - arm.kept.length,
      straddle_n: comparison.straddling,
      design,
      grade: design === 'did' ? 'C' : design === 'before_after' ? 'E' : design === 'cross_section' ? 'D' : null,
      unknown_share: unknownShareOf(comparison),
      basis: basisName(arm.people.reduce((bits, { usage }) => bits | usage.bases, 0)),
      verdict: verdictOf(each, { value, natural }),
      landing_basis: comparison.landingBasis,
    },
  };
}

/** Without a baseline everybody with current units stands behind the cohort gap; otherwise those with both periods. */
function peopleOf({ arm, design, status }: Estimates): number {
  return design === 'cross_section' || status === 'no_telemetry' || status === 'immature'
    ? arm.people.length
    : arm.kept.length;
}

function unitsOf(arm: Arm): number {
  return countsOf(arm).reduce((sum, count) => sum + count, 0);
}

/** Units of the person who has most of them. */
function mostOf(arm: Arm): number {
  return countsOf(arm).reduce((most, count) => Math.max(most, count), 0);
}

function countsOf({ kept, people }: Arm): number[] {
  return (kept.length > 0 ? kept : people).map(({ baseline, current }) => baseline.length + current.length);
}

function periodCells({ baselineWeeks }: Comparison, { kept }: Arm): Row {
  const day = (week: number) => mondayOf(week).toISOString().slice(0, 10);
  const isEnough = kept.length >= LEAST_CLUSTERS;
  return {
    baseline_from: baselineWeeks === null ? null : day(baselineWeeks[0]),
    baseline_to: baselineWeeks === null ? null : day(baselineWeeks[1]),
    base_p50: isEnough ? median(kept.flatMap(({ baseline }) => baseline)) : null,
    cur_p50: isEnough ? median(kept.flatMap(({ current }) => current)) : null,
  };
}

function rankCells({ arm, reference, effect }: Estimates): Row {
  if (effect === null || reference === undefined || arm === reference) {
    return { cliffs_delta: null, hl_shift_pct: null, mde_pct: null };
  }
  const shift = hodgesLehmann(arm.changes, reference.changes);
  const spread = differenceSpread(reference.changes, arm.changes);
  return {
    // Positive = the band is faster: pairs in which the non-user takes longer.
    cliffs_delta: cliffsDelta(reference.now, arm.now),
    hl_shift_pct: shift === null ? null : Math.expm1(shift),
    mde_pct: asReduction(smallestEffect(spread)),
  };
}

function verdictOf(
  { status, comparison, arm, reference }: Estimates,
  found: { readonly value: number | null; readonly natural: Interval | null }
): string | null {
  if (status === 'immature') {
    return 'too_early';
  }
  if (arm === reference || arm.band === 'unknown') {
    return null;
  }
  if ((unknownShareOf(comparison) ?? 0) > MOST_UNKNOWN) {
    return 'insufficient_data';
  }
  return verdict({ effect: found.value, interval: found.natural, good: -1, threshold: TIME_THRESHOLD });
}

function cohortGap(arm: Arm, reference: Arm | undefined): number | null {
  if (arm.current.length < LEAST_CLUSTERS || reference === undefined || reference.current.length < LEAST_CLUSTERS) {
    return null;
  }
  return Math.expm1((mean(arm.current) ?? 0) - (mean(reference.current) ?? 0));
}

function unknownShareOf({ people }: Comparison): number | null {
  const units = people.reduce((sum, { current }) => sum + current.length, 0);
  const unknown = people.reduce((sum, { usage, current }) => sum + (usage.band === 'unknown' ? current.length : 0), 0);
  return units === 0 ? null : unknown / units;
}

/** Mean of ln minutes; shorter than a minute counts as one. Sorted first, so that the sum does not depend on the order read. */
function meanLog(minutes: readonly number[]): number {
  const logs = new Float64Array(minutes.length);
  for (let index = 0; index < logs.length; index += 1) logs[index] = Math.log(Math.max(1, minutes[index] as number));
  return mean(logs.sort()) ?? 0;
}
