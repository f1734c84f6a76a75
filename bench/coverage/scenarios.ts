/** What the answers estimate, with the truth known. */
import {
  mixEstimates,
  type PersonSums,
  type Sums,
} from '../../plugin/src/metrics/cycle-time-by-usage/mix-intervals.ts';
import { compareTogether } from '../../plugin/src/statistics/comparison.ts';
import { medianEstimate, type Timed } from '../../plugin/src/statistics/intervals/cluster-median.ts';
import { differenceOf, intervalOf, LEVEL } from '../../plugin/src/statistics/intervals/estimate.ts';
import {
  lossEstimate,
  meanEstimate,
  shareEstimate,
  type RatioClusters,
} from '../../plugin/src/statistics/intervals/jackknife.ts';
import { mulberry32, type Random } from '../../plugin/src/statistics/prng.ts';
import { shareDifference, wilson, type Interval } from '../../plugin/src/statistics/intervals/proportion.ts';
import { shareRatio } from '../../plugin/src/statistics/intervals/score-ratio.ts';
import { median } from '../../plugin/src/statistics/quantile.ts';
import { hazardRatio, survivalEstimates } from '../../plugin/src/statistics/intervals/survival-jackknife.ts';
import { meanDifference } from '../../plugin/src/statistics/intervals/welch.ts';
import {
  changes,
  developers,
  exponential,
  logNormal,
  meanOfTimes,
  normal,
  sizeOf,
  survivalOf,
  times,
  type Lines,
} from './draw.ts';
import { percentileMean, percentileMedian, percentileSurvival } from './percentile.ts';

/** One kind of number: draws a data set of so many clusters an arm and gives its interval. */
export interface Scenario {
  readonly title: string;
  /** What is drawn as a whole. */
  readonly clusters: 'developers' | 'changes' | 'deployments' | 'units';
  readonly truth: number;
  /** Null = hidden. Several intervals = all must hold the truth. */
  readonly draw: (random: Random, clusters: number) => Interval | null | readonly (Interval | null)[];
  /** The percentile bootstrap on the same kind of data, for comparison. */
  readonly percentile?: (random: Random, clusters: number) => Interval | null;
}

const at = intervalOf;

/** Units of developers of which a share is known; it differs between people. */
function knownShares(random: Random, count: number): RatioClusters {
  const people = times(count, () => {
    const units = sizeOf(random, { median: 8, sigma: 0.7 });
    const share = random() < 0.5 ? 0.5 : 0.9;
    return { units, known: times(units, () => random() < share).filter(Boolean).length };
  });
  return { numerators: people.map(({ known }) => known), denominators: people.map(({ units }) => units) };
}

const USUAL = { spread: 1, between: 0.4, sizes: 0.7 };
const SKEWED = { spread: 1.4, between: 0.5, sizes: 0.7 };
const CODE: Lines = { median: 30, sigma: 1.2, rewritten: 0.12, hazard: 0.006 };
const OTHER_CODE: Lines = { median: 40, sigma: 1.2, rewritten: 0.16, hazard: 0.009 };

function meanOf(title: string, kind: typeof USUAL): Scenario {
  return {
    title,
    clusters: 'developers',
    truth: meanOfTimes(kind),
    draw: (random, count) => at(meanEstimate(developers(random, count, kind))),
    percentile: (random, count) => percentileMean(developers(random, count, kind), random),
  };
}

/** A developer's change of mean ln minutes: over 3 or more units in each period; the effect differs between people. */
function logChanges(random: Random, count: number, effect: number): number[] {
  const mean = (): number => {
    const units = sizeOf(random, { median: 8, sigma: 0.7, least: 3 });
    return times(units, () => normal(random)).reduce((sum, value) => sum + value, 0) / units;
  };
  return times(count, () => effect + 0.15 * normal(random) + mean() - mean());
}

const EFFECT = -0.2;

