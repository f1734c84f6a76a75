import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { crossedMeanEstimate, meanEstimate, type RatioClusters } from '../../statistics/intervals/jackknife.ts';
import { mulberry32 } from '../../statistics/prng.ts';
import type { ComputeContext, ParamValues, Row } from '../define.ts';
import { defaultParams } from '../query.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const context = (params: ParamValues = {}): ComputeContext => ({
  params: { ...defaultParams(metric), ...params },
  from: new Date('2026-03-02T00:00:00Z'),
  to: new Date('2026-03-16T00:00:00Z'),
  tz: 'UTC',
  settings: {},
  random: () => mulberry32(1),
});

/** A change: who, and the minutes of coding, draft, pickup, review and deploy. */
type Change = readonly [person: number, ...minutes: readonly number[]];

/** @param shipmentOf The deployment that a change came with, by its place; default: one each. */
function row(changes: readonly Change[], rest: Row = {}, shipmentOf = (at: number): number => 1 + at): Row {
  const pack = Buffer.alloc(36 * changes.length);
  changes.forEach(([person, ...minutes], at) => {
    pack.writeBigInt64BE(BigInt(person), 36 * at);
    pack.writeBigInt64BE(BigInt(shipmentOf(at)), 36 * at + 8);
    minutes.forEach((took, stage) => pack.writeInt32BE(took * 60, 36 * at + 16 + 4 * stage));
  });
  const complete = Date.UTC(2026, 2, 13) / 1000;
  return { cell: '', units: pack.toString('base64'), opened_n: 15, unreviewed_n: 3, rounds: 1.5, complete_until: complete, ...rest };
} // prettier-ignore

/** Of each of so many people two changes. */
const team = (people: number, minutes: (person: number) => readonly number[]): Change[] =>
  Array.from({ length: people * 2 }, (_, at) => [1 + (at % people), ...minutes(1 + (at % people))]);
const even = (people: number) => team(people, () => [30, 0, 10, 10, 5]);

test('the means of the stages add up, also where one of them is shown', () => {
  const shown = compute([row(even(6))], context()).rows;
  expect(shown.map(({ stage, value, share }) => [stage, value, share])).toEqual([['coding', 30, 0.6], ['draft', 0, 0], ['pickup', 10, 0.2], ['review', 10, 0.2]]); // prettier-ignore
  expect(compute([row(even(6))], context({ stage: 'pickup' })).rows).toEqual([shown[2]]);
  const deployed = compute([row(even(6))], context({ until: 'deployed' })).rows;
  // Nothing of the other stages: beside those of merged changes they would tell what a few waiting ones took.
  expect(deployed).toMatchObject([{ stage: 'deploy', value: 5, share: null, rounds: null }]);
});

test('the interval is of the mean, over people; other centres have none', () => {
  const rows = [row(team(6, (person) => [0, 0, 5 * person, 0, 0]))];
  const [mean] = compute(rows, context({ stage: 'pickup' })).rows;
  expect(mean).toMatchObject({ value: 17.5, p50: 17.5, p90: 29.5, n: 12, n_dev: 6, one_person_share: 1 / 6 });
  const own = intervalOf(meanEstimate({ numerators: [10, 20, 30, 40, 50, 60], denominators: [2, 2, 2, 2, 2, 2] }));
  expect(mean).toMatchObject(own ?? {});
  expect(Number(mean?.lo)).toBeLessThan(17.5);
  expect(compute(rows, context({ stage: 'pickup', centre: 'p90' })).rows[0]).toMatchObject({ value: 29.5, lo: null, hi: null }); // prettier-ignore
  expect(compute(rows, context({ stage: 'pickup', ci: false })).rows[0]).toMatchObject({ value: 17.5, lo: null, hi: null }); // prettier-ignore
});

