import { compareTogether } from '../../statistics/comparison.ts';
import { LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { shareGap } from '../../statistics/intervals/exact-test.ts';
import { wilson, type Share } from '../../statistics/intervals/proportion.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, verdict } from '../../statistics/verdict.ts';
import type { Compute, ComputeContext, Notice, Row } from '../define.ts';
import { leastUnits, numberOf, numberOrNull } from '../parts/groups.ts';
import { boundOf, isOfMarks, MARKED, sideOf } from './sides.ts';
import { GOOD, SHARES } from './modes.ts';

/** People fewer than these are no share (metrics.md 0.20). */
const LEAST = 5;
const LABELS = ['team', 'seniority', 'workflow', 'tool', 'cohort', 'age', 'feature'] as const;

export const compute: Compute = (rows, context) => {
  switch (context.params['mode']) {
    case 'intensity':
    case 'migration':
      return { rows: rows.map((row) => bandRow(row, context)) };
    case 'blockers':
      return {
        rows: rows.map((row) => ({ ...labelsOf(row), reason: row['reason'] ?? null, value: null, n: numberOf(row['n']), status: 'not_asked' })),
        notices: rows.length === 0 ? [] : [NOT_ASKED],
      };
    default:
      return { rows: shareRows(rows, context) };
  }
}; // prettier-ignore

const NOT_ASKED: Notice = {
  severity: 'info',
  text: 'Reasons are not known: no survey asks people with a seat why they do not use it.',
};

const labelsOf = (row: Row): Row => ({
  ...(row['time'] instanceof Date ? { time: row['time'] } : {}),
  ...Object.fromEntries(LABELS.filter((name) => row[name] !== undefined && row[name] !== null).map((name) => [name, row[name] ?? null])),
}); // prettier-ignore

/** People of a band: of all whose use is known, or of those who were in the same band before. */
function bandRow(row: Row, context: ComputeContext): Row {
  const [n, of] = [numberOf(row['n']), numberOf(row['of_n'])];
  const isMigration = context.params['mode'] === 'migration';
  const isUnknown = row['bucket'] === 'unknown';
  const isEnough = of >= leastUnits(context, 'people', LEAST);
  return {
    ...labelsOf(row),
    ...(isMigration ? { from_bucket: row['from_bucket'] ?? null } : { active_days: isUnknown ? null : numberOrNull(row['active_days']) }),
    bucket: row['bucket'] ?? null,
    value: isUnknown || !isEnough ? null : n / of,
    n,
    status: isUnknown ? 'no_telemetry' : isEnough ? 'ok' : 'low_n',
  };
} // prettier-ignore

/** A share now, and the one of four weeks before. */
interface Pair {
  readonly row: Row;
  readonly now: Share;
  readonly before: Row | undefined;
  readonly change: Estimate | null;
  readonly unknownShare: number;
}

function shareRows(rows: readonly Row[], context: ComputeContext): Row[] {
  const keyOf = (row: Row): string =>
    JSON.stringify([row['time'] instanceof Date ? row['time'].getTime() : null, ...LABELS.map((name) => row[name])]);
  const earlier = new Map(rows.filter(({ back }) => numberOf(back) > 0).map((row) => [keyOf(row), row]));
  const pairs = rows
    .filter(({ back }) => numberOf(back) === 0)
    .map((row) => pairOf(row, earlier.get(keyOf(row)), context));
  const compared = compareTogether(pairs.map(({ change }) => change));
  return knownFirst(
    pairs.map((pair, index) =>
      shareRow(pair, { interval: compared[index]?.interval ?? pair.change?.intervalAt(LEVEL) ?? null }, context)
    )
  );
}

/** Of each time and group what is known of a tool comes first: of many nobody tells anything. */
function knownFirst(rows: readonly Row[]): Row[] {
  const groupOf = (row: Row): string => JSON.stringify([row['time'] ?? null, ...LABELS.filter((name) => name !== 'tool').map((name) => row[name] ?? null)]);
  return [...Map.groupBy(rows, groupOf).values()].flatMap((own) =>
    own.toSorted((one, other) => Number(one['status'] === 'no_telemetry') - Number(other['status'] === 'no_telemetry'))
  );
} // prettier-ignore

const shareOf = (row: Row): Share => ({ count: numberOf(row['so']), total: numberOf(row['n']) });

function pairOf(row: Row, before: Row | undefined, context: ComputeContext): Pair {
  const least = leastUnits(context, 'people', LEAST);
  const now = shareOf(row);
  // The least that marks tell says nothing of a change: people may have switched them on.
  const isPair =
    before !== undefined &&
    !isOfMarks(row, String(context.params['mode'])) &&
    now.total >= least &&
    numberOf(before['n']) >= least;
  return {
    row,
    now,
    before,
    change: isPair ? shareGap(now, shareOf(before)) : null,
    unknownShare: unknownOf(row).share ?? 0,
  };
}

/** What no telemetry tells of. */
function unknownOf(row: Row): { count: number; share: number | null } {
  const n = numberOf(row['n']);
  const count = numberOrNull(row['unknown']) ?? numberOf(row['people']) - n;
  return { count, share: n + count === 0 ? null : count / (n + count) };
}

type Interval = { readonly lo: number; readonly hi: number } | null;

function shareRow(pair: Pair, { interval }: { interval: Interval }, context: ComputeContext): Row {
  const { row, now, before } = pair;
  const { params, settings } = context;
  const isMarked = isOfMarks(row, String(params['mode']));
  const isKnown = now.total > 0 && !(isMarked && now.count === 0);
  const isEnough = isKnown && now.total >= leastUnits(context, 'people', LEAST);
  const range = isEnough ? wilson(now) : null;
  const value = isEnough ? now.count / now.total : null;
  const unknown = unknownOf(row);
  const changed: Row = {
    before: pair.change === null ? null : shareValue(before),
    delta: pair.change?.value ?? null,
    delta_lo: interval?.lo ?? null,
    delta_hi: interval?.hi ?? null,
    verdict: verdictOf(pair, { interval }, context),
  };
  const [mode, show] = [String(params['mode']), String(params['show'])];
  const shown: Row = { value, lo: range?.lo ?? null, hi: isMarked ? null : (range?.hi ?? null), ...changed };
  const k = typeof settings['k'] === 'number' ? settings['k'] : 1;
  return {
    ...labelsOf(row),
    value: SHARES.includes(mode) ? (shown[show] ?? null) : value,
    lo: shown['lo'] ?? null,
    hi: shown['hi'] ?? null,
    bound: isKnown ? (isMarked ? MARKED : boundOf(row, k)) : unknownIn(mode, row),
    ...changed,
    n: isKnown ? now.total : null,
    side_dev: sideOf(row),
    side_before: before === undefined ? null : sideOf(before),
    // Where nobody is known the status says it: no group is judged by whom nothing is known of.
    unknown: isKnown ? unknown.count : null,
    unknown_share: isKnown ? unknown.share : null,
    ...(mode === 'idle_seats' ? { young: isKnown ? numberOf(row['young']) : null } : {}),
    basis: row['basis'] ?? null,
    status: !isKnown ? 'no_telemetry' : isEnough ? 'ok' : 'low_n',
  };
}

/** Why of nobody is known whether they use the tool. */
const unknownIn = (mode: string, { basis }: Row): string =>
  mode === 'licensed' ? 'no list of seats' : basis === 'declared' ? 'only marks in git' : 'no use is reported';

const shareValue = (row: Row | undefined): number | null =>
  row === undefined || numberOf(row['n']) === 0 ? null : numberOf(row['so']) / numberOf(row['n']);

function verdictOf({ change, unknownShare }: Pair, { interval }: { interval: Interval }, { params }: ComputeContext) {
  const good = GOOD[String(params['mode'])];
  if (params['compare'] === 'none' || good === undefined) return null;
  if (change === null || unknownShare > MOST_UNKNOWN) return 'insufficient_data';
  return verdict({ effect: change.value, interval, good, threshold: RATE_THRESHOLD });
}
