/** What a group takes against another: the ratio of both as they are, and with the sizes of the other's changes brought to the own ones. */
import { jackknifedRatio, meanRatio, type TwoSums } from '../../statistics/intervals/mean-ratio.ts';
import type { Estimate } from '../../statistics/intervals/estimate.ts';
import { SIZES, sumOf, type Burden, type Own } from './units.ts';

/** More of the own changes than this without a size to compare with leave nothing to say. */
const MOST_DROPPED = 0.2;

/** Both groups of each person; whoever is not known is one person on each side. */
function bothOf(reference: Burden, own: Burden): Array<readonly [Own | undefined, Own | undefined]> {
  const people = new Map<string, [Own | undefined, Own | undefined]>();
  for (const [side, burden] of [reference, own].entries()) {
    for (const one of burden.people) {
      const name = one.key === 0 ? `unknown ${String(side)}` : String(one.key);
      const both = people.get(name) ?? [undefined, undefined];
      both[side] = one;
      people.set(name, both);
    }
  }
  return [...people.values()];
}

const twoSums = ([one, two]: readonly [Own | undefined, Own | undefined]): TwoSums => [
  one === undefined ? 0 : sumOf(one.bottoms),
  one === undefined ? 0 : sumOf(one.tops),
  two === undefined ? 0 : sumOf(two.bottoms),
  two === undefined ? 0 : sumOf(two.tops),
];

/** Jackknifed over people. Null = too few, or nothing to divide by. */
export const rawRatio = (reference: Burden, own: Burden): Estimate | null =>
  meanRatio(bothOf(reference, own).map(twoSums));

/** Tops and bottoms by size, of the reference and of the own group. */
type Sides = readonly [tops: Float64Array, bottoms: Float64Array, ownTops: Float64Array, ownBottoms: Float64Array];

/** Own sum / what it would be if changes of each size took what they take in the reference. */
function standardised([tops, bottoms, ownTops, ownBottoms]: Sides, sizes: readonly number[]): number {
  const expected = sizes.map((size) => ((ownBottoms[size] ?? 0) * (tops[size] ?? 0)) / (bottoms[size] ?? 0));
  return sumOf(sizes.map((size) => ownTops[size] ?? 0)) / sumOf(expected);
}

/**
 * At equal size (direct standardisation to the own mix of sizes). Sizes that fewer than `least` people of either group have say something of these few,
 * and are left out; null where those are more than a fifth of the own changes, where one size is all there is, and as `rawRatio`.
 */
export function sameSizeRatio(reference: Burden, own: Burden, least: number): Estimate | null {
  const both = bothOf(reference, own);
  const total = ([0, 1, 2, 3] as const).map((part) => sizeSums(both, part)) as unknown as Sides;
  const sizes = Array.from({ length: SIZES - 1 }, (_, index) => index + 1).filter((size) =>
    [reference, own].every(({ people }) => people.filter(({ key, bottoms }) => key !== 0 && (bottoms[size] ?? 0) > 0).length >= least)
  );
  const [, , , ownBottoms] = total;
  const kept = sumOf(sizes.map((size) => ownBottoms[size] ?? 0));
  if (sizes.length < 2 || kept < (1 - MOST_DROPPED) * sumOf(ownBottoms)) return null;
  const without = both.map((person) => standardised(total.map((sums, part) => sums.map((sum, size) => sum - partOf(person, part as Part, size))) as unknown as Sides, sizes));
  return jackknifedRatio({ value: standardised(total, sizes), without, people: both.map(twoSums) });
} // prettier-ignore

type Part = 0 | 1 | 2 | 3;

const partOf = ([one, two]: readonly [Own | undefined, Own | undefined], part: Part, size: number): number => {
  const side = part < 2 ? one : two;
  return (part % 2 === 0 ? side?.tops[size] : side?.bottoms[size]) ?? 0;
};

const sizeSums = (both: ReadonlyArray<readonly [Own | undefined, Own | undefined]>, part: Part): Float64Array =>
  Float64Array.from({ length: SIZES }, (_, size) => sumOf(both.map((person) => partOf(person, part, size))));
