// Params that choose which units count (`chooses`): two answers that differ in one of them never differ by fewer than five people. Every metric
// is asked every value of every such param; one that is added tomorrow is asked the same.
import { testDatabase } from '../../../collector/testing/database.ts';
import { ask } from '../backend/fixtures/attack-run.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { RANGE, worldSql } from '../backend/fixtures/small-groups-world.ts';
import { traitsAsked } from '../backend/query/gate/find-choices.ts';
import { movedBefore } from '../backend/query/gate/find-moved.ts';
import { TRAITS } from '../backend/query/gate/traits.ts';
import type { Store } from '../backend/store/database.ts';
import { defineMetric, type Metric, type Param, type ParamValue, type ParamValues, type Row } from './define.ts';
import { columnsOf, defaultParams, isParamShown } from './query.ts';
import { metrics } from './registry.generated.ts';

const NOW = new Date('2026-06-10T12:00:00Z');

/** What three of the 14 people of group rest do otherwise, so that each param that chooses tells them apart; and three of the ten of group large. */
const OTHERWISE = `
create temporary view three as select n from work where person in ('rest-1', 'rest-2', 'rest-3');
update deployment_fact set kind = 'hotfix' where deployment_id in (select n from three);
update change_fact set first_commit_at = null where change_id in (select n from three);
update repo set observed_until = '2026-07-05';
update change_survival set merged_at = '2026-05-12', born_at = '2026-05-12' where change_id in (select n from three where n % 2 = 0) and merged_at > '2026-03-20';
update change_death set death_kind = 'file_deleted' where change_id in (select n from three);
update change_line set line_source = 'human' where change_id in (select n from three);
insert into deployment_change select t.n, w.id, w.n from three t join lateral (select * from work where person = 'large-1' order by n limit 1) w on true;
update usage_week set uses_prior_30d = 0, uses = 0, active_days_30d = 0, accepted_lines_30d = 0 where person_id in ('rest-1', 'rest-2', 'rest-3');
update usage_week set uses_30d = 0, uses_prior_30d = 0, uses = 0 where person_id like 'large-%';
update usage_week set is_seated = false where person_id in ('large-1', 'large-2', 'large-3');
truncate pack.survival_pack, pack.deployment_pack, pack.usage_pack;
insert into pack.deployment_pack select * from pack.deployment_packing;
insert into pack.usage_pack select * from pack.usage_packing`;

/** Units of these three in the range: more differ by more people. */
const MOST_UNITS = 12;

let store: Store;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await testDatabase();
  await database.pool.query(worldSql({ small: 'few', bands: 'alike' }));
  await database.pool.query(OTHERWISE);
  store = openReader(database);
  close = async () => {
    await store.close();
    await database.close();
  };
}, 60_000);
afterAll(() => close());

const valuesOf = (param: Param): readonly ParamValue[] =>
  param.kind === 'choice' ? param.choices.map(({ value }) => value) : param.kind === 'boolean' ? [false, true] : [];
const choosesOf = (param: Param) => ('chooses' in param ? param.chooses : 'filter');

/** Params under which a param has a meaning: of each question the first value that allows it. */
function settings(metric: Metric, name: string): ParamValues[] {
  const questions = Object.entries(metric.params).filter(([, param]) => choosesOf(param) === 'question');
  const all = questions.reduce<ParamValues[]>(
    (found, [question, param]) => found.flatMap((given) => valuesOf(param).map((value) => ({ ...given, [question]: value }))),
    [{}]
  );
  return all.filter((given) => isParamShown(metric.params[name]!, { ...defaultParams(metric), ...given }));
} // prettier-ignore

/** Where the metric is asked again for each value, without groups only: with them it takes a minute. */
const groupings = ({ params }: Metric, isAskedAgain: boolean): ParamValues[] =>
  params['groupBy']?.kind !== 'groupBy' || isAskedAgain ? [{}]
  : [{ groupBy: [] }, ...params['groupBy'].allowed.filter((name) => name === 'code_source').map((name) => ({ groupBy: [name] }))]; // prettier-ignore

async function rowsOf(metric: Metric, params: ParamValues, smallGroups: 'hidden' | 'shown'): Promise<Map<string, Row>> {
  const labels = columnsOf(metric, { ...defaultParams(metric), ...params })
    .filter(({ role, name }) => role === 'label' || role === 'time' || name === 'horizon_d' || name === 'age_d')
    .map(({ name }) => name);
  const question = { metric: metric.id, params, adhocFilters: [], range: 0 };
  const { rows } = await ask(store, question, { ...RANGE, now: NOW, smallGroups });
  return new Map(rows.map((row) => [JSON.stringify(labels.map((name) => row[name])), row]));
}

const chosen = metrics.flatMap((metric) =>
  Object.entries(metric.params)
    .filter(([, param]) => typeof choosesOf(param) === 'object' || choosesOf(param) === 'rows')
    .map(([name]) => [metric.id, name, metric] as const)
);