test('changes of one deployment wait for production together: the interval of that stage knows', () => {
  // Six people, whose changes come with six deployments that wait an hour longer each.
  const changes = Array.from({ length: 36 }, (_, at): Change => [
    1 + (at % 6),
    0,
    0,
    10,
    10,
    60 * (1 + Math.floor(at / 6)),
  ]);
  const deploy = (shipmentOf?: (at: number) => number) =>
    compute([row(changes, {}, shipmentOf)], context({ until: 'deployed', stage: 'deploy' })).rows[0];
  const together = deploy((at) => 1 + Math.floor(at / 6));
  const byDeployment = intervalOf(
    meanEstimate({ numerators: [360, 720, 1080, 1440, 1800, 2160], denominators: [6, 6, 6, 6, 6, 6] })
  );
  expect(together).toMatchObject({ value: 210, lo: byDeployment?.lo, hi: byDeployment?.hi });
  expect(Number(deploy()?.hi)).toBeLessThan(Number(together?.hi));
});

test('each wait is of its own deployment and person: the numbers are those of the clusters as they were, in whatever order the changes come', () => {
  // Nine deployments of three to five changes of six people, each with a wait of its own, not in the order of their length.
  const shipments = Array.from({ length: 36 }, (_, at) => (at * 7) % 9);
  const changes = shipments.map((shipment, at): Change => [1 + (at % 6), 0, 0, 10, 10, 60 * (1 + ((shipment * 5) % 9)) + at]);
  const clustersBy = (keyOf: (at: number) => string): RatioClusters => {
    const clusters = [...Map.groupBy(changes.keys(), keyOf).values()];
    return { numerators: clusters.map((own) => own.reduce((sum, at) => sum + Number(changes[at]?.[5]), 0)), denominators: clusters.map(({ length }) => length) };
  };
  const [personOf, shipmentOf] = [(at: number) => String(at % 6), (at: number) => String(shipments[at])];
  const both = clustersBy((at) => `${personOf(at)} ${shipmentOf(at)}`);
  const right = intervalOf(crossedMeanEstimate(clustersBy(personOf), clustersBy(shipmentOf), both));
  const ordered = (order: readonly number[]) =>
    compute([row(order.map((at) => changes[at] as Change), {}, (place) => 1 + (shipments[order[place] ?? 0] ?? 0))], context({ until: 'deployed', stage: 'deploy' })).rows[0]; // prettier-ignore
  const usual = [...changes.keys()];
  expect(right).not.toBeNull();
  for (const order of [usual, usual.toReversed(), usual.map((at) => (at * 5) % 36), usual.map((at) => (at * 11 + 3) % 36)]) {
    const shown = ordered(order);
    expect(shown?.lo).toBeCloseTo(right?.lo ?? NaN, 9);
    expect(shown?.hi).toBeCloseTo(right?.hi ?? NaN, 9);
  }
}); // prettier-ignore

test('a change of nobody who is known counts, and is nobody', () => {
  const [shown] = compute([row([...even(5), [0, 30, 0, 10, 10, 5]])], context()).rows;
  expect(shown).toMatchObject({ n: 11, n_dev: 5, one_person_share: 2 / 11 });
});

test('a bucket that the data do not fill is partial; what was left out is told beside it', () => {
  const cell = (day: number): Row => ({ cell: String(Date.UTC(2026, 2, day) / 1000) });
  const rows = compute([row(even(6), cell(9)), row(even(6), cell(2))], context({ bucket: 'week', stage: 'coding' })).rows; // prettier-ignore
  expect(rows.map(({ time, status }) => [(time as Date).getUTCDate(), status])).toEqual([[2, 'ok'], [9, 'partial']]); // prettier-ignore
  expect(rows[0]).toMatchObject({ unreviewed_n: 3, unreviewed_share: 0.2 });
});

test('a group of few people is hidden in every stage, and with it the sibling from which it would follow', () => {
  const rows = ['ai_heavy', 'human', 'unknown'].map((cell, place) => row(even(place === 0 ? 4 : 6), { cell }));
  const computed = compute(rows, context({ groupBy: ['code_source'] })).rows;
  const shown = hideSmallGroups(metric, computed, { params: { groupBy: ['code_source'] }, k: 5, tz: 'UTC' });
  const counts = ['ai_heavy', 'human', 'unknown'].map((source) =>
    shown.filter((one) => one['code_source'] === source).map(({ n }) => n)
  );
  expect(counts).toEqual([[null, null, null, null], [null, null, null, null], [12, 12, 12, 12]]); // prettier-ignore
});

