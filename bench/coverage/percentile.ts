/** The percentile cluster bootstrap, which intervals were drawn with before: measured beside those in use. */
import { kaplanMeier, survivalAt } from '../../plugin/src/statistics/kaplan-meier.ts';
import type { RatioClusters } from '../../plugin/src/statistics/intervals/jackknife.ts';
import type { Random } from '../../plugin/src/statistics/prng.ts';
import type { Interval } from '../../plugin/src/statistics/intervals/proportion.ts';
import { median, quantile } from '../../plugin/src/statistics/quantile.ts';
import type { SurvivalCluster } from '../../plugin/src/statistics/intervals/survival-jackknife.ts';
import type { Timed } from '../../plugin/src/statistics/intervals/cluster-median.ts';
import { times } from './draw.ts';

const REPLICATES = 300;

function percentile<Cluster>(
  clusters: readonly Cluster[],
  statistic: (drawn: readonly Cluster[]) => number,
  random: Random
): Interval {
  const values = times(REPLICATES, () =>
    statistic(clusters.map(() => clusters[Math.floor(random() * clusters.length)] as Cluster))
  );
  return { lo: quantile(values, 0.025) ?? NaN, hi: quantile(values, 0.975) ?? NaN };
}

export function percentileMean({ numerators, denominators }: RatioClusters, random: Random): Interval {
  const clusters = Array.from(numerators, (sum, index) => ({ sum, units: denominators[index] ?? 0 }));
  const mean = (drawn: readonly { sum: number; units: number }[]): number =>
    drawn.reduce((total, { sum }) => total + sum, 0) / drawn.reduce((total, { units }) => total + units, 0);
  return percentile(clusters, mean, random);
}

export function percentileSurvival(clusters: readonly SurvivalCluster[], day: number, random: Random): Interval {
  const withAlive = clusters.map(({ total, ends }) => {
    const ended = ends.reduce((sum, { events, censored }) => sum + events + censored, 0);
    return total > ended ? [...ends, { time: Infinity, events: 0, censored: total - ended }] : ends;
  });
  return percentile(withAlive, (drawn) => survivalAt(kaplanMeier(drawn.flat()), day) ?? NaN, random);
}

/** As it was: over single units, not over what they come in. */
export function percentileMedian(all: readonly Timed[], random: Random): Interval {
  const minutes = all.map((time) => time.minutes);
  return percentile(minutes, (drawn) => median(drawn) ?? NaN, random);
}
