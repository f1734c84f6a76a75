/** Mode mix: how much of the change of the mean is faster work, how much is other work (metrics.md 4.7). */
import type { ComputeContext, ComputeResult, Row, Status } from '../define.ts';
import { compareTogether, type Compared } from '../../statistics/comparison.ts';
import { intervalOf, type Estimate } from '../../statistics/intervals/estimate.ts';
import { isRatioTooWide } from '../../statistics/intervals/too-wide.ts';
import { decompose, type MixGroup, type MixResult } from '../../statistics/mix.ts';
import { TIME_THRESHOLD, verdict } from '../../statistics/verdict.ts';
import { comparisons, type Comparison, type PersonPeriods } from './periods.ts';
import type { Input } from './rows/read-rows.ts';
import { NO_ESTIMATES, asChange, mixEstimates, type MixEstimates, type PersonSums } from './mix-intervals.ts';
import { MIN_UNITS, chosen, finish, groupCells, groupNames, isUnmatched, shownEstimate, type Draft } from './result.ts';

/** A group of the mix with the people behind it. */
interface Group extends MixGroup {
  readonly people: number;
  readonly mostUnits: number;
}

interface Decomposed {
  readonly comparison: Comparison;
  readonly people: readonly PersonPeriods[];
  readonly groups: readonly Group[];
  readonly result: MixResult | null;
  readonly status: Status;
  /** Whether there is an interval to read it from; without, none of its parts is told either. */
  readonly isTold: boolean;
  readonly estimates: MixEstimates;
}

export function classMix(input: Input, context: ComputeContext): ComputeResult {
  const wanted = chosen(context, 'usage_bucket');
  const all = comparisons(input, context).map((comparison) => {
    const people = comparison.people.filter(({ usage }) => wanted === null || wanted.includes(usage.band));
    return decomposeAll({ ...comparison, people }, context);
  });
  const compared = compareTogether(
    all.map(({ estimates }) => estimates.adjusted),
    1
  );
  const drafts = all.flatMap((each, index) => [
    totalDraft(each, compared[index] ?? null, context),
    ...(context.params['mix_by'] === 'developer' ? [] : each.groups.map((group) => groupDraft(each, group, context))),
  ]);
  return finish(drafts, input, context);
}

function decomposeAll(comparison: Comparison, context: ComputeContext): Decomposed {
  const people = comparison.people.filter(({ baseline, current }) => baseline.length + current.length > 0);
  const groups = context.params['mix_by'] === 'developer' ? people.map(groupOfPerson) : groupsByPart(people);
  const result = decompose(groups);
  const known = statusOf(comparison, people);
  const isJudged = context.params['ci'] !== false;
  const estimates =
    known === 'ok' && result !== null && isJudged
      ? mixEstimates(sumsOf(people, groups, context.params['mix_by'] === 'developer'), result)
      : NO_ESTIMATES;
  const status = known === 'ok' && isJudged ? standing(estimates.adjusted, estimates.raw) : known;
  return { comparison, people, groups, result, status, isTold: status === 'ok' && result !== null, estimates: { ...estimates, adjusted: status === 'ok' ? estimates.adjusted : null } };
} // prettier-ignore

/** Whether numbers can be read from these: not without an interval, and not with one of no use. */
function standing(...estimates: ReadonlyArray<Estimate | null>): Status {
  const intervals = estimates.map(intervalOf);
  if (intervals.includes(null)) return 'low_n';
  return intervals.some((interval) => interval !== null && isRatioTooWide(interval)) ? 'too_wide' : 'ok';
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
  const least = Math.min(countOf(people, 'baseline'), countOf(people, 'current'));
  return least < MIN_UNITS ? 'low_n' : 'ok';
}

function totalDraft(
  { comparison, people, result, status, isTold, estimates }: Decomposed,
  compared: Compared | null,
  context: ComputeContext
): Draft {
  const shown = isTold ? result : null;
  const adjusted = shown?.adjustedPct ?? null;
  const interval = asChange(compared?.interval ?? null);
  const judged = verdict({ effect: adjusted, interval, good: -1, threshold: TIME_THRESHOLD });
  // Without intervals nothing is judged: that is no lack of data.
  const found = context.params['ci'] === false ? null : judged;
  return {
    ...peopleOf(people),
    row: {
      ...placeOf(comparison, 'all', context),
      ...shownEstimate(shown?.deltaPct ?? null, asChange(intervalOf(estimates.raw)), context),
      n: countOf(people, 'baseline') + countOf(people, 'current'),
      status,
      delta_pct: shown?.deltaPct ?? null,
      mix_adj_pct: adjusted,
      adj_lo: interval?.lo ?? null,
      adj_hi: interval?.hi ?? null,
      level: compared?.level ?? null,
      within: shown?.within ?? null,
      mix: shown?.mix ?? null,
      base_mean: shown?.before ?? null,
      cur_mean: shown?.after ?? null,
      base_share: shown === null ? null : 1,
      cur_share: shown === null ? null : 1,
      dropped_weight: shown?.droppedWeight ?? null,
      simpson: shown === null ? null : String(shown.isReversed),
      verdict: status === 'immature' ? 'too_early' : found,
      landing_basis: comparison.landingBasis,
    },
  };
}

