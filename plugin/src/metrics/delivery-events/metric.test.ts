import { metric } from './metric.ts';

test('columns are called as Grafana maps annotations: time, timeEnd, title, text, tags', () => {
  expect(metric.columns.map((column) => column.label)).toEqual(['time', 'timeEnd', 'title', 'text', 'tags', 'Status']);
});
