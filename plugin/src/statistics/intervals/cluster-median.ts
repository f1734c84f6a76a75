/**
 * Median of times with an interval, where times come in clusters and may still be open: all times at which the Kaplan–Meier curve cannot be
 * told from one half (Brookmeyer and Crowley 1982; without open times this is Woodruff's interval), with the error of the curve over clusters.
 */
import { LEAST_CLUSTERS, type Estimate } from './estimate.ts';
import { degreesOf, jackknifeError } from './jackknife.ts';
import type { Interval } from './proportion.ts';
import { tHalfWidth } from './student-t.ts';

/** A time with its weight; open = it was not over when observation ended. */
export interface Timed {
  readonly minutes: number;
  readonly weight: number;
  readonly isOpen: boolean;
  /** Times of one cluster hang together, e.g. those of the changes of one deployment. */
  readonly cluster: number;
}

/** The clusters that a sample stands for, and the median of all of them. */
export interface MedianPopulation {
  readonly clusters: number;
  readonly value: number;
}

/** Times in order, and the steps of the curve at them. */
interface Curve {
  readonly clusters: number;
  /** Weight of each cluster. */
  readonly totals: Float64Array;
  readonly total: number;
  /** By single time: its weight, step, cluster, and whether it is open. */
  readonly weights: Float64Array;
  readonly stepOf: Int32Array;
  readonly owners: Int32Array;
  readonly isOpen: Uint8Array;
  /** By step: its time, S after it, weight that is left after its events, Σ d/(n(n−d)) up to it: what the presence of a unit takes from S. */
  readonly minutes: Float64Array;
  readonly survival: Float64Array;
  readonly left: Float64Array;
  readonly presence: Float64Array;
}

/** Null = no interval at any level: fewer than LEAST_CLUSTERS clusters, or half of the weight is open. */
export function medianEstimate(times: readonly Timed[], population?: MedianPopulation): Estimate | null {
  const curve = curveOf(times);
  const own = centreOf(curve);
  if (curve.clusters < LEAST_CLUSTERS || own === null) {
    return null;
  }
  const value = population?.value ?? own;
  const shrink = Math.sqrt(curve.clusters / Math.max(curve.clusters, population?.clusters ?? 0));
  const degrees = degreesOf(curve.totals);
  // A sample's interval is moved to the median of all, as a factor: times are positive.
  const factor = own > 0 ? value / own : 1;
  const intervalAt = (level: number): Interval => {
    const { lo, hi } = ends(curve, tHalfWidth(level, degrees) * shrink);
    return { lo: Math.min(value, lo * factor), hi: Math.max(value, hi * factor) };
  };
  return { value, intervalAt };
}

/** From here on the ends lie between times; with fewer clusters they go out to the next time. */
const INTERPOLATED_FROM = 10;

/**
 * Where the curve comes `width` errors above and below one half, between times by interpolation (Hettmansperger and Sheather 1986), so that few
 * times do not make steps of the level. No time clearly below = no upper end (∞).
 */
function ends(curve: Curve, width: number): Interval {
  const { minutes, clusters } = curve;
  const count = minutes.length;
  const time = (index: number): number => minutes[Math.max(index, 0)] as number;
  const first = firstIndex(count, (index) => distanceAt(curve, index) >= -width);
  const last = firstIndex(count, (index) => distanceAt(curve, index) > width);
  const isFine = clusters >= INTERPOLATED_FROM;
  return {
    lo: between(time(first - 1), time(Math.min(first, count - 1)), isFine ? partAt(curve, first, -width) : 0),
    hi: last >= count ? Infinity : between(time(last - 1), time(last), isFine ? partAt(curve, last, width) : 1),
  };
}

/** How far between the time before and the time at `index` the distance comes to `wanted`, 0..1. */
function partAt(curve: Curve, index: number, wanted: number): number {
  if (index === 0 || index >= curve.minutes.length) {
    return 1;
  }
  const [before, after] = [distanceAt(curve, index - 1), distanceAt(curve, index)];
  return after === before ? 1 : Math.min(1, Math.max(0, (wanted - before) / (after - before)));
}

const between = (one: number, two: number, part: number): number => one + (two - one) * part;

