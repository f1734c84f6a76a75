/** Mode concentration: how many people carry the speed-up (metrics.md 4.8, 15.3). */
import type { ComputeContext, ComputeResult, Row, Status } from '../define.ts';
import { concentration, topShare, type Concentration } from '../../statistics/concentration.ts';
import { decompose, type MixResult } from '../../statistics/mix.ts';
import { groupOfPerson } from './class-mix.ts';
import { comparisons, type Comparison, type PersonPeriods } from './periods.ts';
import type { Input } from './rows/read-rows.ts';
import { MIN_UNITS, chosen, finish, groupCells, groupNames, isUnmatched, shownEstimate, type Draft } from './result.ts';

/** Below, a figure about one would be a figure about somebody. */
const LEAST_PEOPLE_FOR_ONE = 20;
const LEAST_TOP = 3;
/** Of the shares of three people Gini and Herfindahl together leave nothing open. */
const LEAST_CARRIERS = 4;

export function carriers(input: Input, context: ComputeContext): ComputeResult {
  const wanted = chosen(context, 'usage_bucket');
  const drafts = comparisons(input, context).map((comparison) => {
    const people = comparison.people.filter(
      ({ person, usage, baseline, current }) =>
        person !== null && baseline.length + current.length > 0 && (wanted === null || wanted.includes(usage.band))
    );
    return draftOf(comparison, people, context);
  });
  return finish(drafts, input, context);
}

function draftOf(comparison: Comparison, people: readonly PersonPeriods[], context: ComputeContext): Draft {
  const units = people.reduce((sum, { baseline, current }) => sum + baseline.length + current.length, 0);
  const status = statusOf(comparison, people);
  const result = status === 'ok' ? decompose(people.map(groupOfPerson)) : null;
  const gains = result?.terms.map(({ within }) => Math.max(0, -within)) ?? [];
  const found = concentration(gains);
  const least = Number(context.settings['k'] ?? 5);
  const isOfFew = least > 1 && found !== null && found.carriers80 < LEAST_CARRIERS;
  const spread = isOfFew ? null : found;
  const k = Math.max(LEAST_TOP, Number(context.params['top_k'] ?? 4));
  return {
    people: people.length,
    units,
    topShare: null,
    row: {
      workflow: comparison.scope.workflow,
      tool: comparison.scope.tool,
      ...groupCells(comparison.groups, groupNames(context)),
      ...shownEstimate(spread?.carriers80 ?? null, null, context),
      n: units,
      status: status === 'ok' && spread === null ? (isOfFew ? 'suppressed_k' : 'undefined') : status,
      ...spreadCells(spread, k),
      delta_pct: result?.deltaPct ?? null,
      delta_without_top_k: spread === null || people.length - k < least ? null : deltaWithout(people, gains, k),
      below_high_share: belowHigh(people, least),
      landing_basis: comparison.landingBasis,
    },
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

function spreadCells(spread: Concentration | null, k: number): Row {
  return {
    gini: spread?.gini ?? null,
    top_share: spread === null || spread.people <= k ? null : topShare(spread, k),
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
