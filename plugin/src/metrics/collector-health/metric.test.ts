import { metric } from './metric.ts';

test('lag is a number with a unit, so that an alert can fire on age and never on absence', () => {
  expect(metric.columns.find((column) => column.role === 'value')).toMatchObject({ name: 'value', unit: 's' });
  expect(metric.formats).toContain('numeric');
});
