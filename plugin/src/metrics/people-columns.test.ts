import { metrics } from './registry.generated.ts';
import { columnsOf, defaultParams } from './query.ts';
import type { ParamValues } from './define.ts';
import { peopleColumns } from './people-columns.ts';

const PEOPLE = /(?:^|_)(?:dev|devs|people|reviewers|authors|persons)(?:_|$)/;

test('a count that is called one of people is shown in steps, whatever the groups of its metric are judged by', () => {
  let count = 0;
  for (const metric of Object.values(metrics)) {
    const { mode } = metric.params;
    const modes = mode?.kind === 'choice' ? mode.choices.map(({ value }) => ({ mode: value })) : [{}];
    for (const chosen of modes) {
      const params = { ...defaultParams(metric), ...chosen } as ParamValues;
      const named = columnsOf(metric, params).filter(({ name, role, label, counts }) => role === 'count' && counts !== 'beside' && (PEOPLE.test(name) || label === 'People')); // prettier-ignore
      const exact = named.map(({ name }) => name).filter((name) => !peopleColumns(metric, params).includes(name));
      expect([metric.id, chosen, exact]).toEqual([metric.id, chosen, []]);
      count += named.length;
    }
  }
  expect(count).toBeGreaterThan(10);
});
