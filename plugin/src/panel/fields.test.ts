import { chooseFields } from './fields.ts';
import { frame, gaps } from './fixtures/frames.ts';
import { DEFAULTS, type IntervalOptions } from './options.ts';

const names = (...[given, options]: [Parameters<typeof frame>[0], Partial<IntervalOptions>?]) => {
  const fields = chooseFields(frame(given), { ...DEFAULTS, ...options });
  return fields === null ? null : [fields.value, fields.lower, fields.upper].map(({ name }) => name);
};
const texts = { name: 'team', values: ['a', 'b'] };

test('columns of a data source are told by their role, whatever their names', () => {
  const fields = chooseFields(gaps(), DEFAULTS);
  expect(fields).toMatchObject({ value: { name: 'value' }, lower: { name: 'lo' }, upper: { name: 'hi' }, n: { name: 'n' }, verdict: { name: 'verdict' }, reason: { name: 'status' } }); // prettier-ignore
  expect(fields?.labels.map(({ name }) => name)).toEqual(['code_source']);
  const odd = [
    { name: 'x', values: [1], role: 'upper' },
    { name: 'y', values: [0], role: 'value' },
    { name: 'z', values: [-1], role: 'lower' },
  ];
  expect(names(odd)).toEqual(['y', 'z', 'x']);
});

test('of several counts the units are the one called n, which is not told a second time beside it', () => {
  const fields = chooseFields(
    frame([
      { name: 'value', values: [3.3], role: 'value' },
      { name: 'lo', values: [0.4], role: 'lower' },
      { name: 'hi', values: [11.8], role: 'upper' },
      { name: 'incidents_n', values: [2], role: 'count' },
      { name: 'n', values: [61], role: 'count' },
    ]),
    { ...DEFAULTS, beside: ['incidents_n'] }
  );
  expect(fields).toMatchObject({ n: { name: 'n' }, beside: [{ name: 'incidents_n' }] });
});

test('where a data source tells what its columns are, no other number is a bound', () => {
  const columns = [
    { name: 'value', values: [103], role: 'value' },
    { name: 'per_person', values: [2.15], role: 'value' },
    { name: 'n', values: [5368], role: 'count' },
  ];
  expect(names(columns)).toBeNull();
  expect(names([...columns, { name: 'low', values: [1], role: 'count' }, { name: 'high', values: [200], role: 'count' }])).toBeNull(); // prettier-ignore
  // A person may choose any.
  expect(names(columns, { lower: 'per_person', upper: 'n' })).toEqual(['value', 'per_person', 'n']);
});

test.each([
  [['estimate', 'ci_low', 'ci_high']],
  [['Odds ratio', 'CI low', 'CI high']],
  [['value', 'Lower', 'Upper']],
  [['mean', 'lcl', 'ucl']],
])('%j are told by name', (three) => {
  const [value = '', lower = '', upper = ''] = three;
  expect(names([texts, { name: upper, values: [3, 3] }, { name: value, values: [2, 2] }, { name: lower, values: [1, 1] }])).toEqual(three); // prettier-ignore
});

test('names that hold such letters by chance are no bounds', () => {
  expect(names([texts, { name: 'flow', values: [1, 1] }, { name: 'high school', values: [2, 2] }])).toBeNull();
  expect(names([texts, { name: 'value', values: [1, 1] }, { name: 'lonely', values: [0, 0] }, { name: 'hips', values: [9, 9] }, { name: 'd', values: [1, 1] }])).toBeNull(); // prettier-ignore
});

test('three numbers without such names are told by one never being outside the other two', () => {
  const [a, b, c] = [[9, null], [1, 2], [4, 5]].map((values, index) => ({ name: 'abc'[index] ?? '', values })) as [never, never, never]; // prettier-ignore
  expect(names([texts, a, b, c])).toEqual(['c', 'b', 'a']);
  expect(names([texts, a, b])).toBeNull();
  expect(names([texts, { name: 'a', values: [1, 9] }, { name: 'b', values: [2, 1] }, { name: 'c', values: [3, 5] }])).toBeNull(); // prettier-ignore
});

test('what a person chose comes first, by the name on the screen', () => {
  const rate = [
    { name: 'value', values: [0.2, 0.3], role: 'value' },
    { name: 'lo', values: [0.1, 0.2], role: 'lower' },
    { name: 'hi', values: [0.3, 0.4], role: 'upper' },
    ...['gap', 'gap_lo', 'gap_hi'].map((name) => ({ name, values: [0, 1], displayName: `Against: ${name}` })),
  ];
  expect(names(rate, { value: 'Against: gap', lower: 'Against: gap_lo', upper: 'gap_hi' })).toEqual(['gap', 'gap_lo', 'gap_hi']); // prettier-ignore
});

test('labels that all rows share say nothing; of several the first makes groups', () => {
  const numbers = ['value', 'lo', 'hi'].map((name) => ({ name, values: [1, 1, 1] }));
  const label = (name: string, values: string[]) => ({ name, values, role: 'label' });
  const fields = chooseFields(
    frame([label('tool', ['t', 't', 't']), label('stage', ['x', 'x', 'y']), label('who', ['a', 'b', 'a']), ...numbers]),
    DEFAULTS
  );
  expect([fields?.group?.name, fields?.labels.map(({ name }) => name)]).toEqual(['stage', ['who']]);
});
