import { compute } from './compute.ts';
import { metric } from './metric.ts';

const context = {
  params: {},
  from: new Date(0),
  to: new Date(1),
  tz: 'UTC',
  settings: { k: 5 },
  random: () => () => 0,
};

test('a cut list says how many rows there are in all', () => {
  const { rows, notices } = compute([{ ref: '#1', total: 9 }], context);
  expect(rows).toEqual([{ ref: '#1' }]);
  expect(notices).toEqual([{ severity: 'warning', text: expect.stringContaining('1 of 9 rows') }]);
});

test('no column names a person or how much somebody used a tool', () => {
  const names = metric.columns.map((column) => column.name).join(' ');
  expect(names).not.toMatch(/author|person|user|login|email|usage|band|seat/);
});
