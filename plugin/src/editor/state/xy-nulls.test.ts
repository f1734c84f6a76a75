import { FieldType, toDataFrame } from '@grafana/data';
import { withoutNulls } from './xy-nulls.ts';

const frame = toDataFrame({
  fields: [
    { name: 'team', type: FieldType.string, values: ['one', null] },
    { name: 'value', type: FieldType.number, values: [0.5, null] },
  ],
});

it('an XY chart gets no number where none is known; it would draw null at 0', () => {
  const [changed] = withoutNulls({ data: [frame] }, 'xychart').data as Array<typeof frame>;
  expect(changed!.fields.map(({ values }) => [...(values as unknown[])])).toEqual([['one', null], [0.5, Number.NaN]]); // prettier-ignore
  // As Grafana's scatter asks whether a point is in sight.
  const isDrawn = (value: number) => value >= -0.1 && value <= 1;
  expect([...frame.fields[1]!.values].map((value) => isDrawn(value as number))).toEqual([true, true]);
  expect([...changed!.fields[1]!.values].map((value) => isDrawn(value as number))).toEqual([true, false]);
});

it('every other panel gets null, which it leaves out', () => {
  expect((withoutNulls({ data: [frame] }, 'timeseries').data as unknown[])[0]).toBe(frame);
});

it('of nothing an XY chart only says "Err": it gets the reason as the name of a line without a point', () => {
  const empty = toDataFrame({
    fields: [],
    meta: { notices: [{ severity: 'info', text: '6 of 6 rows: hidden: fewer than 5 people' }] },
  });
  const [said] = withoutNulls({ data: [empty] }, 'xychart').data as Array<typeof frame>;
  expect(said!.fields.map(({ type, config, values }) => [type, config.displayNameFromDS, values.length])).toEqual([
    [FieldType.number, undefined, 0],
    [FieldType.number, 'hidden: fewer than 5 people', 0],
  ]);
});
