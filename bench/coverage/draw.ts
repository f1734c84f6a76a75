/** Random data as real use has it: developers with unequal numbers of units, skewed times, changes with few and very many lines. */
import type { Random } from '../../plugin/src/statistics/prng.ts';
import type { SurvivalCluster } from '../../plugin/src/statistics/intervals/survival-jackknife.ts';
import type { RatioClusters } from '../../plugin/src/statistics/intervals/jackknife.ts';

export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const logNormal = (random: Random, { median, sigma }: { median: number; sigma: number }): number =>
  median * Math.exp(sigma * normal(random));

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

export const times = <Value>(count: number, draw: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => draw(index));

/** Sizes of clusters: at least `least`, most of them small, a few large. */
export const sizeOf = (
  random: Random,
  { median, sigma, least = 1 }: { median: number; sigma: number; least?: number }
): number => Math.max(least, Math.round(logNormal(random, { median, sigma })));

/** Log-normal minutes of developers who differ in speed. `spread` = of one person's times, `between` = of people; both of ln minutes. */
export interface Times {
  readonly spread: number;
  readonly between: number;
  readonly sizes: number;
}

/** Minutes by developer: (Σ, n). */
export function developers(random: Random, count: number, { spread, between, sizes }: Times): RatioClusters {
  const people = times(count, () => {
    const units = sizeOf(random, { median: 8, sigma: sizes });
    const speed = between * normal(random);
    return {
      units,
      sum: times(units, () => Math.exp(speed + spread * normal(random))).reduce((sum, one) => sum + one, 0),
    };
  });
  return { numerators: people.map(({ sum }) => sum), denominators: people.map(({ units }) => units) };
}

export const meanOfTimes = ({ spread, between }: Times): number => Math.exp((spread ** 2 + between ** 2) / 2);

/** Lines of changes: some changes are rewritten whole, the lines of others die one by one, at a pace of their own. */
export interface Lines {
  /** Median of lines by change, and spread of its logarithm. */
  readonly median: number;
  readonly sigma: number;
  /** Share of changes that are rewritten whole, after 30 days in the mean. */
  readonly rewritten: number;
  /** Deaths per line and day in the mean; the pace of a change is exponential around it. */
  readonly hazard: number;
}

const LAST_AGE = 90;

/** Observed to a random age: a third of the changes are younger than 120 days. */
export function changes(random: Random, count: number, lines: Lines): SurvivalCluster[] {
  return times(count, () => {
    const total = sizeOf(random, { median: lines.median, sigma: lines.sigma });
    const rewrittenAt = random() < lines.rewritten ? exponential(random, 30) : Infinity;
    const pace = exponential(random, lines.hazard);
    const observed = random() < 1 / 3 ? Math.floor(random() * 120) : Infinity;
    const events = new Float64Array(LAST_AGE + 1);
    let alive = total;
    for (let line = 0; line < total; line += 1) {
      const age = Math.floor(Math.min(rewrittenAt, exponential(random, 1 / pace)));
      if (age <= Math.min(observed, LAST_AGE)) {
        events[age] = (events[age] ?? 0) + 1;
        alive -= 1;
      }
    }
    const ends = [...events].flatMap((dead, time) => (dead === 0 ? [] : [{ time, events: dead, censored: 0 }]));
    return {
      total,
      ends: observed < LAST_AGE && alive > 0 ? [...ends, { time: observed, events: 0, censored: alive }] : ends,
    };
  });
}

/** Share of lines that live beyond a day. */
export function survivalOf({ rewritten, hazard }: Lines, day: number): number {
  return (1 - rewritten + rewritten * Math.exp(-(day + 1) / 30)) / (1 + hazard * (day + 1));
}
