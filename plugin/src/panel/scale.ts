/** Numbers to pixels: an axis with round marks, of counts, shares and times, or of ratios by their logarithm. */

/** An axis over a width. */
export interface Axis {
  readonly isLog: boolean;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  /** Pixel of a number, within the width; null = it cannot stand on this axis. */
  readonly at: (value: number) => number | null;
}

/** Room on both sides of the outermost number, as a share. */
const MARGIN = 0.04;
const PIXELS_PER_TICK = 80;
const MOST_TICKS = 8;
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
/** Units that Grafana tells a time in, in seconds, and the steps between them. */
const CLOCK = [604_800, 86_400, 3600, 60, 1];
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** The least of 1, 2 and 5 times a power of ten that is not below. */
function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** What a time of this length is told in, in its own unit; undefined = it is no time, or a short one. */
function toldIn(most: number, unit: string | undefined): number | undefined {
  const second = unit === undefined ? undefined : SECONDS[unit];
  const found = second === undefined ? undefined : CLOCK.find((one) => most * second >= one);
  return found === undefined || second === undefined ? undefined : found / second;
}

/** A step of round numbers; of a time half or whole hours, days or weeks, as the largest is told. */
export function stepOf(least: number, { most, unit }: { most: number; unit: string | undefined }): number {
  const whole = toldIn(most, unit);
  if (whole === undefined) {
    return roundUp(least);
  }
  if (least >= whole) {
    return roundUp(least / whole) * whole;
  }
  const second = SECONDS[unit ?? ''] ?? 1;
  return STEPS.map((one) => one / second).find((one) => one >= Math.max(least, whole / 2)) ?? whole;
}

/** Digits that a mark needs; null = Grafana chooses. */
export function digitsOf(tick: number, { ticks }: Pick<Axis, 'ticks'>, unit: string | undefined): number | null {
  const most = ticks.reduce((least, one) => Math.max(least, Math.abs(one)), 0);
  const whole = toldIn(Math.abs(tick), unit);
  if (whole !== undefined) {
    return Number.isInteger(Number((tick / whole).toPrecision(9))) ? 0 : 1;
  }
  const factor = unit === 'percentunit' ? 100 : unit === 'percent' || unit === 'suffix:points' ? 1 : null;
  const [first = 0, second = most] = ticks;
  const step = (second - first) * (factor ?? 1);
  return factor === null
    ? null
    : ([0, 1, 2, 3].find((digits) => Math.abs(Number(step.toFixed(digits)) - step) < 1e-9) ?? null);
}

function linearTicks(min: number, max: number, given: { least: number; unit: string | undefined }): number[] {
  const most = Math.max(Math.abs(min), Math.abs(max));
  const step = stepOf(given.least, { most, unit: given.unit });
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // Multiplied, not added up: the mark at zero is 0 and no 1e-17.
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const tick = Number(((first + index) * step).toPrecision(12));
    return Object.is(tick, -0) ? 0 : tick;
  });
  // Of numbers that differ after their twelfth digit alone some marks are the same.
  return [...new Set(all)];
}

/** One mark alone is no scale: nearer ones are taken until there are two. */
function readableTicks([min, max]: readonly [number, number], most: number, unit: string | undefined): number[] {
  const tries = [1, 1.5, 2, 3, 4].map((factor) =>
    linearTicks(min, max, { least: (max - min) / (most * factor), unit })
  );
  return tries.find((ticks) => ticks.length >= 2) ?? tries[0] ?? [];
}

/** 1, 2 and 5 in each power of ten; fewer where there is no room. */
function logTicks(min: number, max: number, most: number): number[] {
  const from = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.ceil(Math.log10(max)) - from + 1 }, (_, index) => from + index);
  const inside = (factors: readonly number[]): number[] =>
    powers
      .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(12))))
      .filter((tick) => tick >= min && tick <= max);
  const all = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1]].map(inside);
  return all.find((ticks) => ticks.length <= most) ?? all.at(-1) ?? [];
}

interface Wanted {
  readonly isLog: boolean;
  readonly width: number;
  readonly unit: string | undefined;
  /** Ends that a person chose. */
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** Beyond these a number is no quantity, and its powers of ten or their differences have no double: ends stand here at most. */
const [LEAST, MOST] = [1e-300, 1e300];
const within = (value: number): number => Math.min(MOST, Math.max(-MOST, value));

/** @param numbers All that is to stand on the axis; empty = 0 to 1. */
export function axisOf(numbers: readonly number[], { isLog, width, unit, min, max }: Wanted): Axis {
  const held = (value: number): number => (isLog ? Math.max(LEAST, within(value)) : within(value));
  const own = numbers.filter((value) => Number.isFinite(value) && (!isLog || value > 0)).map(held);
  const none = isLog ? [0.5, 2] : [0, 1];
  const [low, high] = (own.length === 0 ? none : own).reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity]
  );
  const to = (value: number): number => (isLog ? Math.log(held(value)) : held(value));
  const from = (value: number): number => held(isLog ? Math.exp(value) : value);
  const spread = to(high) - to(low) || (isLog ? 1 : Math.abs(high) || 1);
  const isEnd = (end: number | undefined): end is number => Number.isFinite(end) && (!isLog || Number(end) > 0);
  const first = isEnd(min) ? to(min) : to(low) - spread * MARGIN;
  const last = isEnd(max) && max > from(first) ? to(max) : Math.max(to(high), first) + spread * MARGIN;
  const most = Math.min(MOST_TICKS, Math.max(2, Math.floor(width / PIXELS_PER_TICK)));
  const ends = [from(first), from(last)] as const;
  return {
    isLog,
    min: ends[0],
    max: ends[1],
    ticks: isLog ? logTicks(...ends, most) : readableTicks(ends, most, unit),
    at: (value) =>
      Number.isNaN(value) || (isLog && value <= 0)
        ? null
        : Math.min(width, Math.max(0, ((to(value) - first) / (last - first || 1)) * width)),
  };
}
