// What a new panel asks before anybody has chosen: something that any store answers.
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { askOnce, catalog } from '../backend/terminal.ts';
import type { Store } from '../backend/store/database.ts';
import { defineMetric } from './define.ts';
import { firstMetric } from './first-metric.ts';
import { metrics } from './registry.generated.ts';

const { signal } = new AbortController();
let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await testDatabase();
  store = openReader(database);
  // What git alone tells: merges of more people than are hidden, no builds, reviews, deployments, lines or marks.
  await database.pool.query(`insert into repo (slug) values ('acme/shop');
    insert into person (person_id, kind) select 'p' || g, 'human' from generate_series(1, 12) g;
    insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, responsible_id, author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size)
      select 1, g, g::text, timestamptz '2026-03-02' + g * interval '6 hours', 't', 's', 'unknown', 'p' || (1 + g % 12), 'human', 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S'
      from generate_series(1, 240) g`);
});
afterAll(async () => {
  await store.close();
  await database.close();
});

test('a store that knows nothing but merged changes answers it', async () => {
  const metric = firstMetric(metrics)!;
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
  const range = { from: new Date('2026-03-02'), to: new Date('2026-05-04') };
  const params = { bucket: 'week', format: 'timeseries' };
  const { rows } = await askOnce(parts, { metric: metric.id, params, ...range });
  const known = rows.filter(({ value }) => typeof value === 'number' && value > 0);
  expect(known.length).toBeGreaterThanOrEqual(5);
});

test('which one it is does not follow from the order of names', () => {
  const needy = defineMetric({ ...firstMetric(metrics)!, id: 'aaa', ofNothing: [{ when: {}, needs: ['builds'] }] });
  expect(firstMetric([needy, ...metrics])).toBe(firstMetric(metrics));
  expect(firstMetric([needy])).toBe(needy);
  expect(firstMetric(metrics.filter(({ formats }) => !formats.includes('timeseries')))).toBeUndefined();
});
