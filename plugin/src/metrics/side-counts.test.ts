// Counts of what a row leaves out (`counts: 'beside'`): one person stands behind each of them, and no answer tells it. Every metric and mode is
// asked; a count that is added tomorrow is asked the same.
import { testDatabase } from '../../../collector/testing/database.ts';
import { ask } from '../backend/fixtures/attack-run.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { RANGE, worldSql } from '../backend/fixtures/small-groups-world.ts';
import type { Store } from '../backend/store/database.ts';
import type { Metric, ParamValues, Row } from './define.ts';
import { columnsOf, defaultParams } from './query.ts';
import { metrics } from './registry.generated.ts';

const NOW = new Date('2026-06-10T12:00:00Z');

/** Of rest-1, one of 14: a change without deployment, one without a start, one without a review, failures that are open, changes that are young, units without start, an issue whose history goes back, use that is not known. */
const ONE_PERSON = `
create temporary view mine as select n, row_number() over (order by n) as i from work where person = 'rest-1' and at > '2026-03-20';
update change_fact set deployed_at = null where change_id in (select n from mine where i = 1);
update change_fact set first_commit_at = null where change_id in (select n from mine where i = 2);
update change_fact set first_commit_at = deployed_at + interval '1 day' where change_id in (select n from mine where i = 3);
update change_fact set first_review_at = null where change_id in (select n from mine where i = 4);
update deployment_fact set recovered_at = null where deployment_id in (select n from mine where i = 1);
update repo set observed_until = '2026-05-20';
update change_survival set merged_at = '2026-05-10', born_at = '2026-05-10' where change_id in (select n from mine where i = 1);
update workflow_completion set status = 'no_start' where unit_key in (select n::text from mine where i = 1);
update workflow_completion set status = 'bad_order' where unit_key in (select n::text from mine where i = 2);
update workflow_completion set status = 'abandoned' where unit_key in (select n::text from mine where i = 3);
update workflow_completion set is_winsorised = true where unit_key in (select n::text from mine where i = 4);
update usage_week set coverage = 1 where person_id = 'rest-1';
update issue_fact set bad_order_count = 1 where external_id in (select n::text from mine where i = 1);
truncate pack.completion_pack, pack.deployment_pack;
insert into pack.completion_pack select * from pack.completion_packing;
insert into pack.deployment_pack select * from pack.deployment_packing`;

let store: Store;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await testDatabase();
  await database.pool.query(worldSql({ small: 'few', bands: 'alike' }));
  await database.pool.query(ONE_PERSON);
  store = openReader(database);
  close = async () => {
    await store.close();
    await database.close();
  };
}, 60_000);
afterAll(() => close());

/** The values of the params that ask another question. */
const questions = ({ params }: Metric): ParamValues[] =>
  Object.entries(params).reduce<ParamValues[]>(
    (found, [name, param]) =>
      param.kind === 'choice' && param.chooses === 'question'
        ? found.flatMap((given) => param.choices.map(({ value }) => ({ ...given, [name]: value })))
        : found,
    [{}]
  );

/** A dimension that the rows can be grouped by. */
function groupingOf({ params }: Metric): string {
  const [allowed = []] = Object.values(params).flatMap((param) => (param.kind === 'groupBy' ? [param.allowed] : []));
  return allowed.includes('code_source') ? 'code_source' : (allowed[0] ?? '');
}

const asked = metrics.filter(({ columns }) => columns.some(({ counts }) => counts === 'beside'));

test.each(asked.map((metric) => [metric.id, metric] as const))('%s tells of no single person beside a row', async (_id, metric) => {
  const told: unknown[] = [];
  const few = new Set<string>();
  for (const given of questions(metric)) {
    const params = { ...defaultParams(metric), ...given } as ParamValues;
    const beside = columnsOf(metric, params).filter(({ counts }) => counts === 'beside');
    for (const groupBy of [[], [groupingOf(metric)]]) {
      const question = { metric: metric.id, params: { ...given, groupBy }, adhocFilters: [], range: 0 };
      const rowsOf = async (smallGroups: 'hidden' | 'shown'): Promise<readonly Row[]> =>
        (await ask(store, question, { ...RANGE, now: NOW, smallGroups })).rows;
      for (const row of await rowsOf('shown')) {
        for (const { name } of beside) if (Number(row[name]) > 0 && Number(row[name]) < 5) few.add(name);
      }
      for (const row of await rowsOf('hidden')) {
        for (const { name, role } of beside) {
          const cell = row[name];
          const isStep = role === 'count' ? [0, 5].includes(Number(cell)) || Number(cell) >= 10 : Number.isInteger(Math.round(Number(cell) * 2e6) / 1e5);
          if (cell !== null && cell !== undefined && !isStep) told.push({ given, groupBy, name, cell });
        }
      }
    }
  }
  expect(told).toEqual([]);
  expect(few.size).toBeGreaterThan(0);
}, 60_000); // prettier-ignore
