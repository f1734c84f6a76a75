/** Jackknife over people of a raw change of the mean, of the change at equal mix and of the change of each group. */
import { LEAST_CLUSTERS, LEVEL, LOG, estimateOf, type Estimate } from '../../statistics/intervals/estimate.ts';
import { degreesOf, jackknifeError } from '../../statistics/intervals/jackknife.ts';
import type { MixResult } from '../../statistics/mix.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';

/** Count and sum of minutes in the baseline, then in the current period. */
export type Sums = readonly [unitsBefore: number, minutesBefore: number, unitsAfter: number, minutesAfter: number];

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
  const all = totals.reduce(add, NOTHING);
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
    raw: ratioEstimate({
      value: ratio(all),
      without: totals.map((own) => ratio(subtract(all, own))),
      clusters: totals,
    }),
    adjusted:
      result.adjustedPct === null
        ? null
        : ratioEstimate({ value: after / before, without: adjusted, clusters: totals }),
    groups: byGroup.map(({ sums, own }) =>
      ratioEstimate({ value: ratio(sums), without: own.map((each) => ratio(subtract(sums, each))), clusters: own })
    ),
  };
}

/** Ends of a ratio as a change: 0.8 → −0.2. */
export function asChange(interval: Interval | null): Interval | null {
  return interval === null ? null : { lo: interval.lo - 1, hi: interval.hi - 1 };
}

/** Ends of an interval of a ratio further apart than this exclude nothing that anybody would believe. */
const MOST_APART = 10_000;

interface Jackknifed {
  readonly value: number;
  readonly without: readonly number[];
  readonly clusters: readonly Sums[];
}

function ratioEstimate({ value, without, clusters }: Jackknifed): Estimate | null {
  const onScale = Float64Array.from(without, Math.log);
  const centre = Math.log(value);
  if (clusters.length < LEAST_CLUSTERS || ![centre, ...onScale].every(Number.isFinite)) {
    return null;
  }
  const degrees = degreesOf(
    clusters.map(([units]) => units),
    clusters.map(([, , units]) => units)
  );
  const estimate = estimateOf({ scale: LOG, centre, error: jackknifeError(onScale, centre), degrees }, value);
  const { lo, hi } = estimate.intervalAt(LEVEL);
  return hi / lo > MOST_APART ? null : estimate;
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

/** Mean after / mean before. */
const ratio = ([unitsBefore, minutesBefore, unitsAfter, minutesAfter]: Sums): number =>
  minutesAfter / unitsAfter / (minutesBefore / unitsBefore);

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
