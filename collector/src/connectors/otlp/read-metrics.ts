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
import { STRANGE, type Gathering, type Unnamed } from './lean.ts';

/** Where a metric stands. */
export interface Place {
  readonly resource: Attributes;
  readonly signature: string;
  readonly service: string | null;
  /** Of the service. */
  readonly version: string | null;
}

export function placeOf(resource: unknown): Place {
  const attributes = attributesOf(fieldsOf(resource)['attributes']);
  const [service, version] = [
    firstOf(['service.name'], attributes),
    firstOf(['service.version', 'app.version'], attributes),
  ];
  return { resource: attributes, signature: signatureOf(attributes), service, version };
}

/** The tool of an entry, or of the service; null = neither says. */
export const toolOf = (tool: string | null, { service }: Place): string | null =>
  tool ?? (service !== null && Object.hasOwn(SERVICES, service) ? (SERVICES[service] ?? null) : null);

/** What is said of a name that the table does not have: its tool, else the service, and the version. */
export const senderOf = (tool: string | null, place: Place): Pick<Unnamed, 'tool' | 'version'> => ({
  tool: toolOf(tool, place) ?? place.service,
  version: place.version,
});

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

/** What a point adds to; null = it is known and counts for nothing, undefined = its attribute has a value that the table does not have. */
function measureOf({ measure, by }: MetricEntry, attributes: Attributes): Measure | null | undefined {
  if (by === undefined) return measure;
  const value = textOf(attributes.get(by.attribute));
  return value !== null && Object.hasOwn(by.values, value) ? by.values[value] : undefined;
}

/** Every point of a metric of whatever kind. */
function pointsOf(metric: Fields): readonly unknown[] {
  const data = ['sum', 'histogram', 'exponentialHistogram', 'gauge', 'summary'].map((kind) => metric[kind]);
  return listOf(fieldsOf(data.find((one) => one != null))['dataPoints']);
}

function countUnknown(
  gathering: Gathering,
  metric: Fields,
  { name, place }: { readonly name: string | null; readonly place: Place }
): void {
  const points = pointsOf(metric);
  const attributes = points.slice(0, 20).flatMap((one) => [...attributesOf(fieldsOf(one)['attributes']).keys()]);
  gathering.unknown({
    kind: 'metric',
    name,
    ...senderOf(null, place),
    attributes,
    entries: Math.max(1, points.length),
  });
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
    countUnknown(gathering, metric, { name, place });
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
    if (measure === undefined) {
      gathering.unknown({ kind: 'value', name: `${name}.${entry.by?.attribute ?? ''}`, ...senderOf(tool, place), attributes: [] }); // prettier-ignore
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
