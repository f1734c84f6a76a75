import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { explainEmpty } from '../../backend/query/explain-empty.ts';
import { makeCatalog } from '../../backend/query/catalog.ts';
import type { Store } from '../../backend/store/database.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { computeRows, prepareQuery, type MetricRows } from '../../backend/query/run-metric.ts';
import { computes } from '../compute.generated.ts';
import { sql } from '../sql.generated.ts';
import { metric } from './metric.ts';

test('columns are called as Grafana maps annotations: time, timeEnd, title, text, tags', () => {
  expect(metric.columns.map((column) => column.label)).toEqual(['time', 'timeEnd', 'title', 'text', 'tags', 'Status']);
});

describe('more events than are shown', () => {
  const catalog = makeCatalog([metric], sql, computes);
  const signal = new AbortController().signal;
  const start = new Date('2026-03-01T00:00:00Z');
  const minutes = (count: number) => new Date(start.getTime() + count * 60_000);
  let database: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    database = await testDatabase();
    store = openReader(database);
    await database.pool.query(
      `insert into deployment_fact (deployment_id, service_id, environment, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework, change_count)
       select n, 'shop', 'production', 'web', $1::timestamptz + n * interval '1 minute', 'planned', false, false, false, 1 from generate_series(0, 1001) n`,
      [start]
    );
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  /** Events up to the given time, as a panel asks for them. */
  async function deployments(to: Date): Promise<MetricRows> {
    const stored = { queryType: metric.id, params: { kind: 'deployments' }, version: 1, tz: 'UTC' };
    const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
    const prepared = await prepareQuery(parts, { stored, from: start, to, isAlert: false });
    return computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: 200_000 }));
  }

  it('are counted in a notice, with the way to see them', async () => {
    const { rows, notices } = await deployments(minutes(1002));
    expect([rows.length, rows[0]?.time, rows.at(-1)?.time]).toEqual([1000, minutes(2), minutes(1001)]);
    expect(notices).toEqual([
      { severity: 'warning', text: expect.stringMatching(/^1000 of 1002 events: the newest\. .*shorter range/) },
    ]);
  });

  it('are named by their kind where none of the kind that is asked for is there, whatever changes the store holds', async () => {
    const said = async (params: object): Promise<string> => {
      const stored = { queryType: metric.id, params, version: 1, tz: 'UTC' };
      const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
      const prepared = await prepareQuery(parts, { stored, from: start, to: minutes(10), isAlert: false });
      return (await explainEmpty(parts, prepared)).text;
    };
    expect(await said({})).toBe(
      'No rows for this metric in this range; the board Start here tells what it lacks. Asked for tool landings; under Events there are also deployments, failed deployments, incidents, policy changes, experiment windows, phases, freezes, holidays and bad data, changed workflow definitions.'
    );
    expect(await said({ kind: 'incidents', service: ['none'] })).toMatch(/^No rows match Service = none in this range\. Service none is not known here\. Asked for incidents; under Events there are also tool landings, deployments,/); // prettier-ignore
  });

  it('are not spoken of when all of them fit, and the count is no column', async () => {
    const { rows, notices } = await deployments(minutes(1000));
    expect(rows).toHaveLength(1000);
    expect(notices).toEqual([]);
    expect(Object.keys(rows[0] ?? {})).toEqual(metric.columns.map(({ name }) => name));
  });

  it('tell nothing of how many changes they brought: added up they are a number that may be of few people', async () => {
    const { rows } = await deployments(minutes(1000));
    const sql = 'update deployment_fact set change_count = change_count + 6 where deployment_id % 2 = 0';
    await database.pool.query(sql);
    expect((await deployments(minutes(1000))).rows).toEqual(rows);
  });
});
