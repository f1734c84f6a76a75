import { shareDifference } from '../../statistics/proportion.ts';
import { MOST_UNKNOWN, RATE_THRESHOLD, type Verdict } from '../../statistics/verdict.ts';
import type { ComputeContext, Row } from '../define.ts';
import type { Figure } from './figure.ts';
import { numberOf } from '../parts/groups.ts';

/** Code source of what nothing says about. As a reference it is what it is: how much of the code it is makes no verdict unsure. */
const UNMARKED = 'unknown';

/**
 * Verdict on the change fail rate of a source against the reference, by the interval of the difference (Newcombe). By share it needs
 * the deployments of a single source to say the same: batches that mix sources pull the rates together.
 */
export function failVerdict(
  figure: Figure,
  { all, unknownShare }: { all: readonly Figure[]; unknownShare: number | null },
  { params }: ComputeContext
): Row {
  const source = String(params['compare_to']);
  const reference = all.find(
    ({ group }) => group.family === figure.group.family && group.dimensions['code_source'] === source
  );
  const canCompare = params['metric'] === 'change_fail_rate' && figure.group.dimensions['code_source'] !== undefined;
  if (!canCompare || reference === undefined) {
    return { reference: null, verdict: null };
  }
  const isNothing = reference === figure || ['none', 'mixed'].includes(figure.group.dimensions['code_source'] ?? '');
  return {
    reference: source,
    verdict: isNothing
      ? null
      : judge(figure, reference, {
          unknownShare: source === UNMARKED ? null : unknownShare,
          mode: String(params['mode']),
        }),
  };
}

function judge(
  one: Figure,
  two: Figure,
  { unknownShare, mode }: { unknownShare: number | null; mode: string }
): Verdict {
  const difference = shareDifference(shareOf(one), shareOf(two));
  const isUnsure = unknownShare !== null && unknownShare > MOST_UNKNOWN;
  if (one.status !== 'ok' || two.status !== 'ok' || difference === null || isUnsure) {
    return 'insufficient_data';
  }
  if (mode === 'share' && !isConfirmed(one, two, difference.value)) {
    return 'insufficient_data';
  }
  if (Math.abs(difference.value) < RATE_THRESHOLD) {
    return 'no_clear_change';
  }
  return difference.lo > 0 ? 'regressed' : difference.hi < 0 ? 'improved' : 'no_clear_change';
}

function isConfirmed(one: Figure, two: Figure, difference: number): boolean {
  const [own, other] = [one.cells['single_source_value'], two.cells['single_source_value']];
  return typeof own === 'number' && typeof other === 'number' && Math.sign(own - other) === Math.sign(difference);
}

function shareOf({ cells }: Figure): { count: number; total: number } {
  return { count: numberOf(cells['event_sum']), total: numberOf(cells['weight_sum']) };
}
