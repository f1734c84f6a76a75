import { compareTogether, type Compared } from '../../statistics/comparison.ts';
import { LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { heedingFew } from '../../statistics/intervals/exact-test.ts';
import { kaplanMeier, survivalAt } from '../../statistics/kaplan-meier.ts';
import { wilson, type Share } from '../../statistics/intervals/proportion.ts';
import { shareRatio } from '../../statistics/intervals/score-ratio.ts';
import type { ComputeContext, ComputeResult, Notice, Row, Status } from '../define.ts';
import { leastUnits, numberOf } from '../parts/groups.ts';
import {
  findReference,
  finishRows,
  readGroup,
  readPeople,
  unknownShares,
  type Draft,
  type Group,
  type People,
  behindReference,
} from './groups.ts';
import { againstUnmarked, UNMARKED, withReference } from '../parts/reference.ts';
import { isUnjudged, ratioVerdict } from './verdict.ts';

/** Mature changes of a group and how many of them met the fate that is counted. */
interface Tally {
  readonly row: Row;
  readonly group: Group;
  readonly who: People;
  readonly changes: number;
  readonly counted: number;
  readonly status: Status;
}

/** Mode revert: rate, and ratio to the reference. */
export function computeReverts(rows: readonly Row[], asked: ComputeContext): ComputeResult {
  const tallies = rows.map((row) => readTally(row, 'reverted', asked));
  const human = tallies.filter(({ group }) => group.dimensions['code_source'] === 'human');
  const context = withReference(
    asked,
    human.map(({ who, status }) => ({ ...who, isEnough: status === 'ok' }))
  );
  const unknown = unknownShares(tallies.map(unknownUnits), context);
  const isRatio = context.params['revert_value'] === 'ratio';
  const source = String(context.params['compare_to']);
  const pairs = tallies.map((tally) => ({ tally, reference: findReference(tallies, tally, source) }));
  const ratios = pairs.map(({ tally, reference }) => ratioOf(tally, reference));
  const judged = compareTogether(
    ratios.map((ratio, index) => (isUnjudged((pairs[index] as Pair).tally.group, source) ? null : ratio)),
    1
  );
  const drafts = pairs.flatMap(({ tally, reference }, index): Draft[] => {
    const [ratio, compared] = [ratios[index] ?? null, judged[index] ?? null];
    const cells = revertCells({ tally, reference, source, unknownShare: unknown(tally.group), ratio, compared });
    if (!isRatio) {
      const interval = wilson({ count: tally.counted, total: tally.changes });
      const value = tally.status === 'ok' ? cells['revert_rate'] : null;
      const ends = value === null || interval === null ? { lo: null, hi: null } : interval;
      return [{ ...tally, cells: { ...cells, value: value ?? null, ...ends } }];
    }
    const status = tally.status !== 'ok' ? tally.status : reference === null ? 'no_baseline' : reference.status;
    const own = { value: cells['revert_ratio'] ?? null, lo: cells['ratio_lo'] ?? null, hi: cells['ratio_hi'] ?? null };
    return reference === tally ? [] : [{ ...tally, status, cells: { ...cells, ...own } }];
  });
  const lacks =
    isRatio && tallies.length > 0 && tallies.every(({ group }) => group.dimensions['code_source'] !== source);
  return {
    rows: finishRows(drafts, context),
    notices: [...(lacks ? [nothingToCompare(source)] : againstUnmarked(source)), ...assumed(tallies)],
  };
}

interface Pair {
  readonly tally: Tally;
  readonly reference: Tally | null;
}

interface RevertParts extends Pair {
  readonly source: string;
  readonly unknownShare: number | null;
  readonly ratio: Estimate | null;
  /** Null = not compared, or shown without being judged. */
  readonly compared: Compared | null;
}

/** Ratio of the revert rate to the reference's by the score method; few reverts prove nothing that the exact test does not. */
function ratioOf(tally: Tally, reference: Tally | null): Estimate | null {
  if (reference === null || reference === tally || tally.status !== 'ok' || reference.status !== 'ok') {
    return null;
  }
  const shareOf = ({ counted, changes }: Tally): Share => ({ count: counted, total: changes });
  const shares = [shareOf(tally), shareOf(reference)] as const;
  const ratio = shareRatio(...shares);
  return ratio === null ? null : heedingFew(ratio, shares, 1);
}

function revertCells({ tally, reference, source, unknownShare, ratio, compared }: RevertParts): Row {
  const { row, changes, counted } = tally;
  const interval = compared?.interval ?? ratio?.intervalAt(LEVEL) ?? null;
  const difference = reference === null ? 0 : counted / changes - reference.counted / reference.changes;
  return {
    ...common(tally, unknownShare),
    revert_rate: tally.status === 'ok' ? counted / changes : null,
    revert_ratio: ratio?.value ?? null,
    ratio_lo: interval?.lo ?? null,
    ratio_hi: interval === null || interval.hi === Infinity ? null : interval.hi,
    level: compared?.level ?? null,
    reverted: counted,
    reapplied: numberOf(row['reapplied']),
    reference: reference === null ? null : source,
    ...behindReference(reference === null || reference === tally ? null : reference.who),
    verdict:
      interval === null
        ? null
        : compared === null
          ? isUnjudged(tally.group, source)
            ? 'not_judged'
            : 'insufficient_data'
          : ratioVerdict(interval, difference, source === UNMARKED ? null : unknownShare),
  };
}

/** Mode pr_survival: share of mature changes that stand, and the Kaplan–Meier variant with the young ones. */
export function computeChangeSurvival(rows: readonly Row[], context: ComputeContext): ComputeResult {
  const tallies = rows.filter((row) => row['kind'] === 'cell').map((row) => readTally(row, 'failed', context));
  const ages = rows.filter((row) => row['kind'] === 'age');
  const unknown = unknownShares(tallies.map(unknownUnits), context);
  const window = Number(context.params['window_days']);
  const drafts = tallies.map((tally): Draft => {
    const { changes, counted, group, row } = tally;
    const interval = wilson({ count: changes - counted, total: changes });
    const isShown = tally.status === 'ok' && interval !== null;
    const total = changes + numberOf(row['immature']);
    const km = survivalOfChanges(
      ages.filter((age) => age['cell'] === group.cell),
      total,
      window
    );
    return {
      ...tally,
      cells: {
        ...common(tally, unknown(group)),
        value: isShown ? (changes - counted) / changes : null,
        lo: isShown ? interval.lo : null,
        hi: isShown ? interval.hi : null,
        km_survival: isShown ? km : null,
        failed: counted,
      },
    };
  });
  return { rows: finishRows(drafts, context), notices: assumed(tallies) };
}

/** Kaplan–Meier survival of changes at the window. @param total All changes, young ones too. */
export function survivalOfChanges(ages: readonly Row[], total: number, window: number): number | null {
  const ends = ages.map((row) => ({
    time: numberOf(row['age']),
    events: numberOf(row['events']),
    censored: numberOf(row['censored']),
  }));
  const ended = ends.reduce((sum, { events, censored }) => sum + events + censored, 0);
  return survivalAt(
    kaplanMeier([...ends, { time: Infinity, events: 0, censored: Math.max(0, total - ended) }]),
    window
  );
}

function readTally(row: Row, name: string, context: ComputeContext): Tally {
  const changes = numberOf(row['changes']);
  const isTooFew = changes < leastUnits(context, 'proportion', 20);
  const isYoung = numberOf(row['immature']) > changes;
  return {
    row,
    group: readGroup(row, context),
    who: readPeople(row, { total: changes, most: numberOf(row['most_changes']) }),
    changes,
    counted: numberOf(row[name]),
    status: !isTooFew ? 'ok' : isYoung ? 'immature' : 'low_n',
  };
}

function common({ row, changes }: Tally, unknownShare: number | null): Row {
  return {
    n: changes,
    immature: numberOf(row['immature']),
    unknown_share: unknownShare,
    mean_confidence: typeof row['confidence'] === 'number' ? row['confidence'] : null,
    assumption: row['is_assumed'] === true ? 'assume_unmarked_human' : null,
  };
}

const unknownUnits = ({ group, changes, row }: Tally) => ({ group, units: changes, unknown: numberOf(row['unknown']) });

function assumed(tallies: readonly Tally[]): Notice[] {
  return tallies.some(({ row }) => row['is_assumed'] === true)
    ? [{ severity: 'warning', text: 'Unmarked changes count as human because assume_unmarked is set to human.' }]
    : [];
}

function nothingToCompare(source: string): Notice {
  return {
    severity: 'warning',
    text: `No change here is of source ${source}, so there is nothing to compare with. Unmarked code is unknown, not human.`,
  };
}