/** Minutes: of a mean below it no per cent is told. */
const LEAST_MEAN = 1;

function groupDraft(
  { comparison, people, groups, result, status, isTold, estimates }: Decomposed,
  group: Group,
  context: ComputeContext
): Draft {
  const term = result?.terms.find(({ key }) => key === group.key);
  const least = Math.min(group.countBefore, group.countAfter);
  const estimate = estimates.groups[groups.indexOf(group)] ?? null;
  const own = ownStatus({ status, least, estimate, before: group.meanBefore }, context);
  const change = own === 'ok' ? group.meanAfter / group.meanBefore - 1 : null;
  const isKnown = isTold && term !== undefined;
  return {
    people: group.people,
    units: group.countBefore + group.countAfter,
    topShare: group.mostUnits / Math.max(1, group.countBefore + group.countAfter),
    row: {
      ...placeOf(comparison, group.key, context),
      ...shownEstimate(change, asChange(intervalOf(estimate)), context),
      n: group.countBefore + group.countAfter,
      status: own,
      delta_pct: change,
      mix_adj_pct: null,
      adj_lo: null,
      adj_hi: null,
      level: null,
      within: isKnown ? term.within : null,
      mix: isKnown ? term.mix : null,
      base_mean: own === 'ok' ? group.meanBefore : null,
      cur_mean: own === 'ok' ? group.meanAfter : null,
      base_share: isKnown ? group.countBefore / countOf(people, 'baseline') : null,
      cur_share: isKnown ? group.countAfter / countOf(people, 'current') : null,
      dropped_weight:
        isKnown && group.countAfter === 0 ? group.countBefore / countOf(people, 'baseline') : isKnown ? 0 : null,
      simpson: null,
      verdict: null,
      landing_basis: comparison.landingBasis,
    },
  };
}

interface Part {
  readonly status: Status;
  readonly least: number;
  readonly estimate: Estimate | null;
  readonly before: number;
}

function ownStatus({ status, least, estimate, before }: Part, { params }: ComputeContext): Status {
  if (status !== 'ok') return status;
  if (least < MIN_UNITS || before < LEAST_MEAN) return 'low_n';
  return params['ci'] === false ? 'ok' : standing(estimate);
}

function placeOf(comparison: Comparison, group: string, context: ComputeContext): Row {
  const { scope, groups } = comparison;
  return { workflow: scope.workflow, tool: scope.tool, group, ...groupCells(groups, groupNames(context)) };
}

function peopleOf(people: readonly PersonPeriods[]): Pick<Draft, 'people' | 'units' | 'topShare'> {
  const counts = people.map(({ baseline, current }) => baseline.length + current.length);
  const units = counts.reduce((sum, count) => sum + count, 0);
  return {
    people: people.filter(({ person }) => person !== null).length,
    units,
    topShare: units === 0 ? null : counts.reduce((most, count) => Math.max(most, count), 0) / units,
  };
}

function groupsByPart(people: readonly PersonPeriods[]): Group[] {
  const names = [...new Set(people.flatMap(({ parts }) => [...parts.keys()]))].sort();
  return names
    .map((key) => {
      const own = people.flatMap(({ person, parts }) => {
        const part = parts.get(key);
        return part === undefined || part.baseline.length + part.current.length === 0 ? [] : [{ person, ...part }];
      });
      const before = own.flatMap(({ baseline }) => baseline);
      const after = own.flatMap(({ current }) => current);
      return {
        key,
        countBefore: before.length,
        meanBefore: sumOf(before) / before.length,
        countAfter: after.length,
        meanAfter: sumOf(after) / after.length,
        people: own.filter(({ person }) => person !== null).length,
        mostUnits: Math.max(0, ...own.map(({ baseline, current }) => baseline.length + current.length)),
      };
    })
    .filter(({ countBefore, countAfter }) => countBefore + countAfter > 0);
}

/** A person as a group of the mix: also the unit of mode concentration. */
export function groupOfPerson({ person, baseline, current }: PersonPeriods, index: number): Group {
  return {
    key: String(index),
    countBefore: baseline.length,
    meanBefore: sumOf(baseline) / baseline.length,
    countAfter: current.length,
    meanAfter: sumOf(current) / current.length,
    people: person === null ? 0 : 1,
    mostUnits: baseline.length + current.length,
  };
}

function sumsOf(people: readonly PersonPeriods[], groups: readonly Group[], isByPerson: boolean): PersonSums[] {
  const places = new Map(groups.map(({ key }, place) => [key, place]));
  return people.map(({ baseline, current, parts }, index) => {
    const own = isByPerson ? [[String(index), { baseline, current }] as const] : [...parts];
    return own.flatMap(([key, part]) => {
      const group = places.get(key);
      return group === undefined
        ? []
        : [
            {
              group,
              sums: [part.baseline.length, sumOf(part.baseline), part.current.length, sumOf(part.current)] as const,
            },
          ];
    });
  });
}

function countOf(people: readonly PersonPeriods[], period: 'baseline' | 'current'): number {
  return people.reduce((sum, person) => sum + person[period].length, 0);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
