import { getPanelDataSummary, type DataFrame } from '@grafana/data';
import { frame, gaps } from './fixtures/frames.ts';
import { suggest } from './suggest.ts';

const offered = (frames: DataFrame[]) => suggest(getPanelDataSummary(frames)).length > 0;
const bounds = ['value', 'lo', 'hi'].map((name, at) => ({ name, values: [1 + at, 1 + at] }));

test('the panel is offered for rows of numbers with bounds, not for series, single numbers or long tables', () => {
  expect(offered([gaps()])).toBe(true);
  expect(offered([frame([{ name: 'when', values: [1, 2], isTime: true }, { name: 'who', values: ['a', 'b'] }, ...bounds])])).toBe(false); // prettier-ignore
  expect(
    offered([
      frame([
        { name: 'who', values: ['a'] },
        { name: 'value', values: [1] },
      ]),
    ])
  ).toBe(false);
  expect(offered([frame(bounds)])).toBe(false);
  const long = Array.from({ length: 100 }, (_, index) => `row ${String(index)}`);
  expect(offered([frame([{ name: 'who', values: long }, ...bounds.map(({ name }) => ({ name, values: long.map(() => 1) }))])])).toBe(false); // prettier-ignore
  expect(offered([])).toBe(false);
});
