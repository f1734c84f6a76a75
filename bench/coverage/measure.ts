/** How often intervals hold the truth, by number of clusters an arm. */
import { mulberry32 } from '../../plugin/src/statistics/prng.ts';
import type { Interval } from '../../plugin/src/statistics/intervals/proportion.ts';
import { scenarios, type Scenario } from './scenarios.ts';

export const CLUSTER_COUNTS = [5, 7, 10, 20, 40] as const;

/** Of one scenario and number of clusters. Shares, 0..1. */
export interface Coverage {
  readonly clusters: number;
  /** Of the data sets with an interval, those whose interval holds the truth. */
  readonly coverage: number;
  /** Interval below the truth, and above it. */
  readonly below: number;
  readonly above: number;
  /** Data sets without an interval. */
  readonly hidden: number;
  /** Of the percentile bootstrap; null = not measured. */
  readonly percentile: number | null;
}

export interface ScenarioCoverage {
  readonly scenario: Scenario;
  readonly measured: readonly Coverage[];
}

interface Tally {
  shown: number;
  below: number;
  above: number;
}

function add(tally: Tally, drawn: readonly (Interval | null)[], truth: number): void {
  const shown = drawn.filter((interval) => interval !== null);
  tally.shown += shown.length > 0 ? 1 : 0;
  tally.below += shown.some(({ hi }) => hi < truth) ? 1 : 0;
  tally.above += shown.some(({ lo, hi }) => lo > truth && !(hi < truth)) ? 1 : 0;
}

function measure(scenario: Scenario, clusters: number, dataSets: number): Coverage {
  const { truth, draw, percentile } = scenario;
  const random = mulberry32(clusters);
  const [used, other]: [Tally, Tally] = [
    { shown: 0, below: 0, above: 0 },
    { shown: 0, below: 0, above: 0 },
  ];
  for (let set = 0; set < dataSets; set += 1) {
    add(used, [draw(random, clusters)].flat(), truth);
    // Its own draws cost most of the time and are there to compare with.
    if (percentile !== undefined && set % 4 === 0) {
      add(other, [percentile(random, clusters)], truth);
    }
  }
  const covered = ({ shown, below, above }: Tally): number => (shown - below - above) / shown;
  return {
    clusters,
    coverage: covered(used),
    below: used.below / used.shown,
    above: used.above / used.shown,
    hidden: 1 - used.shown / dataSets,
    percentile: percentile === undefined ? null : covered(other),
  };
}

/** What is measured; default = every scenario at every number of clusters, beside the percentile bootstrap. */
export interface CoverageOptions {
  readonly only?: (scenario: Scenario) => boolean;
  readonly counts?: readonly number[];
  readonly comparesWithBootstrap?: boolean;
}

/** @param dataSets Of each scenario and number of clusters. */
export function measureCoverage(dataSets: number, options: CoverageOptions = {}): ScenarioCoverage[] {
  const { only = () => true, counts = CLUSTER_COUNTS, comparesWithBootstrap = true } = options;
  return scenarios.filter(only).map((scenario) => {
    const { title, clusters, truth, draw } = scenario;
    const asked = comparesWithBootstrap ? scenario : { title, clusters, truth, draw };
    const measured = counts.map((count) => measure(asked, count, dataSets));
    return { scenario, measured };
  });
}
