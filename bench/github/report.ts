import type { GitHubBench, Pass } from './measure.ts';

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
