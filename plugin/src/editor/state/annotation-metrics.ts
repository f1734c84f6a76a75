import type { Metric } from '../../metrics/define.ts';
import type { MetricRegistry } from '../../metrics/query.ts';

/**
 * Metrics whose rows can be drawn as annotations: a table of events with a time and a text. Grafana maps columns by their shown
 * names: Time, timeEnd, Title, Text, Tags.
 */
export function annotationMetrics(metrics: MetricRegistry): Metric[] {
  return [...metrics.values()].filter(
    ({ formats, columns }) =>
      formats.includes('table') &&
      columns.some(({ role }) => role === 'time') &&
      columns.some(({ role, label }) => role === 'text' && label.toLowerCase() === 'text')
  );
}