/** Units of people before and after by class of work: every unit takes e^EFFECT of the time, the mix of classes moves too. */
function classes(random: Random, count: number): PersonSums[] {
  const units = (shift: number): { class: number; minutes: number }[] =>
    times(sizeOf(random, { median: 8, sigma: 0.7 }), () => {
      const found = Math.floor(3 * random() ** (shift < 0 ? 1.5 : 1));
      return { class: found, minutes: 2 ** found * Math.exp(shift + normal(random)) };
    });
  return times(count, () => {
    const speed = 0.4 * normal(random);
    const [before, after] = [units(0), units(EFFECT)];
    const sumsOf = (group: number): Sums => {
      const own = [before, after].map((all) => all.filter((unit) => unit.class === group));
      const [b = [], a = []] = own;
      const sum = (of: { minutes: number }[]): number =>
        of.reduce((total, { minutes }) => total + minutes, 0) * Math.exp(speed);
      return [b.length, sum(b), a.length, sum(a)];
    };
    return [0, 1, 2].map((group) => ({ group, sums: sumsOf(group) }));
  });
}

const effects: Scenario[] = [
  {
    title: 'change of the mean at equal mix of classes',
    clusters: 'developers',
    truth: Math.exp(EFFECT),
    draw: (random, count) => intervalOf(mixEstimates(classes(random, count), { adjustedPct: 0 }).adjusted),
  },
  {
    title: 'difference in differences of ln minutes',
    clusters: 'developers',
    truth: EFFECT,
    draw: (random, count) => at(meanDifference(logChanges(random, count, 0), logChanges(random, count, EFFECT))),
  },
  {
    title: 'the same, three times as many who do not use the tool',
    clusters: 'developers',
    truth: EFFECT,
    draw: (random, count) => at(meanDifference(logChanges(random, 3 * count, 0), logChanges(random, count, EFFECT))),
  },
  {
    title: 'the same without effect, three tools judged together (Holm), all three hold',
    clusters: 'developers',
    truth: 0,
    draw: (random, count) => {
      const three = times(3, () => meanDifference(logChanges(random, count, 0), logChanges(random, count, 0)));
      return compareTogether(three).map((compared) => compared?.interval ?? null);
    },
  },
];

const survivalAt = (random: Random, { count, lines, day }: { count: number; lines: Lines; day: number }) =>
  survivalEstimates({ clusters: changes(random, count, lines) }, [day])[0] ?? null;

const survival = (day: number): Scenario => ({
  title: `survival of lines S(${day})`,
  clusters: 'changes',
  truth: survivalOf(CODE, day),
  draw: (random, count) => at(survivalAt(random, { count, lines: CODE, day })),
  percentile: (random, count) => percentileSurvival(changes(random, count, CODE), day, random),
});

const durability: Scenario[] = [
  survival(30),
  survival(90),
  {
    title: 'gap of survival S(30)',
    clusters: 'changes',
    truth: survivalOf(OTHER_CODE, 30) - survivalOf(CODE, 30),
    draw: (random, count) => {
      const one = survivalAt(random, { count, lines: OTHER_CODE, day: 30 });
      const two = survivalAt(random, { count, lines: CODE, day: 30 });
      return one === null || two === null ? null : at(differenceOf(one, two));
    },
  },
  {
    title: 'hazard ratio to day 30',
    clusters: 'changes',
    truth: Math.log(survivalOf(OTHER_CODE, 30)) / Math.log(survivalOf(CODE, 30)),
    draw: (random, count) =>
      at(
        hazardRatio(
          survivalAt(random, { count, lines: OTHER_CODE, day: 30 }),
          survivalAt(random, { count, lines: CODE, day: 30 })
        )
      ),
  },
  {
    title: 'churn: share of mature lines gone within 14 days',
    clusters: 'changes',
    truth: 1 - survivalOf(CODE, 13),
    draw: (random, count) => {
      const drawn = changes(random, count, CODE).map(({ total, ends }) => ({
        total,
        lost: ends.reduce((sum, { time, events }) => sum + (time <= 13 ? events : 0), 0),
        young: ends.some(({ time, censored }) => censored > 0 && time < 14),
      }));
      const mature = drawn.filter(({ young }) => !young);
      return at(
        lossEstimate({ numerators: mature.map(({ lost }) => lost), denominators: mature.map(({ total }) => total) })
      );
    },
  },
];

