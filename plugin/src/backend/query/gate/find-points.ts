/**
 * Weeks of a chart that must be hidden beside weeks of few people (metrics.md 15.2: such a week is merged with its neighbour before it is shown as a
 * point): a range that holds a few weeks of few people, less the weeks that the chart shows, would tell of them. With a neighbour it does not: no range
 * begins or ends between the two. Pure.
 */
import type { GroupWeeks, Span } from './find-range.ts';
import { PERIOD } from './snap-range.ts';

/** Weeks with enough people that are hidden too. */
export function weeksBeside({ isSlow, weeks, periods }: GroupWeeks, { from, to }: Span, k: number): number[] {
  const own = [...weeks].filter(([week]) => week >= from && week < to).map(([week, people]) => ({ week, isFew: people < k }));
  if (!isSlow) return neighbours(own).map(({ week }) => week);
  // Ranges are of four weeks: what is hidden in any four of them must be enough people, or nobody.
  const four = [...Map.groupBy(own, ({ week }) => Math.floor(week / PERIOD))].map(([period, inside]) => ({ period, inside, isFew: (periods.get(period) ?? 0) < k }));
  const one = (inside: ReadonlyArray<{ week: number; isFew: boolean }>) => inside.filter(({ isFew }) => !isFew).slice(0, 1).map(({ week }) => week);
  const mixed = four.filter(({ inside }) => inside.some(({ isFew }) => isFew)).flatMap(({ inside }) => one(inside));
  return [...new Set([...mixed, ...neighbours(four).flatMap(({ inside }) => one(inside))])];
} // prettier-ignore

/** Of each run of few one that is enough: the one before, else the one after. */
function neighbours<Grain extends { readonly isFew: boolean }>(grains: readonly Grain[]): Grain[] {
  return grains.flatMap(({ isFew }, place) => {
    const isEnd = isFew && grains[place + 1]?.isFew !== true;
    const before = grains.slice(0, place).findLast((grain) => !grain.isFew);
    const found = isEnd ? (before ?? grains[place + 1]) : undefined;
    return found === undefined ? [] : [found];
  });
}
