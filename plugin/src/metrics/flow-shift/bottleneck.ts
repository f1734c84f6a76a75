/** Which stage is the longest, and whether that is certain. */
import { LEVEL } from '../../statistics/intervals/estimate.ts';
import type { Flow } from '../parts/stage-times.ts';
import { gapOf } from './estimate.ts';
import { bottleneckAt } from './shift.ts';
import { PARTS, type Names } from './stages.ts';

/** As certain together as one at LEVEL (Bonferroni). */
const LEVEL_OF_EACH = 1 - (1 - LEVEL) / (PARTS - 1);

/** Places of the stages that are not proven to be shorter than the longest. */
function closeTo(flow: Flow, longest: number): number[] {
  return Array.from({ length: PARTS }, (_, at) => at).filter((at) => {
    if (at === longest) return false;
    const lo = gapOf(flow, longest, at)?.intervalAt(LEVEL_OF_EACH).lo;
    return lo === undefined || lo <= 0;
  });
}

/** Cells of the row of a period. */
export function bottleneckCells({ flow, means }: { readonly flow: Flow; readonly means: readonly number[] }, names: Names): Record<'bottleneck' | 'close_to', string | null> & { bottleneck_minutes: number | null } {
  const longest = bottleneckAt(means);
  const close = closeTo(flow, longest).map((at) => names.ids[at]);
  return {
    bottleneck: names.ids[longest] ?? null,
    bottleneck_minutes: means[longest] ?? null,
    close_to: close.length === 0 ? null : close.join(', '),
  };
} // prettier-ignore
