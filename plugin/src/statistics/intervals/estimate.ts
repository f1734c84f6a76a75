/**
 * Estimates with an interval at any level. An interval is t-based on a scale on which the estimate is nearly normal, with the degrees of
 * freedom of its clusters; which estimator is used where was chosen by measured coverage (docs/statistics.md).
 */
import type { Interval } from './proportion.ts';
import { tHalfWidth, tTwoSided } from './student-t.ts';

/** Level of an interval that stands alone. */
export const LEVEL = 0.95;
/** Fewer clusters in an arm give no interval. */
export const LEAST_CLUSTERS = 5;

/** A number with intervals at every level. */
export interface Estimate {
  readonly value: number;
  readonly intervalAt: (level: number) => Interval;
  /** Two-sided p against a value, where it is known without trying levels. */
  readonly pAgainst?: (against: number) => number;
  /** What the intervals are made of; absent = of something else, e.g. of two estimates or of a share at its bound. */
  readonly spread?: Spread;
}

/** How an estimate is brought to a scale without bounds, and back; rising. */
export interface Scale {
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

export const LINEAR: Scale = { to: (value) => value, from: (value) => value };
/** Of positive numbers. */
export const LOG: Scale = { to: Math.log, from: Math.exp };
/** Of survival in (0, 1): minus the log of the cumulative hazard. */
export const LOG_LOG: Scale = {
  to: (value) => -Math.log(-Math.log(value)),
  from: (value) => Math.exp(-Math.exp(-value)),
};
/** Of shares in (0, 1). */
export const LOGIT: Scale = {
  to: (value) => Math.log(value / (1 - value)),
  from: (value) => 1 / (1 + Math.exp(-value)),
};

/** What an interval on a scale is made of. */
export interface Spread {
  readonly scale: Scale;
  /** On the scale. */
  readonly centre: number;
  /** Standard error on the scale. */
  readonly error: number;
  /** Degrees of freedom, > 0. */
  readonly degrees: number;
  /** Those in a difference, in which skewness cancels; default = `degrees`. */
  readonly degreesInDifference?: number;
  /** Third central moment over the cube of the error: how much of the error lies on one side; 0 = symmetric. */
  readonly skewness?: number;
}

/**
 * Interval of a spread. A skewed one reaches further on its long side, by the Cornish–Fisher term of t (Johnson 1978); its other end is not drawn
 * in, since a skewness from few clusters is itself uncertain.
 */
export function spreadInterval({ scale, centre, error, degrees, skewness = 0 }: Spread, level: number): Interval {
  const width = tHalfWidth(level, degrees);
  const reach = (skewness * (1 + 2 * width ** 2)) / 6;
  return {
    lo: scale.from(centre - error * (width - Math.min(0, reach))),
    hi: scale.from(centre + error * (width + Math.max(0, reach))),
  };
}

/** @param value Of the estimate itself, where going to the scale and back would round it. */
export function estimateOf(spread: Spread, value = spread.scale.from(spread.centre)): Estimate {
  const intervalAt = (level: number): Interval =>
    spread.error === 0 ? { lo: value, hi: value } : spreadInterval(spread, level);
  return { value, intervalAt, spread };
}

/** Spread of first − second of independent estimates on one scale; degrees of freedom by Welch and Satterthwaite. */
export function spreadDifference(first: Spread, second: Spread): Spread {
  const [one, two] = [first.error ** 2, second.error ** 2];
  const part = (variance: number, spread: Spread): number =>
    variance ** 2 / (spread.degreesInDifference ?? spread.degrees);
  const degrees = one + two === 0 ? 1 : (one + two) ** 2 / (part(one, first) + part(two, second));
  return { scale: first.scale, centre: first.centre - second.centre, error: Math.sqrt(one + two), degrees };
}

/**
 * first − second with the interval of the method of variance estimates recovery (Zou and Donner 2008; Newcombe's hybrid where they are
 * shares): made of the intervals of both, so that it stays within what is possible; both with the degrees of freedom of the difference.
 */
export function differenceOf(first: Estimate, second: Estimate): Estimate {
  const value = first.value - second.value;
  if (first.spread === undefined || second.spread === undefined) {
    return {
      value,
      intervalAt: (level) => recovered([first, first.intervalAt(level)], [second, second.intervalAt(level)]),
    };
  }
  const [one, two] = [first.spread, second.spread];
  const { degrees } = spreadDifference(onValues(one), onValues(two));
  const ofWidth = (width: number): Interval => recovered([first, spreadOf(one, width)], [second, spreadOf(two, width)]);
  return {
    value,
    intervalAt: (level) => ofWidth(tHalfWidth(level, degrees)),
    pAgainst: (against) => tTwoSided(widthAgainst({ value, ofWidth }, against), degrees),
  };
}

type Ranged = readonly [estimate: Estimate, interval: Interval];

function recovered([first, one]: Ranged, [second, two]: Ranged): Interval {
  const value = first.value - second.value;
  return {
    lo: value - Math.hypot(first.value - one.lo, two.hi - second.value),
    hi: value + Math.hypot(one.hi - first.value, second.value - two.lo),
  };
}

const spreadOf = ({ scale, centre, error }: Spread, width: number): Interval => ({
  lo: scale.from(centre - error * width),
  hi: scale.from(centre + error * width),
});

/** Wider by half-widths of t than these, an interval excludes nothing that is told. */
const MOST_WIDTH = 1000;

/** The half-width at which the interval touches a value. */
function widthAgainst(
  { value, ofWidth }: { value: number; ofWidth: (width: number) => Interval },
  against: number
): number {
  const excludes = (width: number): boolean =>
    against < value ? ofWidth(width).lo > against : ofWidth(width).hi < against;
  let [low, high] = [0, MOST_WIDTH];
  for (let step = 0; step < 50 && value !== against; step += 1) {
    const middle = (low + high) / 2;
    [low, high] = excludes(middle) ? [middle, high] : [low, middle];
  }
  return low;
}

/** A spread with its error in the unit of the value, by the slope of its scale. */
function onValues(spread: Spread): Spread {
  const { scale, centre, error } = spread;
  return { ...spread, error: (scale.from(centre + error / 100) - scale.from(centre - error / 100)) * 50 };
}

/** 95 % interval of an estimate; null = none, or without an end. */
export function intervalOf(estimate: Estimate | null): Interval | null {
  const interval = estimate?.intervalAt(LEVEL) ?? null;
  return interval !== null && Number.isFinite(interval.lo) && Number.isFinite(interval.hi) ? interval : null;
}

/** Smallest p that is told. */
const LEAST_P = 1e-12;

/** Two-sided p against a value: 1 − the largest level whose interval excludes it, so that p < 0.05 exactly where the 95 % interval does. */
export function pAgainst({ value, intervalAt, spread, pAgainst: known }: Estimate, against: number): number {
  if (known !== undefined) {
    return known(against);
  }
  if (spread !== undefined && (spread.skewness ?? 0) === 0) {
    const distance = spread.centre - spread.scale.to(against);
    return distance === 0 ? 1 : spread.error === 0 ? 0 : tTwoSided(distance / spread.error, spread.degrees);
  }
  const excludes = (p: number): boolean => {
    const { lo, hi } = intervalAt(1 - p);
    return lo > against || hi < against;
  };
  if (value === against || !excludes(1 - LEAST_P)) {
    return 1;
  }
  let [low, high] = [Math.log(LEAST_P), 0];
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2;
    if (excludes(Math.exp(middle))) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return Math.exp(high);
}
