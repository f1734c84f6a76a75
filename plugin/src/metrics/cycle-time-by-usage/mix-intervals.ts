/** Jackknife over people of a raw change of the mean, of the change at equal mix and of the change of each group. */
import type { Estimate } from '../../statistics/intervals/estimate.ts';
import { jackknifedRatio, meanRatio, type TwoSums } from '../../statistics/intervals/mean-ratio.ts';
import type { MixResult } from '../../statistics/mix.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';

/** Count and sum of minutes in the baseline, then in the current period. */
export type Sums = TwoSums;

/** Units of one person by group. */
export type PersonSums = ReadonlyArray<{ readonly group: number; readonly sums: Sums }>;

/** Ratios after / before; null = no interval. */
export interface MixEstimates {
  readonly raw: Estimate | null;
  readonly adjusted: Estimate | null;
  /** By group. */
  readonly groups: ReadonlyArray<Estimate | null>;
}

export const NO_ESTIMATES: MixEstimates = { raw: null, adjusted: null, groups: [] };
/** Minutes before, and minutes after at the baseline's mix. */
type Ends = readonly [before: number, after: number];

const NOTHING: Sums = [0, 0, 0, 0];

/** Fewer than five people give no interval, nor do people of whom one decides it all. */
export function mixEstimates(people: readonly PersonSums[], result: Pick<MixResult, 'adjustedPct'>): MixEstimates {
  const byGroup = groupsOf(people);
  const totals = people.map((person) => person.reduce((sum, { sums }) => add(sum, sums), NOTHING));
  const [before, after] = byGroup.reduce<Ends>((ends, { sums }) => addMix(ends, sums, 1), [0, 0]);
  const adjusted = people.map((person) => {
    const rest = person.reduce<Ends>(
      (ends, { group, sums }) => {
        const whole = byGroup[group]?.sums ?? NOTHING;
        return addMix(addMix(ends, whole, -1), subtract(whole, sums), 1);
      },
      [before, after]
    );
    return rest[1] / rest[0];
  });
  return {
    raw: meanRatio(totals),
    adjusted:
      result.adjustedPct === null
        ? null
        : jackknifedRatio({ value: after / before, without: adjusted, people: totals }),
    groups: byGroup.map(({ own }) => meanRatio(own)),
  };
}

/** Ends of a ratio as a change: 0.8 → −0.2. */
export function asChange(interval: Interval | null): Interval | null {
  return interval === null ? null : { lo: interval.lo - 1, hi: interval.hi - 1 };
}

interface Group {
  readonly sums: Sums;
  /** Of each person in it. */
  readonly own: readonly Sums[];
}

function groupsOf(people: readonly PersonSums[]): Group[] {
  const groups: Array<{ sums: Sums; own: Sums[] }> = [];
  for (const { group, sums } of people.flat()) {
    const found = (groups[group] ??= { sums: NOTHING, own: [] });
    found.sums = add(found.sums, sums);
    found.own.push(sums);
  }
  return Array.from(groups, (group) => group ?? { sums: NOTHING, own: [] });
}

/** What a group adds to (minutes before, minutes after at the baseline's mix), if it is in both periods. */
function addMix([before, after]: Ends, sums: Sums, sign: 1 | -1): Ends {
  const [unitsBefore, minutesBefore, unitsAfter, minutesAfter] = sums;
  return unitsBefore > 0 && unitsAfter > 0
    ? [before + sign * minutesBefore, after + (sign * unitsBefore * minutesAfter) / unitsAfter]
    : [before, after];
}

const add = (one: Sums, other: Sums): Sums => [
  one[0] + other[0],
  one[1] + other[1],
  one[2] + other[2],
  one[3] + other[3],
];
const subtract = (one: Sums, other: Sums): Sums => [
  one[0] - other[0],
  one[1] - other[1],
  one[2] - other[2],
  one[3] - other[3],
];