test.each(chosen)('%s: %s never tells of the few people whose units it chooses', async (_id, name, metric) => {
  let seen = 0;
  const isAskedAgain = choosesOf(metric.params[name]!) === 'rows';
  for (const given of settings(metric, name).slice(0, isAskedAgain ? 2 : undefined)) {
    for (const grouping of groupings(metric, isAskedAgain)) {
      const answers = await Promise.all(
        valuesOf(metric.params[name]!).map(async (value) => {
          const params = { ...given, ...grouping, [name]: value };
          return { value, shown: await rowsOf(metric, params, 'hidden'), open: await rowsOf(metric, params, 'shown') };
        })
      );
      for (const [index, one] of answers.entries()) {
        for (const other of answers.slice(index + 1)) {
          for (const [key, row] of one.open) {
            const [n, m] = [row['n'], other.open.get(key)?.['n']];
            const isOfFew = typeof n === 'number' && typeof m === 'number' && n !== m && Math.abs(n - m) <= MOST_UNITS;
            const people = Math.abs(Number(row['n_dev']) - Number(other.open.get(key)?.['n_dev']));
            // Rows about nobody have none.
            if (!isOfFew || !(people < 5)) continue;
            seen += 1;
            const both = [one, other].filter(({ shown }) => typeof shown.get(key)?.['n'] === 'number').map(({ value }) => value);
            expect({ given, grouping, key, both: both.length }).not.toEqual({ given, grouping, key, both: 2 });
          }
        }
      }
    }
  }
  // The world has such pairs for these.
  if (['planned_only', 'window', 'mode', 'lead_from', 'window_days'].includes(name)) expect(seen).toBeGreaterThan(0);
}, 120_000); // prettier-ignore

test('parts of a row that another answer shows as one are hidden together where one of them is of few people', async () => {
  const cycle = metrics.find(({ id }) => id === 'cycle-time-by-usage')!;
  const people = (rows: ReadonlyMap<string, Row>) => [...rows.values()].filter(({ bucket }) => String(bucket).startsWith('zero')).map(({ bucket, n_dev: n }) => [bucket, n]);
  expect(people(await rowsOf(cycle, { split_zero: true }, 'shown'))).toEqual([['zero_seated', 7], ['zero_unseated', 3]]);
  expect(people(await rowsOf(cycle, { split_zero: true }, 'hidden'))).toEqual([['zero_seated', null], ['zero_unseated', null]]);
  expect(people(await rowsOf(cycle, {}, 'hidden'))).toEqual([['zero', 10]]);
}); // prettier-ignore

const plain = metrics.flatMap((metric) =>
  Object.entries(metric.params)
    .filter(([, param]) => choosesOf(param) === 'nothing' && valuesOf(param).length > 0)
    .filter(([name]) => !['bucket', 'ci', 'show', 'compare', 'curve', 'horizon'].includes(name))
    .map(([name]) => [metric.id, name, metric] as const)
);

test.each(plain)('%s: %s chooses nothing, as it says: the same units count in the same rows', async (_id, name, metric) => {
  for (const given of settings(metric, name)) {
    const counts = await Promise.all(
      valuesOf(metric.params[name]!).map(async (value) =>
        [...(await rowsOf(metric, { ...given, [name]: value }, 'shown'))].map(([key, { n }]) => [key, n] as const)
      )
    );
    const first = new Map(counts[0]);
    // A value may leave a whole row out.
    for (const other of counts.slice(1)) {
      const differ = other.filter(([key, n]) => first.has(key) && first.get(key) !== n);
      expect({ given, differ }).toEqual({ given, differ: [] });
    }
  }
}, 60_000); // prettier-ignore

test.each(metrics.map((metric) => [metric.id, metric] as const))('%s: each trait by which a param chooses is known of its units', (_id, metric) => {
  const traits = Object.values(metric.params).flatMap((param) => {
    const chooses = choosesOf(param);
    return typeof chooses === 'object' ? Object.values(chooses).filter((trait) => trait !== null) : [];
  });
  const units = new Set((metric.units ?? []).map(({ of }) => of));
  const known = new Set([...units].flatMap((unit) => Object.keys(TRAITS[unit] ?? {})));
  expect(traits.filter((trait) => !known.has(trait))).toEqual([]);
}); // prettier-ignore

describe('of two answers the one with later values yields', () => {
  const [dora, cycle] = ['dora-by-source', 'cycle-time-by-usage'].map((id) => metrics.find((metric) => metric.id === id)!);
  const asked = (metric: Metric, params: ParamValues) => ({ metric, params: { ...defaultParams(metric), ...params } as ParamValues });

  it('so a usual question is compared with none, and each other with all before it', () => {
    expect(traitsAsked(asked(dora!, {}))).toEqual([]);
    expect(traitsAsked(asked(dora!, { planned_only: true })).map((traits) => [...traits])).toEqual([[], ['planned']]);
    expect(traitsAsked(asked(dora!, { metric: 'lead_time', lead_from: 'merged_at' })).map((traits) => [...traits])).toEqual([['commit_known'], ['merge_known']]);
    expect(movedBefore(asked(cycle!, {}))).toEqual([]);
    expect(movedBefore(asked(cycle!, { split_zero: true }))).toHaveLength(2);
    expect(movedBefore(asked(cycle!, { split_zero: true, bands: 'tercile' }))).toBeNull();
  });

  it('and a metric that leaves a value unsaid is refused', () => {
    const params = { ...dora!.params, planned_only: { ...dora!.params['planned_only'], chooses: { true: 'planned' } } } as Metric['params'];
    expect(() => defineMetric({ ...dora!, params })).toThrow(/planned_only says nothing of its value false/);
  });
}); // prettier-ignore
