import { FieldType, toDataFrame } from '@grafana/data';
import { withoutNulls } from './xy-nulls.ts';

const frame = toDataFrame({
  fields: [
    { name: 'team', type: FieldType.string, values: ['one', null] },
    { name: 'value', type: FieldType.number, values: [0.5, null] },
  ],
});

it.each(['xychart', 'heatmap'])('%s: no number where none is known; it would draw null at 0', (type) => {
  const [changed] = withoutNulls({ data: [frame] }, type).data as Array<typeof frame>;
  expect(changed!.fields.map(({ values }) => [...(values as unknown[])])).toEqual([['one', null], [0.5, Number.NaN]]); // prettier-ignore
  // As Grafana's scatter asks whether a point is in sight.
  const isDrawn = (value: number) => value >= -0.1 && value <= 1;
  expect([...frame.fields[1]!.values].map((value) => isDrawn(value as number))).toEqual([true, true]);
  expect([...changed!.fields[1]!.values].map((value) => isDrawn(value as number))).toEqual([true, false]);
});

it('every other panel gets null, which it leaves out', () => {
  expect((withoutNulls({ data: [frame] }, 'timeseries').data as unknown[])[0]).toBe(frame);
});
