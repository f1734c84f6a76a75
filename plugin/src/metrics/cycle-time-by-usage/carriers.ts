/** Mode concentration: how many people carry the time that was saved (metrics.md 4.8, 15.3), and whether any was. */
import type { ComputeContext, ComputeResult, Row, Status } from '../define.ts';
import { compareTogether, type Compared } from '../../statistics/comparison.ts';
import { concentration, topShare, type Concentration } from '../../statistics/concentration.ts';
import type { Estimate } from '../../statistics/intervals/estimate.ts';
import { decompose, type MixResult } from '../../statistics/mix.ts';
import { TIME_THRESHOLD, verdict } from '../../statistics/verdict.ts';
import { groupOfPerson } from './class-mix.ts';
import { LEAST_TOP, lorenzRows, shareOfLargest } from '../parts/lorenz.ts';
import { asChange, mixEstimates } from './mix-intervals.ts';
import { comparisons, type Comparison, type PersonPeriods } from './periods.ts';
import type { Input } from './rows/read-rows.ts';
import { MIN_UNITS, chosen, finish, groupCells, groupNames, isUnmatched, type Draft } from './result.ts';

/** Below, a figure about one would be a figure about somebody. */
const LEAST_PEOPLE_FOR_ONE = 20;
/** Of the shares of three people Gini and Herfindahl together leave nothing open. */
const LEAST_CARRIERS = 4;

interface Carried {
  readonly comparison: Comparison;
  readonly people: readonly PersonPeriods[];
  readonly status: Status;
  /** Null = not measured in both periods. */
  readonly result: MixResult | null;
  /** Mean after / mean before, over people. */
  readonly change: Estimate | null;
}

export function carriers(input: Input, context: ComputeContext): ComputeResult {
  const wanted = chosen(context, 'usage_bucket');
  const all = comparisons(input, context).map((comparison) => {
    const people = comparison.people.filter(
      ({ person, usage, baseline, current }) =>
        person !== null && baseline.length + current.length > 0 && (wanted === null || wanted.includes(usage.band))
    );
    return carriedBy(comparison, people);
  });
  const compared = compareTogether(
    all.map(({ change }) => change),
    1
  );
  const drafts = all.flatMap((each, index) => draftsOf(each, compared[index] ?? null, context));
  return finish(drafts, input, context);
}

