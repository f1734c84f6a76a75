/** The metric of a new panel. */
import type { Metric } from './define.ts';
import { defaultParams, holds } from './query.ts';

/**
 * The first that any store answers over time, as it needs merged changes alone, which every repository has; else the first that does not tell how people
 * use tools. undefined = none can be drawn over time.
 */
export function firstMetric(metrics: readonly Metric[]): Metric | undefined {
  const drawn = metrics.filter(({ formats, about }) => formats.includes('timeseries') && about === undefined);
  return drawn.find(isEverywhere) ?? drawn[0];
}

function isEverywhere(metric: Metric): boolean {
  const { needs = [], ofNothing = [] } = metric;
  const params = defaultParams(metric);
  const own = ofNothing.filter(({ when }) => holds(when, params)).flatMap(({ needs: rows = [] }) => rows);
  return needs.length > 0 && [...needs, ...own].every((fact) => fact === 'changes');
}
