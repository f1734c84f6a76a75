import { metric } from './metric.ts';

test('it is for Admins, and for tables alone: no rule can ask it', () => {
  expect([metric.forAdmins, metric.formats]).toEqual([true, ['table']]);
});
