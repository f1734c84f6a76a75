import { metrics } from '../../metrics/registry.generated.ts';
import { columnsOf, parseQuery } from '../../metrics/query.ts';
import { measureName } from './series-names.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));

function nameOf(queryType: string, given: Record<string, unknown>): string {
  const { metric, params } = parseQuery({ queryType, params: given, version: 1 }, registry);
  const value = columnsOf(metric, params).find(({ role }) => role === 'value');
  return measureName(metric, params, value!);
}

test.each([
  ['delivery-health', {}, 'Delivery health: throughput'],
  ['delivery-health', { metric: 'size', show: 'p90' }, 'Delivery health: size, 90th percentile'],
  ['incident-health', { metric: 'restore' }, 'Incident health: time to restore'],
  ['work-in-progress', {}, 'Work in progress'],
  ['features', {}, 'Features'],
] as const)('the only series of %s %j is called after what it shows', (id, params, name) => {
  expect(nameOf(id, params)).toBe(name);
});

test('no series of a metric at its defaults is called Value', () => {
  const names = metrics.filter(({ columns }) => columns.some(({ role }) => role === 'value')).map(({ id }) => nameOf(id, {}));
  expect(names.length).toBeGreaterThan(15);
  expect(names).not.toContain('Value');
}); // prettier-ignore
