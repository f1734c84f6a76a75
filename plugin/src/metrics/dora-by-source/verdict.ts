import { compareTogether } from '../../statistics/comparison.ts';
import { LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { shareDifference, type Ranged } from '../../statistics/intervals/proportion.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, verdict, type Verdict } from '../../statistics/verdict.ts';
import type { ComputeContext, Row } from '../define.ts';
import type { Figure } from './figure.ts';
import type { Group } from './groups.ts';
import { numberOf } from '../parts/groups.ts';

/** Code source of what nothing says about. As a reference it is what it is: how much of the code it is makes no verdict unsure. */
const UNMARKED = 'unknown';

/** A figure beside the one it is compared with. */
interface Pair {
  readonly figure: Figure;
  /** Null = nothing to compare with. */
  readonly reference: Figure | null;
  /** Difference of the rates; null = too little on a side. */
  readonly gap: Estimate | null;
  /** It can be judged: code of a kind, and by share the deployments of a single source say the same. */
  readonly isJudged: boolean;
}

/**
 * Change fail rates of sources against that of the reference: the difference with its interval (Newcombe) and the verdict that rests on it.
 * Comparisons of one answer are judged together and drawn at the level that Holm asks for. By share a verdict needs the deployments of a
 * single source to say the same: batches that mix sources pull the rates together.
 */
export function failVerdicts(
  all: readonly Figure[],
  unknownShare: (group: Group) => number | null,
  { params }: ComputeContext
): (figure: Figure) => Row {
  const source = String(params['compare_to']);
  const pairs =
    params['metric'] === 'change_fail_rate'
      ? all.map((figure) => pairOf(figure, all, { source, mode: String(params['mode']) }))
      : [];
  const compared = compareTogether(pairs.map(({ gap, isJudged }) => (isJudged ? gap : null)));
  const rows = new Map(
    pairs.map(({ figure, reference, gap, isJudged }, index): [Figure, Row] => {
      const interval = compared[index]?.interval ?? gap?.intervalAt(LEVEL) ?? null;
      const isUnsure = source !== UNMARKED && (unknownShare(figure.group) ?? 0) > MOST_UNKNOWN;
      const judged = verdict({ effect: gap?.value ?? null, interval, good: -1, threshold: RATE_THRESHOLD });
      const found: Verdict | null =
        reference === null || reference === figure || isNoKind(figure)
          ? null
          : isJudged && !isUnsure
            ? judged
            : 'insufficient_data';
      const drawn = { gap: gap?.value ?? null, gap_lo: interval?.lo ?? null, gap_hi: interval?.hi ?? null };
      const adjusted = { level: compared[index]?.level ?? null, p_holm: compared[index]?.pHolm ?? null };
      return [figure, { reference: reference === null ? null : source, ...drawn, ...adjusted, verdict: found }];
    })
  );
  return (figure) => rows.get(figure) ?? { reference: null, verdict: null };
}

function pairOf(figure: Figure, all: readonly Figure[], { source, mode }: { source: string; mode: string }): Pair {
  const { family, dimensions } = figure.group;
  const found = all.find(({ group }) => group.family === family && group.dimensions['code_source'] === source);
  const reference = dimensions['code_source'] === undefined ? null : (found ?? null);
  const gap = reference === null || reference === figure || isNoKind(figure) ? null : gapOf(figure, reference);
  const isKnown = dimensions['code_source'] !== UNMARKED || source === UNMARKED;
  const isConfirmed =
    gap !== null && reference !== null && (mode !== 'share' || singleSourceAgrees(figure, reference, gap.value));
  return { figure, reference, gap, isJudged: isKnown && isConfirmed };
}

function gapOf(one: Figure, two: Figure): Estimate | null {
  const [own, other] = [shareOf(one), shareOf(two)];
  const difference = one.status === 'ok' && two.status === 'ok' ? shareDifference(own, other) : null;
  if (difference === null) {
    return null;
  }
  const intervalAt = (level: number): Ranged => shareDifference(own, other, level) ?? difference;
  return { value: difference.value, intervalAt };
}

/** Deployments without changes, or with a mix of sources, are no kind of code. */
function isNoKind({ group }: Figure): boolean {
  return ['none', 'mixed'].includes(group.dimensions['code_source'] ?? '');
}

function singleSourceAgrees(one: Figure, two: Figure, difference: number): boolean {
  const [own, other] = [one.cells['single_source_value'], two.cells['single_source_value']];
  return typeof own === 'number' && typeof other === 'number' && Math.sign(own - other) === Math.sign(difference);
}

function shareOf({ cells }: Figure): { count: number; total: number } {
  return { count: numberOf(cells['event_sum']), total: numberOf(cells['weight_sum']) };
}