/** (½ − S) / error in the middle of a step; rises with time. */
function distanceAt(curve: Curve, step: number): number {
  const { survival } = curve;
  const [before, after] = [step === 0 ? 1 : (survival[step - 1] as number), survival[step] as number];
  return (0.5 - (before + after) / 2) / ((errorAt(curve, step - 1) + errorAt(curve, step)) / 2);
}

/** First index of 0…count−1 at which a rising condition holds; count = nowhere. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Error of S after a step from the influences of the clusters on it: the derivative of Π (1 − d/n) by the weight of each. */
function errorAt(curve: Curve, step: number): number {
  const survival = curve.survival[step] ?? 0;
  if (step < 0 || survival <= 1e-12) {
    return 0;
  }
  const { weights, stepOf, owners, isOpen, left, presence, totals, total } = curve;
  const influences = new Float64Array(curve.clusters);
  for (let place = 0; place < weights.length; place += 1) {
    const own = stepOf[place] as number;
    const isEvent = own <= step && isOpen[place] === 0;
    const influence = (presence[Math.min(own, step)] as number) - (isEvent ? 1 / (left[own] as number) : 0);
    const owner = owners[place] as number;
    influences[owner] = (influences[owner] as number) + (weights[place] as number) * influence;
  }
  // Without a cluster the others weigh more: the delete-one jackknife of a ratio, exactly so without open times.
  const moves = influences.map((influence, owner) => influence / (1 - (totals[owner] as number) / total));
  return survival * jackknifeError(moves, 0);
}

function curveOf(times: readonly Timed[]): Curve {
  const kept = times.filter(({ weight }) => weight > 0).sort((one, two) => one.minutes - two.minutes);
  const placeOf = new Map([...new Set(kept.map(({ cluster }) => cluster))].map((cluster, place) => [cluster, place]));
  const minutes = Float64Array.from(new Set(kept.map((time) => time.minutes)));
  const step = new Map([...minutes].map((value, index) => [value, index]));
  const stepOf = Int32Array.from(kept, (time) => step.get(time.minutes) as number);
  const owners = Int32Array.from(kept, ({ cluster }) => placeOf.get(cluster) as number);
  const [events, ended, totals] = [
    new Float64Array(minutes.length),
    new Float64Array(minutes.length),
    new Float64Array(placeOf.size),
  ];
  kept.forEach(({ weight, isOpen }, index) => {
    for (const [sums, at] of [
      [ended, stepOf[index]],
      [totals, owners[index]],
      ...(isOpen ? [] : [[events, stepOf[index]] as const]),
    ] as const) {
      sums[at as number] = (sums[at as number] as number) + weight;
    }
  });
  const total = totals.reduce((sum, own) => sum + own, 0);
  const weights = Float64Array.from(kept, ({ weight }) => weight);
  const isOpen = Uint8Array.from(kept, (time) => Number(time.isOpen));
  return {
    clusters: placeOf.size,
    totals,
    total,
    weights,
    stepOf,
    owners,
    isOpen,
    minutes,
    ...stepsOf(events, ended, total),
  };
}

/** The steps of the curve, from the weight of the events and of everything that ended at each. */
function stepsOf(
  events: Float64Array,
  ended: Float64Array,
  total: number
): Pick<Curve, 'survival' | 'left' | 'presence'> {
  const [survival, left, presence] = [
    new Float64Array(events.length),
    new Float64Array(events.length),
    new Float64Array(events.length),
  ];
  let [risk, now, sum] = [total, 1, 0];
  events.forEach((weight, step) => {
    const rest = Math.max(0, risk - weight);
    // The rest of a float sum must not leave a survivor where everything ended.
    now = rest <= total * 1e-12 ? 0 : (now * rest) / risk;
    sum += rest <= total * 1e-12 ? 0 : weight / (risk * rest);
    [survival[step], left[step], presence[step]] = [now, rest, sum];
    risk -= ended[step] as number;
  });
  return { survival, left, presence };
}

/** Smallest time with S ≤ ½; the middle to the next event where S is exactly ½. Null = S stays above. */
function centreOf({ minutes, survival }: Curve): number | null {
  const at = survival.findIndex((now) => now <= 0.5 + 1e-12);
  if (at < 0) {
    return null;
  }
  const next = survival.findIndex((now, step) => step > at && now < (survival[at] as number));
  return Math.abs((survival[at] as number) - 0.5) <= 1e-9 && next > 0
    ? ((minutes[at] as number) + (minutes[next] as number)) / 2
    : (minutes[at] as number);
}