/** Lead times: the changes of a deployment wait for it together. */
function leadTimes(random: Random, deployments: number): Timed[] {
  return times(deployments, (cluster) => {
    const pace = logNormal(random, { median: 1, sigma: 0.8 });
    return times(sizeOf(random, { median: 4, sigma: 0.8 }), (): Timed => ({
      minutes: pace * (exponential(random, 1500) + logNormal(random, { median: 300, sigma: 1 })),
      weight: 1,
      isOpen: false,
      cluster,
    }));
  }).flat();
}

/** Times to recover: one of each failed deployment; a tenth is not over. */
function recoveries(random: Random, count: number): Timed[] {
  return times(count, (cluster): Timed => {
    const [minutes, seen] = [
      logNormal(random, { median: 60, sigma: 1.2 }),
      random() < 0.2 ? exponential(random, 200) : Infinity,
    ];
    return { minutes: Math.min(minutes, seen), weight: 0.2 + 0.8 * random(), isOpen: seen < minutes, cluster };
  });
}

const plainTimes = (random: Random, count: number): Timed[] =>
  times(count, (cluster) => ({
    minutes: logNormal(random, { median: 90, sigma: 1.2 }),
    weight: 1,
    isOpen: false,
    cluster,
  }));

const ofTimes = (all: readonly Timed[]): number => median(all.map(({ minutes }) => minutes)) ?? NaN;

const medians: Scenario[] = [
  {
    title: 'median lead time',
    clusters: 'deployments',
    truth: ofTimes(leadTimes(mulberry32(20261129), 150_000)),
    draw: (random, count) => at(medianEstimate(leadTimes(random, count))),
    percentile: (random, count) => percentileMedian(leadTimes(random, count), random),
  },
  {
    title: 'median time to recover, some still open',
    clusters: 'deployments',
    truth: 60,
    draw: (random, count) => at(medianEstimate(recoveries(random, count))),
  },
  {
    title: 'median time to roll back',
    clusters: 'changes',
    truth: 90,
    draw: (random, count) => at(medianEstimate(plainTimes(random, count))),
    percentile: (random, count) => percentileMedian(plainTimes(random, count), random),
  },
];

const hits = (random: Random, count: number, share: number): { count: number; total: number } => ({
  count: times(count, () => random() < share).filter(Boolean).length,
  total: count,
});

const rates: Scenario[] = [
  {
    title: 'rate of 15 % (change failures, reverts)',
    clusters: 'units',
    truth: 0.15,
    draw: (random, count) => wilson(hits(random, count, 0.15)),
  },
  {
    title: 'difference of rates, 20 % and 10 %',
    clusters: 'units',
    truth: 0.1,
    draw: (random, count) => shareDifference(hits(random, count, 0.2), hits(random, count, 0.1)),
  },
  {
    title: 'ratio of rates, 20 % and 10 %',
    clusters: 'units',
    truth: 2,
    draw: (random, count) => shareRatio(hits(random, count, 0.2), hits(random, count, 0.1))?.intervalAt(LEVEL) ?? null,
  },
];

export const scenarios: readonly Scenario[] = [
  meanOf('mean cycle time by band', USUAL),
  meanOf('the same, very skewed (ln minutes ± 1.4)', SKEWED),
  {
    title: 'share of units whose use of AI is known',
    clusters: 'developers',
    truth: 0.7,
    draw: (random, count) => at(shareEstimate(knownShares(random, count))),
  },
  ...effects,
  ...durability,
  ...medians,
  ...rates,
];