describe('the verdict of a stage', () => {
  const asked = (params: ParamValues = {}) => context({ groupBy: ['code_source'], ...params });
  /** Twelve people with changes of both kinds; with AI they wait for a look `times` as long, give or take a little. */
  const bothKinds = (times: number, counts = { human: 12, ai: 12 }) => [
    row(team(counts.human, (person) => [60, 0, 20 + (person % 3), 10, 5]), { cell: 'human' }),
    row(team(counts.ai, (person) => [60, 0, (20 + (person % 4)) * times, 10, 5]), { cell: 'ai_heavy' }),
  ]; // prettier-ignore
  const of = (rows: readonly Row[], stage: string, source = 'ai_heavy') => rows.find((one) => one['stage'] === stage && one['code_source'] === source); // prettier-ignore

  test('is given against human code, with the interval that it rests on', () => {
    const { rows } = compute(bothKinds(2), asked());
    const pickup = of(rows, 'pickup');
    expect(pickup).toMatchObject({ reference: 'human', verdict: 'worse' });
    expect(Number(pickup?.['gap'])).toBeCloseTo(43 / 21 - 1, 9);
    expect(Number(pickup?.['gap_lo'])).toBeGreaterThan(0.8);
    expect(of(rows, 'pickup', 'human')).toMatchObject({ reference: 'human', verdict: null, gap: null });
    // A stage without time, and one that takes as long.
    expect(of(rows, 'draft')).toMatchObject({ verdict: 'insufficient_data', gap: null });
    expect(of(rows, 'coding')).toMatchObject({ verdict: 'no_clear_difference', gap: 0 });
    expect(of(compute(bothKinds(0.4), asked()).rows, 'pickup')).toMatchObject({ verdict: 'better' });
  });

  test('is the same whichever stage is shown: all are judged together', () => {
    const all = of(compute(bothKinds(1.1), asked()).rows, 'pickup');
    expect(of(compute(bothKinds(1.1), asked({ stage: 'pickup' })).rows, 'pickup')).toEqual(all);
    expect(Number(all?.['level'])).toBeGreaterThan(0.95);
  });

  test('is none of too few people, of unknown code, of a mostly unknown answer, nor of anything but means over the range', () => {
    expect(of(compute(bothKinds(2, { human: 12, ai: 5 }).map((one, at) => (at === 0 ? one : { ...one, units: row(team(4, () => [60, 0, 40, 10, 5])).units! })), asked()).rows, 'pickup')).toMatchObject({ verdict: 'insufficient_data' }); // prettier-ignore
    const unknown = [
      ...bothKinds(2),
      row(
        team(40, () => [60, 0, 20, 10, 5]),
        { cell: 'unknown' }
      ),
    ];
    const { rows } = compute(unknown, asked());
    expect(of(rows, 'pickup', 'unknown')).toMatchObject({ verdict: 'not_judged' });
    expect(of(rows, 'pickup')).toMatchObject({ verdict: 'insufficient_data' });
    // Unmarked code as what it is compared with makes no verdict unsure, and the answer says which way it errs.
    const unmarked = compute(unknown.slice(1), asked());
    expect(of(unmarked.rows, 'pickup')).toMatchObject({ reference: 'unknown', verdict: 'worse' });
    expect(unmarked.notices?.[0]?.text).toMatch(/unmarked code/);
    const others: ParamValues[] = [{ centre: 'p90' }, { until: 'deployed', stage: 'deploy' }, { groupBy: [] }];
    for (const params of others) {
      for (const one of compute(bothKinds(2), asked(params)).rows) expect(one).toMatchObject({ verdict: null, gap: null }); // prettier-ignore
    }
  });
});
