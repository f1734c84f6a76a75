import { readFlow } from '../parts/stage-times.ts';
import { bottleneckCells } from './bottleneck.ts';
import { compute } from './compute.ts';
import { namesOf } from './stages.ts';

type Change = readonly [person: number, shipment: number, ...hours: number[]];

/** Packs changes of who, the deployment and hours in four stages, as the query does. */
function packed(changes: readonly Change[]): string {
  const pack = Buffer.alloc(36 * changes.length);
  changes.forEach(([person, shipment, ...hours], at) => {
    pack.writeBigInt64BE(BigInt(person), 36 * at);
    pack.writeBigInt64BE(BigInt(shipment), 36 * at + 8);
    const all = [...hours, hours.reduce((sum, one) => sum + one, 0)];
    all.forEach((each, stage) => pack.writeInt32BE(3600 * each, 36 * at + 16 + 4 * stage));
  });
  return pack.toString('base64');
}

function period(changes: readonly Change[]) {
  const flow = readFlow(packed(changes));
  return { flow, means: flow.stages.map(({ sums }) => sums.reduce((all, one) => all + one, 0) / 60 / flow.n) };
}

const people = [1, 2, 3, 4, 5, 6, 7, 8];

test('a stage that is longer for everybody is clearly the longest', () => {
  const told = bottleneckCells(period(people.map((who) => [who, who, 2, 10 + (who % 3), 1, 3])), namesOf(true));
  expect(told).toEqual({ bottleneck: 'review', bottleneck_minutes: 60 * (10 + 9 / 8), close_to: null });
});

test('of two that are longer for some and shorter for others neither is', () => {
  const changes = people.map((who): [number, number, ...number[]] =>
    who % 2 === 0 ? [who, who, 20, 9, 1, 1] : [who, who, 8, 18, 1, 1]
  );
  expect(bottleneckCells(period(changes), namesOf(false))).toMatchObject({ bottleneck: 'coding', close_to: 'review' });
});

test('one deployment that took long for all its changes makes no certain bottleneck', () => {
  const changes = (waits: (who: number) => number): Array<[number, number, ...number[]]> =>
    people.flatMap((who) =>
      [0, 1, 2, 3, 4, 5].map((nth): [number, number, ...number[]] => [who, nth, 5, 1, 1, waits(nth)])
    );
  // By people the gap is the same for each; by deployments all of it is that of one of six.
  expect(bottleneckCells(period(changes((nth) => (nth === 0 ? 60 : 1))), namesOf(true)).close_to).toContain(
    'requirements'
  );
});

test('of fewer than five people it is not known', () => {
  const told = bottleneckCells(period([1, 2, 3].map((who) => [who, who, 1, 90, 1, 1])), namesOf(true));
  expect(told.close_to).toBe('requirements, tests, production');
});

test('a team without issues has coding beside teams that have requirements', () => {
  const units = packed(Array.from({ length: 12 }, (_, at) => [1 + (at % 6), at, 20 + (at % 2), 1, 1, 1]));
  const team = (cell: string, issues: number) => ({
    cell,
    period: 'after',
    pr_class: '',
    units,
    n: 12,
    issue_n: issues,
  });
  const params = { stage: 'each', show: 'value', groupBy: ['team'], ci: false, unit: 'change', compare: 'before' };
  const range = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z'), tz: 'UTC' };
  const { rows } = compute([team('checkout', 3), team('search', 0)], { ...range, params, settings: {} } as never);
  const first = rows.filter(({ stage }) => stage === 'requirements' || stage === 'coding');
  expect(first.map(({ team: of, stage, bottleneck }) => [of, stage, bottleneck])).toEqual([['checkout', 'requirements', 'requirements'], ['search', 'coding', 'coding']]); // prettier-ignore
});
