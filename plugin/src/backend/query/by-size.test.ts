import { defaultParams, parseQuery } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { bySize } from './by-size.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const sizes = ['L', 'M', 'S', 'XL', 'XS'];

test('sizes go from the smallest on, within each time and group', () => {
  const { metric, params } = parseQuery({ queryType: 'delivery-health', params: { metric: 'size', groupBy: ['team', 'size'] }, version: 1 }, registry);
  const rows = ['web', 'pay'].flatMap((team) => sizes.map((size) => ({ team, size })));
  expect(bySize(metric, params, rows).map(({ team, size }) => [team, size].join(' '))).toEqual(
    ['web', 'pay'].flatMap((team) => ['XS', 'S', 'M', 'L', 'XL'].map((size) => `${team} ${size}`))
  );
}); // prettier-ignore

test('rows without sizes stay as they are', () => {
  const metric = registry.get('delivery-health')!;
  const rows = [{ team: 'web' }, { team: 'pay' }];
  expect(bySize(metric, defaultParams(metric), rows)).toBe(rows);
});
