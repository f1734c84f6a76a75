import type { GitHubBench, Pass } from './measure.ts';
import type { RealBench, RealPass } from './real.ts';

const one = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });

function line({
  title,
  requests,
  points,
  pulls,
  serverSeconds,
  cpuSeconds,
  collectorSeconds,
  share,
  peakMegabytes,
}: Pass): string {
  const each = pulls === 0 ? '' : `, ${(points / pulls).toFixed(3)} points a pull request`;
  return `  ${title}: ${one(requests)} requests, ${one(points)} points, ${one(pulls)} pull requests${each}; ${one(serverSeconds)} s at the server (${one(cpuSeconds)} s of CPU) and ${one(collectorSeconds)} s here: ${one(100 * share)} % of the time is the server's CPU; at most ${String(peakMegabytes)} MB`; // prettier-ignore
}

/** The figures as lines. */
export function drawGitHubReport({
  repositories,
  pulls,
  cores,
  load,
  passes,
  deriveSeconds,
  peakMegabytes,
}: GitHubBench): string {
  return [
    `${one(repositories)} repositories, ${one(pulls)} pull requests; 200 ms latency, 100 ms of CPU a pull request; ${String(cores)} cores, load ${one(load)} before`,
    ...passes.map(line),
    `  derivation: ${Object.entries(deriveSeconds)
      .map(([name, seconds]) => `${name} ${one(seconds)} s`)
      .join(', ')}`,
    `  memory of the collector, derivation included: at most ${String(peakMegabytes)} MB`,
  ].join('\n');
}

const realLine = ({
  title,
  seconds,
  deriveSeconds,
  requests,
  refused,
  points,
  pulls,
  cpuSeconds,
  peakMegabytes,
  heapMegabytes,
}: RealPass): string =>
  `  ${title}: ${one(seconds)} s (${one(deriveSeconds)} s of it the derivation), ${one(requests)} requests (${one(refused)} told to wait), ${one(points)} points, ${one(pulls)} pull requests, ${one(cpuSeconds)} s of the server's CPU: ${one((100 * cpuSeconds) / (seconds - deriveSeconds))} % of the time of reading; at most ${String(peakMegabytes)} MB (${String(heapMegabytes)} on the heap)`; // prettier-ignore

/** The figures of the real clock as lines. */
export const drawRealReport = ({ repositories, pulls, cores, load, passes, oneChange }: RealBench): string =>
  [
    `${one(repositories)} repositories, ${one(pulls)} pull requests; 200 ms latency, 100 ms of CPU a pull request, 60 s a minute, by the clock; ${String(cores)} cores, load ${load.map(one).join(' before, ')} after`, // prettier-ignore
    ...passes.map(realLine),
    ...Object.entries(oneChange).map(
      ([what, { best, median }]) =>
        `  one pull request ${what}: derived in ${one(best)} ms at best, ${one(median)} ms the median of 25`
    ),
  ].join('\n');
