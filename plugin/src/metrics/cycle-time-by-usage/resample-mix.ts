/** Bootstrap over people of a raw change of the mean and of the change at equal mix. */
import { LEAST_CLUSTERS, REPLICATES, percentileInterval, rescale, subset } from '../../statistics/cluster-bootstrap.ts';
import type { MixResult } from '../../statistics/mix.ts';
import type { Interval } from '../../statistics/proportion.ts';
import type { Random } from '../../statistics/prng.ts';

/** Units of one person by group: count and sum of minutes in the baseline, then in the current period. */
export type PersonSums = ReadonlyArray<{
  readonly group: number;
  readonly sums: readonly [number, number, number, number];
}>;

export interface MixIntervals {
  readonly raw: Interval | null;
  readonly adjusted: Interval | null;
  /** Of each group's own mean, by group; empty beyond MOST_GROUPS groups. */
  readonly groups: ReadonlyArray<Interval | null>;
  /** Two-sided p of the adjusted change: twice the share of replicates on the other side of 0. */
  readonly p: number | null;
}

/** People drawn from; more are represented by a subset (see cluster-bootstrap). */
const MOST_DRAWN = 150;
const FIELDS = 4;
const MOST_GROUPS = 20;
export const NO_INTERVALS: MixIntervals = { raw: null, adjusted: null, groups: [], p: null };

/** Fewer than five people give no interval. */
export function resampleMix(people: readonly PersonSums[], result: MixResult, random: Random): MixIntervals {
  if (people.length < LEAST_CLUSTERS) {
    return NO_INTERVALS;
  }
  const chosen = Array.from(subset(people.length, MOST_DRAWN), (index) => people[index] as PersonSums);
  const groupCount = people.reduce((most, sums) => sums.reduce((own, { group }) => Math.max(own, group + 1), most), 0);
  const ownGroups = groupCount <= MOST_GROUPS ? groupCount : 0;
  const totals = new Float64Array(groupCount * FIELDS);
  const replicates = Array.from({ length: 2 + ownGroups }, () => new Float64Array(REPLICATES));
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    totals.fill(0);
    for (let count = 0; count < chosen.length; count += 1) {
      add(totals, chosen[Math.floor(random() * chosen.length)] as PersonSums);
    }
    statistics(totals, ownGroups).forEach((value, index) => ((replicates[index] as Float64Array)[replicate] = value));
  }
  if (chosen.length < people.length) {
    const ofSubset = statistics(totalsOf(chosen, groupCount), ownGroups);
    const ofAll = statistics(totalsOf(people, groupCount), ownGroups);
    const factor = Math.sqrt(chosen.length / people.length);
    replicates.forEach((values, index) => rescale(values, { ofSubset: ofSubset[index] ?? NaN, ofAll: ofAll[index] ?? NaN }, factor)); // prettier-ignore
  }
  const [raw = null, adjusted = null, ...groups] = replicates.map(percentileInterval);
  const isAdjustable = result.adjustedPct !== null && adjusted !== null;
  return { raw, adjusted: isAdjustable ? adjusted : null, groups, p: isAdjustable ? twoSided(replicates[1] as Float64Array) : null }; // prettier-ignore
}

function totalsOf(people: readonly PersonSums[], groupCount: number): Float64Array {
  const totals = new Float64Array(groupCount * FIELDS);
  people.forEach((sums) => add(totals, sums));
  return totals;
}

function add(totals: Float64Array, person: PersonSums): void {
  for (const { group, sums } of person) {
    for (let field = 0; field < FIELDS; field += 1) {
      const place = group * FIELDS + field;
      totals[place] = (totals[place] as number) + (sums[field] as number);
    }
  }
}

/** Raw change of the mean, change at the baseline's mix over groups present in both periods, then the change of each group. */
function statistics(totals: Float64Array, ownGroups: number): number[] {
  let [n0, s0, n1, s1, before, after] = [0, 0, 0, 0, 0, 0];
  const own: number[] = [];
  for (let place = 0; place < totals.length; place += FIELDS) {
    const [units0 = 0, minutes0 = 0, units1 = 0, minutes1 = 0] = totals.subarray(place, place + FIELDS);
    n0 += units0;
    s0 += minutes0;
    n1 += units1;
    s1 += minutes1;
    const isInBoth = units0 > 0 && units1 > 0;
    before += isInBoth ? minutes0 : 0;
    after += isInBoth ? (units0 * minutes1) / units1 : 0;
    if (own.length < ownGroups) {
      own.push(isInBoth && minutes0 > 0 ? minutes1 / units1 / (minutes0 / units0) - 1 : NaN);
    }
  }
  return [n0 === 0 || n1 === 0 || s0 === 0 ? NaN : s1 / n1 / (s0 / n0) - 1, before === 0 ? NaN : after / before - 1, ...own]; // prettier-ignore
}

function twoSided(replicates: Float64Array): number {
  const below = replicates.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
  const above = replicates.reduce((count, value) => count + (value >= 0 ? 1 : 0), 0);
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (replicates.length + 1));
}
