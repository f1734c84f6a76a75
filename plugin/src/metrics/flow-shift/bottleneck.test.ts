import { readFlow } from '../parts/stage-times.ts';
import { bottleneckCells } from './bottleneck.ts';
import { namesOf } from './stages.ts';

/** Packs changes of who, the deployment and hours in four stages, as the query does. */
function period(changes: ReadonlyArray<readonly [person: number, shipment: number, ...hours: number[]]>) {
  const pack = Buffer.alloc(36 * changes.length);
  changes.forEach(([person, shipment, ...hours], at) => {
    pack.writeBigInt64BE(BigInt(person), 36 * at);
    pack.writeBigInt64BE(BigInt(shipment), 36 * at + 8);
    const all = [...hours, hours.reduce((sum, one) => sum + one, 0)];
    all.forEach((each, stage) => pack.writeInt32BE(3600 * each, 36 * at + 16 + 4 * stage));
  });
  const flow = readFlow(pack.toString('base64'));
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