function carriedBy(comparison: Comparison, people: readonly PersonPeriods[]): Carried {
  const status = statusOf(comparison, people);
  const result = status === 'ok' ? decompose(people.map(groupOfPerson)) : null;
  const sums = people.map(({ baseline, current }) => [
    { group: 0, sums: [baseline.length, sumOf(baseline), current.length, sumOf(current)] as const },
  ]);
  const change = result === null ? null : mixEstimates(sums, { adjustedPct: null }).raw;
  return { comparison, people, status, result, change };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function draftsOf(carried: Carried, compared: Compared | null, context: ComputeContext): Draft[] {
  const { comparison, people, status, result } = carried;
  const units = people.reduce((sum, { baseline, current }) => sum + baseline.length + current.length, 0);
  const gains = result?.terms.map(({ within }) => Math.max(0, -within)) ?? [];
  const found = concentration(gains);
  const least = Number(context.settings['k'] ?? 5);
  const isOfFew = least > 1 && found !== null && found.carriers80 < LEAST_CARRIERS;
  const spread = isOfFew ? null : found;
  const leastLeft = least > 1 ? LEAST_TOP : 1;
  const change = changeCells(carried, compared, context);
  const row = {
    workflow: comparison.scope.workflow,
    tool: comparison.scope.tool,
    ...groupCells(comparison.groups, groupNames(context)),
    n: units,
    status: status === 'ok' && spread === null ? (isOfFew ? 'suppressed_k' : 'undefined') : status,
    ...change,
    landing_basis: comparison.landingBasis,
  };
  const draft = { people: people.length, units, topShare: null };
  if (context.params['curve'] === true) {
    return lorenzRows(spread, leastLeft).map((step) => {
      const isKept = row.status === 'ok' && step['value'] === null;
      return { ...draft, row: { ...row, ...step, ...(isKept ? { status: 'suppressed_k' } : {}) } };
    });
  }
  const k = Math.max(LEAST_TOP, Number(context.params['top_k'] ?? 4));
  const ofAll = {
    value: context.params['show'] === 'value' ? (spread?.carriers80 ?? null) : null,
    ...spreadCells(spread),
    top_share: spread === null ? null : shareOfLargest(spread, k, leastLeft),
    delta_without_top_k:
      spread === null || change['delta_pct'] === null || people.length - k < least
        ? null
        : deltaWithout(people, gains, k),
    below_high_share: belowHigh(people, least),
  };
  return [{ ...draft, row: { ...row, ...ofAll } }];
}

/** The change of the mean with its interval and the verdict that rests on it: what is carried is only a speed-up where it says so. */
function changeCells({ status, result }: Carried, compared: Compared | null, { params }: ComputeContext): Row {
  const interval = asChange(compared?.interval ?? null);
  const drawn = params['ci'] === false ? null : interval;
  const effect = result?.deltaPct ?? null;
  const judged = verdict({ effect, interval, good: -1, threshold: TIME_THRESHOLD });
  // Without intervals nothing is judged: that is no lack of data. A per cent beside too little data would be read as a result.
  const isTold = params['ci'] === false || judged !== 'insufficient_data';
  return {
    delta_pct: isTold ? effect : null,
    delta_lo: drawn?.lo ?? null,
    delta_hi: drawn?.hi ?? null,
    level: drawn === null ? null : (compared?.level ?? null),
    verdict: status === 'immature' ? 'too_early' : judged,
  };
}

function statusOf(
  { scope, isTooEarly, landingBasis, baselineWeeks }: Comparison,
  people: readonly PersonPeriods[]
): Status {
  if (isUnmatched(scope) || scope.usageKey === null) {
    return 'no_telemetry';
  }
  if (isTooEarly) {
    return 'immature';
  }
  if (landingBasis === null || baselineWeeks === null) {
    return 'no_baseline';
  }
  const count = (period: 'baseline' | 'current') => people.reduce((sum, person) => sum + person[period].length, 0);
  return Math.min(count('baseline'), count('current')) < MIN_UNITS ? 'low_n' : 'ok';
}

function spreadCells(spread: Concentration | null): Row {
  return {
    gini: spread?.gini ?? null,
    top_1_share: spread === null || spread.people < LEAST_PEOPLE_FOR_ONE ? null : topShare(spread, 1),
    hhi: spread?.herfindahl ?? null,
    effective: spread?.effectiveContributors ?? null,
    carriers_80: spread?.carriers80 ?? null,
  };
}

/** Change of the mean without the k largest gainers; ties in the order of people. Null = nobody is left. */
function deltaWithout(people: readonly PersonPeriods[], gains: readonly number[], k: number): number | null {
  const largest = new Set(
    gains
      .map((gain, index) => ({ gain, index }))
      .sort((one, two) => two.gain - one.gain || one.index - two.index)
      .slice(0, k)
      .map(({ index }) => index)
  );
  const rest: MixResult | null = decompose(people.filter((_, index) => !largest.has(index)).map(groupOfPerson));
  return rest?.deltaPct ?? null;
}

/** Share of the people with known usage who use the tool little or not at all. Null = nobody is known, or few are on one side. */
function belowHigh(people: readonly PersonPeriods[], k: number): number | null {
  const known = people.filter(({ usage }) => usage.band !== 'unknown').length;
  const high = people.filter(({ usage }) => usage.band === 'high').length;
  const isOfFew = [high, known - high].some((side) => side > 0 && side < k);
  return known === 0 || isOfFew ? null : (known - high) / known;
}
