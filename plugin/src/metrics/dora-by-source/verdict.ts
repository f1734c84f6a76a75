import { compareTogether } from '../../statistics/comparison.ts';
import { LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { shareGap } from '../../statistics/intervals/exact-test.ts';
import { shareDifference } from '../../statistics/intervals/proportion.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, groupVerdict } from '../../statistics/verdict.ts';
import type { ComputeContext, Row } from '../define.ts';
import type { Figure } from './figure.ts';
import type { Group } from './groups.ts';
import { numberOf } from '../parts/groups.ts';
import { UNMARKED, withReference } from '../parts/reference.ts';

const ITS_SOURCE = 'its source is unknown';
const MOSTLY_UNKNOWN = 'over 30 % are of unknown source';

/** A figure beside the one it is compared with. */
interface Pair {
  readonly figure: Figure;
  /** Null = nothing to compare with. */
  readonly reference: Figure | null;
  /** Difference of the rates; null = too little on a side. */
  readonly gap: Estimate | null;
  /** Why it is not judged: code of no kind, too little, or by share the deployments of a single source point the other way. */
  readonly doubt: string | null;
  /** What limits a verdict of better or worse: by share the deployments of a single source point the same way, not clearly. */
  readonly reserve: string | null;
}

/**
 * Change fail rates of sources against that of the reference: the difference with its interval (Newcombe) and the verdict that rests on it.
 * Comparisons of one answer are judged together and drawn at the level that Holm asks for. By share a verdict needs the deployments of a
 * single source to point the same way: batches that mix sources pull the rates together. Where these alone are not clear, the verdict says so.
 */
export function failVerdicts(
  all: readonly Figure[],
  unknownShare: (group: Group) => number | null,
  asked: ComputeContext
): (figure: Figure) => Row {
  const human = all.filter(({ group }) => group.dimensions['code_source'] === 'human');
  const { params } = withReference(
    asked,
    human.map(({ people, topShare, status }) => ({ people, topShare, isEnough: status === 'ok' }))
  );
  const source = String(params['compare_to']);
  const pairs =
    params['metric'] === 'change_fail_rate'
      ? all.map((figure) => pairOf(figure, all, { source, mode: String(params['mode']) }))
      : [];
  const compared = compareTogether(pairs.map(({ gap, doubt }) => (doubt === null ? gap : null)));
  const rows = new Map(
    pairs.map(({ figure, reference, gap, doubt, reserve }, index): [Figure, Row] => {
      const interval = compared[index]?.interval ?? gap?.intervalAt(LEVEL) ?? null;
      const isUnsure = source !== UNMARKED && (unknownShare(figure.group) ?? 0) > MOST_UNKNOWN;
      const judged = groupVerdict({ effect: gap?.value ?? null, interval, good: -1, threshold: RATE_THRESHOLD });
      const why = doubt ?? (isUnsure ? MOSTLY_UNKNOWN : null);
      const found: Pick<Row, 'verdict' | 'verdict_why'> =
        reference === null || reference === figure || isNoKind(figure)
          ? { verdict: null, verdict_why: null }
          : {
              verdict: why === null ? judged : why === ITS_SOURCE ? 'not_judged' : 'insufficient_data',
              verdict_why: why ?? (judged === 'better' || judged === 'worse' ? reserve : null),
            };
      const drawn = { gap: gap?.value ?? null, gap_lo: interval?.lo ?? null, gap_hi: interval?.hi ?? null };
      const adjusted = { level: compared[index]?.level ?? null, p_holm: compared[index]?.pHolm ?? null };
      const other = reference === null || reference === figure || reference.isEmpty ? null : reference;
      const behind = { reference_dev: other?.people ?? null, reference_share: other?.topShare ?? null };
      return [figure, { reference: reference === null ? null : source, ...behind, ...drawn, ...adjusted, ...found }];
    })
  );
  return (figure) => rows.get(figure) ?? { reference: null, verdict: null, verdict_why: null };
}

function pairOf(figure: Figure, all: readonly Figure[], { source, mode }: { source: string; mode: string }): Pair {
  const { family, dimensions } = figure.group;
  const found = all.find(({ group }) => group.family === family && group.dimensions['code_source'] === source);
  const reference = dimensions['code_source'] === undefined ? null : (found ?? null);
  const gap = reference === null || reference === figure || isNoKind(figure) ? null : gapOf(figure, reference);
  const isKnown = dimensions['code_source'] !== UNMARKED || source === UNMARKED;
  const doubt = !isKnown ? ITS_SOURCE : gap === null || reference === null ? 'too few deployments' : null;
  const isShared = doubt === null && mode === 'share' && gap !== null && reference !== null;
  const single = isShared ? singleSource(figure, reference, gap.value) : { doubt, reserve: null };
  return { figure, reference, gap, ...single };
}

const gapOf = (one: Figure, two: Figure): Estimate | null =>
  one.status === 'ok' && two.status === 'ok' ? shareGap(shareOf(one), shareOf(two)) : null;

/** Deployments without changes, or with a mix of sources, are no kind of code. */
function isNoKind({ group }: Figure): boolean {
  return ['none', 'mixed'].includes(group.dimensions['code_source'] ?? '');
}

/** What deployments of one source alone have against a difference of the shares, or against calling it clear; null = nothing. */
function singleSource(one: Figure, two: Figure, difference: number): Pick<Pair, 'doubt' | 'reserve'> {
  const [own, other] = [singleShareOf(one), singleShareOf(two)];
  if (own === null || other === null) {
    return { doubt: 'too few unmixed deployments', reserve: null };
  }
  const alone = shareDifference(own, other);
  if (Math.sign(own.count / own.total - other.count / other.total) !== Math.sign(difference)) {
    return { doubt: 'unmixed deployments disagree', reserve: null };
  }
  const isClear = alone !== null && (alone.lo > 0 || alone.hi < 0);
  return { doubt: null, reserve: isClear ? null : 'unmixed deployments alone: same direction, not clearly' };
}

/** Failed deployments of one source only, and all of them; null = none. */
function singleShareOf({ cells }: Figure): { count: number; total: number } | null {
  const [share, total] = [cells['single_source_value'], cells['single_source_n']];
  return typeof share === 'number' && typeof total === 'number' ? { count: Math.round(share * total), total } : null;
}

function shareOf({ cells }: Figure): { count: number; total: number } {
  return { count: numberOf(cells['event_sum']), total: numberOf(cells['weight_sum']) };
}
