/** Metrics → points. */
import {
  attributesOf,
  digestOf,
  fieldsOf,
  firstOf,
  listOf,
  msOf,
  ownOf,
  signatureOf,
  textOf,
  type Attributes,
  type Fields,
} from './attributes.ts';
import { METRICS, SERVICES, type Measure, type MetricEntry } from './dialects.ts';
import { STRANGE, type Gathering } from './lean.ts';

/** Where a metric stands. */
export interface Place {
  readonly resource: Attributes;
  readonly signature: string;
  readonly service: string | null;
}

export function placeOf(resource: unknown): Place {
  const attributes = attributesOf(fieldsOf(resource)['attributes']);
  return { resource: attributes, signature: signatureOf(attributes), service: firstOf(['service.name'], attributes) };
}

/** The tool of an entry, or of the service; null = neither says. */
export const toolOf = (tool: string | null, { service }: Place): string | null =>
  tool ?? (service !== null && Object.hasOwn(SERVICES, service) ? (SERVICES[service] ?? null) : null);

interface Series {
  readonly points: readonly unknown[];
  readonly temporality: unknown;
  readonly isHistogram: boolean;
}

/** Sums, and histograms for their sums; null = another kind, which adds to nothing. */
function seriesOf(metric: Fields): Series | null {
  const isHistogram = metric['histogram'] != null || metric['exponentialHistogram'] != null;
  const data = metric['sum'] ?? metric['histogram'] ?? metric['exponentialHistogram'];
  if (data == null) return null;
  const { dataPoints, aggregationTemporality } = fieldsOf(data);
  return { points: listOf(dataPoints), temporality: aggregationTemporality, isHistogram };
}

function measureOf({ measure, by }: MetricEntry, attributes: Attributes): Measure | null {
  if (by === undefined) return measure;
  const value = textOf(attributes.get(by.attribute));
  return value !== null && Object.hasOwn(by.values, value) ? (by.values[value] ?? null) : null;
}

function valueOf(point: Fields, isHistogram: boolean): number | null {
  const value = ownOf(point, isHistogram ? ['sum'] : ['asInt', 'asDouble']);
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : null;
}

function readMetric(gathering: Gathering, metric: Fields, place: Place): void {
  const name = typeof metric['name'] === 'string' ? metric['name'] : null;
  const entry = name === null ? undefined : METRICS.get(name);
  const tool = entry === undefined ? null : toolOf(entry.tool, place);
  if (name === null || entry === undefined || tool === null) {
    gathering.unknown('metric', name);
    return;
  }
  if (entry.measure === null && entry.by === undefined) return;
  const series = seriesOf(metric);
  if (series === null) {
    const { dataPoints } = fieldsOf(metric['gauge'] ?? metric['summary']);
    gathering.refuse(name, 'it is neither a sum nor a histogram', Math.max(1, listOf(dataPoints).length));
    return;
  }
  const { points, temporality, isHistogram } = series;
  if (temporality !== 1 && temporality !== 2) {
    gathering.refuse(name, 'its aggregation temporality is neither delta nor cumulative', points.length);
    return;
  }
  for (const one of points) {
    const point = fieldsOf(one);
    const attributes = attributesOf(point['attributes']);
    const measure = measureOf(entry, attributes);
    if (measure === null) continue;
    if (gathering.isStrange(attributes)) {
      gathering.refuse(name, STRANGE);
      continue;
    }
    gathering.points.push({
      who: gathering.indexOf(tool, attributes, place.resource),
      measure,
      series: digestOf(`${place.signature} ${name} ${signatureOf(attributes)}`),
      at: msOf(point['timeUnixNano']),
      start: msOf(point['startTimeUnixNano']),
      value: valueOf(point, isHistogram),
      isCumulative: temporality === 2,
      name,
    });
  }
}

export function readMetrics(gathering: Gathering, resourceMetrics: Fields, place: Place): void {
  for (const scope of listOf(resourceMetrics['scopeMetrics'])) {
    for (const metric of listOf(fieldsOf(scope)['metrics'])) readMetric(gathering, fieldsOf(metric), place);
  }
}
