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
  /** Two-sided p of the adjusted change: twice the share of replicates on the other side of 0. */
  readonly p: number | null;
}

/** People drawn from; more are represented by a subset (see cluster-bootstrap). */
const MOST_DRAWN = 150;
const FIELDS = 4;
const NONE: MixIntervals = { raw: null, adjusted: null, p: null };

/** Fewer than five people give no interval. */
export function resampleMix(people: readonly PersonSums[], result: MixResult, random: Random): MixIntervals {
  if (people.length < LEAST_CLUSTERS) {
    return NONE;
  }
  const chosen = Array.from(subset(people.length, MOST_DRAWN), (index) => people[index] as PersonSums);
  const groups = 1 + Math.max(...chosen.flatMap((sums) => sums.map(({ group }) => group)));
  const totals = new Float64Array(groups * FIELDS);
  const raw = new Float64Array(REPLICATES);
  const adjusted = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate += 1) {
    totals.fill(0);
    for (let count = 0; count < chosen.length; count += 1) {
      add(totals, chosen[Math.floor(random() * chosen.length)] as PersonSums);
    }
    [raw[replicate], adjusted[replicate]] = changes(totals);
  }
  if (chosen.length < people.length) {
    totals.fill(0);
    chosen.forEach((sums) => add(totals, sums));
    const [ofSubset, adjustedOfSubset] = changes(totals);
    const factor = Math.sqrt(chosen.length / people.length);
    rescale(raw, { ofSubset, ofAll: result.deltaPct ?? NaN }, factor);
    rescale(adjusted, { ofSubset: adjustedOfSubset, ofAll: result.adjustedPct ?? NaN }, factor);
  }
  const interval = result.adjustedPct === null ? null : percentileInterval(adjusted);
  return { raw: percentileInterval(raw), adjusted: interval, p: interval === null ? null : twoSided(adjusted) };
}

function add(totals: Float64Array, person: PersonSums): void {
  for (const { group, sums } of person) {
    for (let field = 0; field < FIELDS; field += 1) {
      const place = group * FIELDS + field;
      totals[place] = (totals[place] as number) + (sums[field] as number);
    }
  }
}

/** Raw change of the mean, and change at the baseline's mix over groups present in both periods. */
function changes(totals: Float64Array): [number, number] {
  let [n0, s0, n1, s1, before, after] = [0, 0, 0, 0, 0, 0];
  for (let place = 0; place < totals.length; place += FIELDS) {
    const [units0, minutes0, units1, minutes1] = totals.subarray(place, place + FIELDS) as unknown as [
      number,
      number,
      number,
      number,
    ];
    n0 += units0;
    s0 += minutes0;
    n1 += units1;
    s1 += minutes1;
    if (units0 > 0 && units1 > 0) {
      before += minutes0;
      after += (units0 * minutes1) / units1;
    }
  }
  return [n0 === 0 || n1 === 0 || s0 === 0 ? NaN : s1 / n1 / (s0 / n0) - 1, before === 0 ? NaN : after / before - 1];
}

function twoSided(replicates: Float64Array): number {
  const below = replicates.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
  const above = replicates.reduce((count, value) => count + (value >= 0 ? 1 : 0), 0);
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (replicates.length + 1));
}
