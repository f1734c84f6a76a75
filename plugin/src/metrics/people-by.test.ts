// What people.sql of a metric tells of who is behind a remainder is what the metric itself tells when it is asked for it.
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { DEMO_NOW } from '../../../collector/testing/demo.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { runAgain } from '../backend/query/gate/gate.ts';
import { keyOf } from '../backend/query/gate/marks.ts';
import { runByPeople } from '../backend/query/gate/people-cells.ts';
import { prepareQuery } from '../backend/query/run-metric.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { computes } from './compute.generated.ts';
import type { Dimension, Metric, ParamValues, Row } from './define.ts';
import { columnsOf } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const { signal } = new AbortController();
const demo = demoStore();
const DAY_MS = 86_400_000;
const K = 5;

const told = metrics.flatMap((metric) => (metric.peopleBy ?? []).map((when) => ({ metric, when })));

test.each(told.map(({ metric, when }) => ({ title: `${metric.id} ${JSON.stringify(when)}`, metric, when })))(
  'people behind every remainder are those of the metric: $title',
  async ({ metric, when }) => {
    const info = await new StoreInfoCache(demo.store, migrations).read(signal);
    const parts = { catalog, store: demo.store, info, signal };
    const values = await valuesBy();
    let [compared, few, asked] = [0, 0, 0];
    for (const params of questionsOf(metric, when)) {
      for (const chosen of filtersOf(metric, values)) {
        const stored = { queryType: metric.id, params: { ...params, ...chosen }, version: 1 };
        const range = { from: new Date(DEMO_NOW.getTime() - 300 * DAY_MS), to: DEMO_NOW };
        const prepared = await prepareQuery(parts, { stored, ...range, isAlert: false });
        const ask = (changed: ParamValues) => runAgain(parts, prepared, changed);
        const byPeople = runByPeople(parts, prepared, (changed) => {
          asked += 1;
          return ask(changed);
        });
        for (const changed of remaindersOf(metric, prepared.params, { chosen, values })) {
          const [own, other] = [await byPeople(changed), await ask(changed)].map((rows) => levels(metric, changed, rows));
          expect({ params: changed, people: own }).toEqual({ params: changed, people: other });
          compared += 1;
          few += Object.values(other!).filter((people) => people < K).length;
        }
      }
    }
    // Where who counts depends on the group as a whole it is asked too, not often.
    expect(asked).toBeLessThan(compared / 4);
    expect(few).toBeGreaterThan(0);
  },
  240_000
); // prettier-ignore

const DIMENSIONS = [
  'team',
  'repo',
  'service',
  'pr_class',
  'code_source',
  'size',
] as const satisfies readonly Dimension[];
type Values = Readonly<Record<(typeof DIMENSIONS)[number], readonly string[]>>;

async function valuesBy(): Promise<Values> {
  const found = DIMENSIONS.map(async (name) => {
    const { rows } = await demo.database.pool.query<{ value: string }>(`select distinct ${name} as value from merged_unit order by 1`);
    return [name, rows.map(({ value }) => value)] as const;
  });
  return Object.fromEntries(await Promise.all(found)) as unknown as Values;
} // prettier-ignore

function questionsOf(
  metric: Metric,
  when: Readonly<Record<string, readonly string[]>>
): Array<Record<string, unknown>> {
  const fixed = Object.fromEntries(Object.entries(when).map(([name, [value]]) => [name, value]));
  const extra = metric.id === 'flow' ? [{ until: 'merged' }, { until: 'deployed' }] : metric.id === 'durability' ? [{ horizon: 'all' }, { window_days: '90', horizon: '90' }] : [{}, { lead_from: 'merged_at' }]; // prettier-ignore
  const shapes = [{ groupBy: [], bucket: 'none' }, { groupBy: ['code_source'], bucket: 'month' }, { groupBy: ['code_source'], bucket: 'none' }, { groupBy: ['team'], bucket: 'none' }]; // prettier-ignore
  return shapes.map((shape, place) => ({ ...fixed, ...extra[place % 2], ...shape, ci: false }));
}

/** One value, two of them, and one of each of two dimensions. */
function filtersOf(metric: Metric, values: Values): Array<Record<string, readonly string[]>> {
  const names = DIMENSIONS.filter((name) => metric.params[name] !== undefined);
  const first = (name: keyof Values, place = 0) => values[name][place % values[name].length]!;
  return [
    ...names.map((name, at) => ({ [name]: at % 2 === 0 ? [first(name)] : [first(name, 1), first(name, 2)] })),
    { team: [first('team')], pr_class: [first('pr_class', 1)] },
    { repo: [first('repo', 2)], code_source: [first('code_source', 1)] },
  ];
}

/** Each way to leave out what is chosen, each chosen value, and the same without a group. */
function remaindersOf(
  metric: Metric,
  params: ParamValues,
  { chosen, values }: { chosen: Readonly<Record<string, readonly string[]>>; values: Values }
): ParamValues[] {
  const others = Object.entries(chosen).map(([name, own]) => [name, values[name as keyof Values].filter((value) => !own.includes(value))] as const);
  const left = others.reduce<ParamValues[]>((all, [name, rest]) => [...all, ...all.map((set) => ({ ...set, [name]: rest }))], [params]).slice(1);
  const each = Object.entries(chosen).flatMap(([name, own]) => own.map((value) => ({ ...params, [name]: [value] })));
  return [...left, ...each, ...left.map((set) => ({ ...set, groupBy: [] }))];
} // prettier-ignore

/** People by group, up to k; groups of nobody are as if they were not there. */
function levels(metric: Metric, params: ParamValues, rows: readonly Row[]): Record<string, number> {
  const labels = columnsOf(metric, params).filter(({ role }) => role === 'time' || role === 'label').map(({ name }) => name);
  return Object.fromEntries(
    rows.flatMap((row) => (Number(row['n_dev'] ?? 0) === 0 ? [] : [[keyOf(row, labels), Math.min(K, Number(row['n_dev']))] as const])).sort()
  );
} // prettier-ignore
