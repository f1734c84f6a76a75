// Why a panel has nothing to show, and the one step that fills it.
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { computes } from '../../metrics/compute.generated.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { sql } from '../../metrics/sql.generated.ts';
import { openReader } from '../fixtures/reader.ts';
import type { Store } from '../store/database.ts';
import { makeCatalog } from './catalog.ts';
import { explainEmpty } from './explain-empty.ts';
import { prepareQuery } from './run-metric.ts';

const catalog = makeCatalog(metrics, sql, computes);
const { signal } = new AbortController();

let database: TestDatabase;
let store: Store;
let version = 0;
beforeAll(async () => {
  database = await testDatabase();
  store = openReader(database);
  await database.pool.query(`insert into repo (slug) values ('acme/shop');
    insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size)
    select 1, 1, '1', '2026-03-02', 't', 's', 'unknown', 'human', 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S'`);
});
afterAll(async () => {
  await store.close();
  await database.close();
});

async function reason(queryType: string, params: object = {}, year = 2026): Promise<string> {
  const range = { from: new Date(Date.UTC(year, 0, 1)), to: new Date(Date.UTC(year + 1, 0, 1)) };
  // Rows are written here without a stream: every question is of a version of its own.
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal, facts: String(++version) };
  const prepared = await prepareQuery(parts, { stored: { queryType, params, version: 1 }, ...range, isAlert: false });
  return (await explainEmpty(parts, prepared)).text;
}

test('what nobody has told of is named with the step that brings it', async () => {
  expect(await reason('dora-by-source')).toMatch(
    /^Nobody has told of this here: deployments to production\. To bring them, add POST \/ingest\/deploy .*about 2 min/
  );
  expect(await reason('flow')).toMatch(
    /: reviews\. To bring them, read pull requests from a forge: npm start -- --github NAME/
  );
  expect(await reason('cycle-time-by-usage')).toMatch(/: use of AI tools\. To bring them, import ai_usage_daily\.csv/);
  expect(await reason('durability')).toMatch(/: lines of code\. /);
});

test('rows of evidence that are not there: nobody tells of them, or none failed; never the one for the other', async () => {
  expect(await reason('evidence', { mode: 'deployments', only: 'failed' })).toMatch(/^Nobody has told of this here: deployments to production\./);
  expect(await reason('evidence', { mode: 'incidents' })).toMatch(/^Nobody has told of this here: incidents\./);
  expect(await reason('signal-quality', { mode: 'incident_links' })).toMatch(/^Nobody has told of this here: (code source|incidents)\./);
  expect(await reason('evidence', { only: 'failed' })).toBe('No change of this range is known to have been taken back.');
  expect(await reason('adoption', { mode: 'idle_seats' })).toMatch(/^Nobody has told of this here: use of AI tools\./);
  await database.pool.query(`insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework, change_count)
    values (1, 's', 'production', 1, 'unknown', '2026-03-03', 'planned', false, false, false, 1)`);
  const none = 'No deployment of this range is known to have failed: none has a linked incident, a rollback or a hotfix.';
  const failed = () => reason('evidence', { mode: 'deployments', only: 'failed' });
  expect(await failed()).toMatch(new RegExp(`^${none} But nobody has told of incidents here: send incidents`));
  await database.pool.query(`insert into incident (source, external_id, title, started_at) values ('csv', 'i0', 'x', '2026-03-03')`);
  expect(await failed()).toBe(none);
  expect(await reason('evidence', { mode: 'incidents', only: 'excluded' })).toBe('No incident of this range is without a deployment that is blamed for it.');
  await database.pool.query('delete from deployment_fact; delete from incident');
}); // prettier-ignore

test('a range without data is named with the one that holds some; what no range would bring comes first', async () => {
  expect(await reason('delivery-health', {}, 2020)).toBe(
    'Nothing in this range: in closed weeks the store holds changes from 2026-03-02 to 2026-03-08.'
  );
  for (const year of [2020, 2026]) {
    expect(await reason('dora-by-source', {}, year)).toMatch(/^Nobody has told of this here: deployments/);
    expect(await reason('build-health', {}, year)).toMatch(
      /^Nobody has told of this here: builds\. To bring them, read pipelines from a forge/
    );
  }
});

test('of the week that is under way and of single teams it says nothing, filtered or not', async () => {
  const add = (id: number, at: string) =>
    database.pool
      .query(`insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size)
      select repo_id, ${String(id)}, '${String(id)}', ${at}, title, service_id, 'few', author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size from change_fact where change_id = 1`);
  const before = await reason('delivery-health', { team: ['few'] }, 2020);
  await add(2, 'now()');
  expect(await reason('delivery-health', { team: ['few'] }, 2020)).toBe(before);
  await add(3, `'2026-05-06T12:00:00Z'`);
  const after = 'Nothing in this range: in closed weeks the store holds changes from 2026-03-02 to 2026-05-10.';
  expect(await reason('delivery-health', { team: ['few'] }, 2020)).toBe(after);
  expect(await reason('delivery-health', {}, 2020)).toBe(after);
  await add(4, `'2026-05-09T12:00:00Z'`);
  expect(await reason('delivery-health', {}, 2020)).toBe(after);
  await database.pool.query('delete from change_fact where change_id > 1');
});

test('filters that match nothing are named in the words of the board', async () => {
  expect(await reason('evidence', { repo: ['acme/shop'], pr_class: ['docs'] })).toMatch(
    /^No rows match Repository = acme\/shop and Class = docs in this range\./
  );
  expect(await reason('evidence', { code_source: ['ai_heavy'] })).toBe(
    'No rows match Code source = AI-heavy in this range.'
  );
});

test('a value that nobody knows is told apart from one that has nothing, with what may be meant; hidden values are never offered', async () => {
  expect(await reason('evidence', { repo: ['acme/shpo'] })).toBe('No rows match Repository = acme/shpo in this range. Repository acme/shpo is not known here: did you mean acme/shop?'); // prettier-ignore
  expect(await reason('evidence', { repo: ['zzz'] })).toMatch(
    /Repository zzz is not known here: there are acme\/shop\.$/
  );
  await database.pool.query(`insert into person (person_id, kind) values ('p', 'human');
    insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, responsible_id, author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size)
      select repo_id, 9, '9', merged_at, title, service_id, 'few', 'p', author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size from change_fact where change_id = 1`);
  // Of the team of one person it says the same as of none.
  expect(await reason('evidence', { team: ['fwe'] })).toMatch(/Team fwe is not known here: there are unknown\.$/);
  expect(await reason('evidence', { team: ['few'], pr_class: ['docs'] })).toMatch(
    /Team few is not known here: there are unknown\./
  );
  await database.pool.query('delete from change_fact where change_id = 9');
});
