/** Mode burden: what review takes by one measure, with an interval over people, and against another code source. */
import { compareTogether, type Compared } from '../../statistics/comparison.ts';
import { intervalOf, LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { meanEstimate, shareEstimate } from '../../statistics/intervals/jackknife.ts';
import { quantiles } from '../../statistics/quantile.ts';
import { isShareTooWide } from '../../statistics/intervals/too-wide.ts';
import { groupVerdict, MOST_UNKNOWN, RATE_THRESHOLD, TIME_THRESHOLD } from '../../statistics/verdict.ts';
import type { ComputeContext, ComputeResult, Row, Status, Verdict } from '../define.ts';
import { isCutBucket, leastUnits, listOf, numberOf, unknownShareByFamily } from '../parts/groups.ts';
import { againstUnmarked, UNMARKED, withReference } from '../parts/reference.ts';
import { rawRatio, sameSizeRatio } from './compare.ts';
import type { Group } from './compute.ts';
import { measureOf, type Measure } from './measures.ts';
import { readBurden, sumOf, type Burden } from './units.ts';

const LEAST_UNITS = 10;

interface Measured extends Group {
  readonly burden: Burden;
  readonly value: number;
  readonly estimate: Estimate | null;
  /** Its 95 % interval leaves next to nothing out. */
  readonly isTooWide: boolean;
  readonly isShown: boolean;
}

/** Who is behind a group for hiding: of those who wrote and those who reviewed the fewer, as far as anybody is known of them. */
function peopleOf({ authors, reviewers }: Burden, { isOfReviewers }: Measure): number {
  const known = (isOfReviewers ? [authors, reviewers] : [authors]).filter((people) => people > 0);
  return known.length === 0 ? 0 : Math.min(...known);
}

const inUnit = ({ kind, times = 1 }: Measure): number => (kind === 'time' ? 1 / 60 : times);

const valueOf = ({ people }: Burden, measure: Measure): number =>
  (inUnit(measure) * sumOf(people.map(({ tops }) => sumOf(tops)))) / sumOf(people.map(({ bottoms }) => sumOf(bottoms)));

export function burdenRows(groups: readonly Group[], context: ComputeContext): ComputeResult {
  const measure = measureOf(context.params['measure']);
  const all = groups.map((group): Measured => {
    const burden = readBurden(group.row);
    const estimate = estimateOf(burden, measure);
    const interval = measure.kind === 'share' ? intervalOf(estimate) : null;
    const isTooWide = interval !== null && isShareTooWide(interval);
    const isEnough = burden.n >= leastUnits(context, 'burden', LEAST_UNITS);
    return { ...group, burden, value: valueOf(burden, measure), estimate, isTooWide: isEnough && isTooWide, isShown: isEnough && !isTooWide };
  });
  const { cellsOf, notices } = comparisons(all, measure, context);
  return { rows: all.map((one) => rowOf(one, measure, { context, compared: cellsOf(one) })), notices };
} // prettier-ignore

function rowOf(one: Measured, measure: Measure, { context, compared }: { context: ComputeContext; compared: Row }): Row {
  const { burden, time, dimensions, isShown } = one;
  const [p50, p90] = measure.kind === 'time' ? quantiles(burden.values, [0.5, 0.9]).map((seconds) => (seconds ?? 0) / 60) : [null, null];
  const centres: Readonly<Record<string, unknown>> = { value: one.value, p50, p90, gap_lo: compared['gap_lo'] };
  const show = String(context.params['show']);
  const interval = context.params['ci'] === true && show === 'value' ? intervalOf(one.estimate) : null;
  return {
    ...(time === null ? {} : { time }),
    ...dimensions,
    value: isShown ? ((centres[show] ?? null) as number | null) : null,
    lo: isShown ? (interval?.lo ?? null) : null,
    hi: isShown ? (interval?.hi ?? null) : null,
    p50: isShown ? (p50 ?? null) : null,
    p90: isShown ? (p90 ?? null) : null,
    n: burden.n,
    n_dev: burden.authors,
    n_reviewers: measure.isOfReviewers ? burden.reviewers : null,
    side_dev: peopleOf(burden, measure),
    side_share: burden.oneShare,
    status: isShown ? statusOf(one, context) : one.isTooWide ? 'too_wide' : 'low_n',
    basis: measure.basis,
    ...compared,
  };
} // prettier-ignore

function estimateOf({ people }: Burden, measure: Measure): Estimate | null {
  const unit = inUnit(measure);
  const clusters = {
    numerators: people.map(({ tops }) => unit * sumOf(tops)),
    denominators: people.map(({ bottoms }) => sumOf(bottoms)),
  };
  return measure.kind === 'share' ? shareEstimate(clusters) : meanEstimate(clusters);
}

function statusOf({ row, time }: Measured, context: ComputeContext): Status {
  const dataEnd = new Date(numberOf(row['complete_until']) * 1000);
  return time !== null && isCutBucket(time, dataEnd, context) ? 'partial' : 'ok';
}

const UNCOMPARED: Row = { reference: null, reference_dev: null, reference_share: null, verdict: null, same_size_verdict: null, gap: null, gap_lo: null, gap_hi: null, same_size: null, same_size_lo: null, same_size_hi: null, level: null, p_holm: null }; // prettier-ignore

interface Pair {
  readonly group: Measured;
  readonly reference: Measured;
  readonly raw: Estimate | null;
  readonly sameSize: Estimate | null;
}

const familyOf = ({ dimensions }: Measured): string => JSON.stringify({ ...dimensions, code_source: null });

/** All groups of an answer are judged together, as they are and at equal size. */
function comparisons(all: readonly Measured[], measure: Measure, asked: ComputeContext) {
  const isAsked = asked.params['bucket'] === 'none' && listOf(asked, 'groupBy').includes('code_source');
  if (!isAsked) return { cellsOf: () => UNCOMPARED, notices: [] };
  const human = all.filter(({ dimensions }) => dimensions['code_source'] === 'human');
  const context = withReference(
    asked,
    human.map(({ burden, isShown }) => ({ isEnough: isShown, people: peopleOf(burden, measure), topShare: burden.oneShare }))
  );
  const source = String(context.params['compare_to']);
  const least = typeof context.settings['k'] === 'number' ? context.settings['k'] : 5;
  const pairs = all.flatMap((group): Pair[] => {
    const reference = all.find((other) => other.dimensions['code_source'] === source && familyOf(other) === familyOf(group));
    if (reference === undefined || reference === group) return [];
    const isEnough = group.isShown && reference.isShown && group.dimensions['code_source'] !== UNMARKED;
    const of = (ratio: typeof sameSizeRatio): Estimate | null => (isEnough ? ratio(reference.burden, group.burden, least) : null);
    return [{ group, reference, raw: of(rawRatio), sameSize: of(sameSizeRatio) }];
  });
  const compared = compareTogether(pairs.flatMap(({ raw, sameSize }) => [raw, sameSize]), 1);
  const isFiltered = listOf(context, 'code_source').length > 0;
  const unknown = unknownShareByFamily(all.map((one) => ({ family: familyOf(one), units: one.burden.n, unknown: one.dimensions['code_source'] === UNMARKED ? one.burden.n : 0 })));
  const cells = new Map(
    pairs.map((pair, index): [Measured, Row] => {
      const isUnsure = source !== UNMARKED && !isFiltered && (unknown(familyOf(pair.group)) ?? 0) > MOST_UNKNOWN;
      const both = [compared[2 * index] ?? null, compared[2 * index + 1] ?? null] as const;
      return [pair.group, comparedCells(pair, both, { measure, source, isUnsure })];
    })
  );
  const ofReference = { ...UNCOMPARED, reference: source };
  const isReference = ({ dimensions }: Measured): boolean => dimensions['code_source'] === source;
  return {
    cellsOf: (one: Measured): Row => cells.get(one) ?? (isReference(one) ? ofReference : UNCOMPARED),
    notices: pairs.length > 0 ? againstUnmarked(source) : [],
  };
} // prettier-ignore

interface Judging {
  readonly measure: Measure;
  readonly source: string;
  readonly isUnsure: boolean;
}

function comparedCells(pair: Pair, [raw, same]: readonly [Compared | null, Compared | null], judging: Judging): Row {
  const { reference, group } = pair;
  const one = drawn(pair.raw, raw);
  const two = drawn(pair.sameSize, same);
  const judge = (of: typeof one): Verdict => verdictOf(of, pair, judging);
  return {
    reference: judging.source,
    reference_dev: peopleOf(reference.burden, judging.measure),
    reference_share: reference.burden.oneShare,
    verdict: judge(one),
    same_size_verdict: group.dimensions['code_source'] !== UNMARKED && two.effect === null ? null : judge(two),
    gap: one.effect,
    gap_lo: one.interval?.lo ?? null,
    gap_hi: one.interval?.hi ?? null,
    same_size: two.effect,
    same_size_lo: two.interval?.lo ?? null,
    same_size_hi: two.interval?.hi ?? null,
    level: raw?.level ?? null,
    p_holm: raw?.pHolm ?? null,
  };
}

/** What is shown of a ratio: how much more than 1 it is, with the interval that is judged. */
function drawn(ratio: Estimate | null, compared: Compared | null) {
  const interval = compared?.interval ?? ratio?.intervalAt(LEVEL) ?? null;
  return {
    effect: ratio === null ? null : ratio.value - 1,
    interval: interval === null ? null : { lo: interval.lo - 1, hi: interval.hi - 1 },
  };
}

function verdictOf({ effect, interval }: ReturnType<typeof drawn>, { group, reference }: Pair, { measure, isUnsure }: Judging): Verdict {
  if (group.dimensions['code_source'] === UNMARKED) return 'not_judged';
  if (isUnsure) return 'insufficient_data';
  const judged = groupVerdict({ effect, interval, good: measure.good === 0 ? 1 : measure.good, threshold: TIME_THRESHOLD });
  if (judged === 'insufficient_data' || judged === 'no_clear_difference') return judged;
  // Of shares the difference itself must matter.
  const isSmall = measure.kind === 'share' && Math.abs(effect ?? 0) * reference.value < RATE_THRESHOLD;
  if (isSmall) return 'no_clear_difference';
  return measure.good === 0 ? ((effect ?? 0) > 0 ? 'more' : 'less') : judged;
} // prettier-ignore
