import { readMigrations } from '../../../../collector/src/store/migrate.ts';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { fallSpeedCatalog } from '../fixtures/fall-speed.ts';
import { drawFrame, readFrame } from '../fixtures/read-frame.ts';
import { instanceSettings } from '../fixtures/reader.ts';
import { refusingServer } from '../fixtures/refusing-server.ts';
import { until } from '../fixtures/until.ts';
import { Instances, type Instance, type InstanceSettings } from '../store/instances.ts';
import { KeptAnswers } from './kept-answers.ts';
import { answerQuery, type DataAnswer, type DataRequest, type Engine } from './query-data.ts';
import { render } from './render.ts';

const catalog = fallSpeedCatalog();
const engine: Engine = { catalog, render: (input) => render(catalog, input), answers: new KeptAnswers() };
const migrations = readMigrations().map(({ name }) => name);
const never = new AbortController().signal;

let db: TestDatabase;
let instances: Instances;
const lost: string[] = [];

beforeAll(async () => {
  db = await testDatabase();
  instances = new Instances({ migrations, onError: (message) => lost.push(message) });
});
afterAll(async () => {
  await instances.closeAll();
  await db.close();
});

/** Settings of a data source that reads the test database. */
const settings = (changed: object = {}, rest: Partial<InstanceSettings> = {}) => instanceSettings(db, changed, rest);

interface Asked {
  readonly params?: object;
  readonly request?: Partial<DataRequest>;
  readonly instance?: () => Instance;
  readonly signal?: AbortSignal;
}
function ask({
  params = {},
  request = {},
  instance = () => instances.get(settings()),
  signal = never,
}: Asked = {}): Promise<DataAnswer> {
  const stored = { queryType: 'fall-speed', version: 1, params: { format: 'table', ...params } };
  const from = new Date('2026-03-22T00:00:00Z');
  const to = new Date('2026-03-30T00:00:00Z');
  return answerQuery(engine, { refId: 'A', stored, from, to, isAlert: false, ...request }, { instance, signal });
}
/** As the owner of the database: who may see and end statements of its own. */
const asWriter = () => instances.get(settings({ user: new URL(db.url).username }));
const failing = (answer: DataAnswer) => ({
  code: answer.error?.code,
  status: answer.error?.status,
  source: answer.error?.source,
});
/** Through connections that are closed again, so that the database can be dropped. */
async function askOnce(
  changed: Record<string, unknown>,
  asked: Asked = {},
  expected = migrations
): Promise<DataAnswer> {
  const own = new Instances({ migrations: expected, onError: () => undefined });
  const answer = await ask({ ...asked, instance: () => own.get(settings(changed)) });
  await own.closeAll();
  return answer;
}
const frames = (answer: DataAnswer) => {
  expect(answer.error).toBeNull();
  return answer.frames.map(readFrame);
};

describe('a query', () => {
  it('binds params and the range, and gives the rows of the statement', async () => {
    const [frame] = frames(await ask({ params: { groups: 3, points: 1, team: ['team-2', 'team-3'] } }));
    expect(`\n${drawFrame(frame!)}\n`).toBe(`
fall-speed A table
| Time time            | Team string | Speed [velocityms] number | low [velocityms] number | high [velocityms] number | n [short] number | Status string | Link string           |
| 2026-03-22T00:00:00Z | team-2      | 2                         | 1                       | 3                        | 10               | ok            | https://example.org/2 |
| 2026-03-22T00:00:00Z | team-3      | 3                         | 2                       | 4                        | 10               | ok            | https://example.org/3 |
`);
    expect(frame!.meta?.executedQueryString).toMatch(/\$\d::timestamptz/);
  });

  it('runs in a read-only transaction, whatever the role may do', async () => {
    const { store } = asWriter();
    const write = store.run(
      { text: `insert into service values ('x', 'x')`, values: [] },
      { signal: never, maxRows: 1 }
    );
    await expect(write).rejects.toThrow(/read-only transaction/);
  });

  it('narrows by ad-hoc filters of every operator and names those that do not apply', async () => {
    await db.pool.query(`insert into repo (slug) values ('acme/shop')`);
    await db.pool.query(`insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method, code_source, method, commit_count, size)
      select 1, g, g::text, '2026-01-01', 't', 's', 'team-' || g, 'human', 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S' from generate_series(1, 3) g`); // prettier-ignore
    const teams = async (...adhocFilters: object[]) => {
      const stored = {
        queryType: 'fall-speed',
        params: { format: 'table', groups: 3, points: 1 },
        version: 1,
        adhocFilters,
      };
      const from = new Date('2025-12-31T00:00:00Z');
      const [frame] = frames(await ask({ request: { stored, from } }));
      return [frame!.fields[1]?.values.map(String) ?? [], frame!.meta?.notices?.map(({ text }) => text) ?? []];
    };
    expect(await teams({ key: 'team', operator: '=', value: 'team-2' })).toEqual([['team-2'], []]);
    expect(await teams({ key: 'team', operator: '!=', value: 'team-2' })).toEqual([['team-1', 'team-3'], []]);
    expect(await teams({ key: 'team', operator: '=|', values: ['team-1', 'team-3'] })).toEqual([
      ['team-1', 'team-3'],
      [],
    ]);
    expect(await teams({ key: 'team', operator: '!=|', values: ['team-1', 'team-3'] })).toEqual([['team-2'], []]);
    expect(await teams({ key: 'team', operator: '=~', value: '.*-[23]' })).toEqual([['team-2', 'team-3'], []]);
    expect(await teams({ key: 'team', operator: '!~', value: '.*-[23]' })).toEqual([['team-1'], []]);
    const both = [{ key: 'team', operator: '=', value: 'team-1' }, { key: 'team', operator: '=', value: 'team-2' }]; // prettier-ignore
    expect(await teams(...both)).toEqual([[], ['No rows match the ad-hoc filter on team in this range.']]);
    expect((await teams({ key: 'tool', operator: '=', value: 'x' }))[1]).toEqual(['The filter on tool does not apply to Fall speed: it has no such dimension.']); // prettier-ignore
    const broken = { queryType: 'fall-speed', params: {}, adhocFilters: [{ key: 'team', operator: '=~', value: '(' }] };
    expect(failing(await ask({ request: { stored: broken } }))).toEqual({
      code: 'bad_value',
      status: 400,
      source: 'downstream',
    });
  });

  it('counts what it cuts off', async () => {
    const { store } = asWriter();
    const many = { text: 'select generate_series(1, 1000) as n', values: [] };
    expect(await store.run(many, { signal: never, maxRows: 10 })).toMatchObject({
      totalRows: 1000,
      rows: { length: 10 },
    });
  });

  it('draws ten thousand groups as the first thousand and refuses them in an alert', async () => {
    const shown = await ask({ params: { groups: 10_000, points: 1, format: 'timeseries' } });
    expect(shown.frames).toHaveLength(1000);
    expect(readFrame(shown.frames[0]!).meta?.notices?.[0]?.text).toMatch(/^Showing 1000 of 10000 series/);
    const alert = await ask({ params: { groups: 10_000, points: 1, format: 'numeric' }, request: { isAlert: true } });
    expect(failing(alert)).toEqual({ code: 'too_many_series', status: 400, source: 'downstream' });
  });
});

describe('a query that finds nothing', () => {
  const none = { groups: 0 };

  it('says why on a panel and in the preview of a rule, which has no field and so no data', async () => {
    const text = async (asked: Asked) => readFrame((await ask(asked)).frames[0]!).meta?.notices?.at(-1)?.text;
    expect(await text({ params: none })).toBe(
      'Nothing in this range: in closed weeks the store holds changes from 2025-12-29 to 2026-01-04.'
    );
    const inRange = { from: new Date('2025-12-31T00:00:00Z'), to: new Date('2026-03-01T00:00:00Z') };
    expect(await text({ params: { ...none, team: ['team-9'] }, request: inRange })).toBe(
      'No rows match Team = team-9 in this range. Team team-9 is not known here: did you mean team-1 or team-2 or team-3?'
    );
    const rule = { params: { ...none, format: 'numeric' }, request: { isAlert: true } };
    const answer = await ask(rule);
    expect(answer.error).toBeNull();
    expect(answer.frames.map((frame) => readFrame(frame).fields)).toEqual([[]]);
    expect(await text(rule)).toMatch(/^Nothing in this range: /);
  });

  it('says that the store is empty, in the notice and in a cell of a table', async () => {
    const empty = await testDatabase();
    const answer = await askOnce({ database: empty.name }, { params: none });
    const table = await askOnce({ database: empty.name }, { params: { ...none, format: 'table' } });
    await empty.close();
    expect(readFrame(answer.frames[0]!).meta?.notices?.[0]?.text).toMatch(/^The store is empty: .*npm start/);
    const { fields } = readFrame(table.frames[0]!);
    expect(fields.map(({ config, values }) => [config.displayNameFromDS, String([...values])])).toEqual([['Nothing to show', expect.stringMatching(/^The store is empty/)]]); // prettier-ignore
  });
});

describe('a query that cannot be answered', () => {
  it.each([
    ['an unknown metric', { queryType: 'nope', params: {} }, 'unknown_metric'],
    ['an unknown param', { queryType: 'fall-speed', params: { speed: 1 } }, 'unknown_param'],
    ['a template variable', { queryType: 'fall-speed', params: { repo: '$repo' } }, 'bad_value'],
    ['text', 'select 1', 'bad_query'],
    ['nothing', null, 'bad_query'],
  ])('%s is refused by name', async (_what, stored, code) => {
    const answer = await ask({ request: { stored } });
    expect(failing(answer)).toEqual({ code, status: 400, source: 'downstream' });
    expect(answer.frames).toEqual([]);
  });

  it('an empty or invalid range is refused', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    expect((await ask({ request: { from: at, to: at } })).error?.message).toMatch(/^The range is empty: 2026-01-01/);
    const never = await ask({ request: { from: new Date(NaN), to: at } });
    expect(never.error).toMatchObject({ code: 'bad_value', status: 400, message: expect.stringMatching(/an invalid time is not in the years 1900 to 2199/) as string }); // prettier-ignore
    expect((await ask({ request: { from: new Date(Number.NaN) } })).error?.message).toMatch(/an invalid time/);
  });

  it('a fault of the metric is a fault of the plugin, and the next query runs', async () => {
    expect(failing(await ask({ params: { mode: 'broken' } }))).toEqual({
      code: 'internal',
      status: 500,
      source: 'plugin',
    });
    expect((await ask()).error).toBeNull();
  });

  it('a slow statement ends at the timeout; others go on meanwhile', async () => {
    const slow = ask({
      params: { mode: 'sleep' },
      instance: () => instances.get(settings({ queryTimeoutSeconds: 1 })),
    });
    expect((await ask()).error).toBeNull();
    expect(failing(await slow)).toEqual({ code: 'query_timeout', status: 504, source: 'downstream' });
  });

  it('a cancelled query stops its statement in the store', async () => {
    const controller = new AbortController();
    const answer = ask({ params: { mode: 'sleep' }, signal: controller.signal, instance: asWriter });
    const sleeping = `select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = current_database()`;
    await until(async () => (await db.pool.query(sleeping)).rows[0].n === 1);
    controller.abort();
    expect(failing(await answer)).toEqual({ code: 'cancelled', status: 499, source: 'downstream' });
    await until(async () => (await db.pool.query(sleeping)).rows[0].n === 0);
  });

  it('a cancelled query that still waits for its turn never reaches the store', async () => {
    const one = () => instances.get(settings({ poolSize: 1, queryTimeoutSeconds: 1 }));
    const controller = new AbortController();
    const first = ask({ params: { mode: 'sleep' }, instance: one });
    const second = ask({ instance: one, signal: controller.signal });
    await until(() => Promise.resolve(one().store.load.waiting === 1));
    controller.abort();
    expect((await second).error?.code).toBe('cancelled');
    expect((await first).error?.code).toBe('query_timeout');
  });

  it('a server that goes away in the middle of a statement is named, and the next query connects again', async () => {
    const answer = ask({ params: { mode: 'sleep' }, instance: asWriter });
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()`;
    await until(async () => (await db.pool.query(kill)).rowCount === 1);
    expect(failing(await answer)).toEqual({ code: 'connection_lost', status: 503, source: 'downstream' });
    expect((await ask()).error).toBeNull();
  });

  it('idle connections that died unnoticed do not fail the next query', async () => {
    // Several times: the end of the transaction of an answer, which nobody waits for, is sometimes still under way.
    for (let round = 0; round < 8; round++) {
      await ask({ instance: asWriter });
      const ours = `from pg_stat_activity where application_name = 'throughline grafana' and usename = current_user and datname = current_database()`;
      await db.pool.query(`select pg_terminate_backend(pid) ${ours}`);
      await until(async () => (await db.pool.query(`select 1 ${ours}`)).rows.length === 0);
      expect((await ask({ instance: asWriter })).error).toBeNull();
    }
  });
});

describe('a data source that cannot be reached', () => {
  const codes = async (changed: Record<string, unknown>) => {
    const { error } = await ask({ instance: () => instances.get(settings(changed)) });
    return [error?.code, error?.status, error?.source, error?.message];
  };

  it('names settings that cannot be used', async () => {
    expect(await codes({ host: '' })).toEqual([
      'bad_settings',
      400,
      'downstream',
      expect.stringMatching(/^No host is set/),
    ]);
    expect(await codes({ port: 'x' })).toEqual(['bad_settings', 400, 'downstream', expect.stringMatching(/"port" must be a whole number/)]); // prettier-ignore
    const noJson = await ask({ instance: () => instances.get({ ...settings(), uid: 'n', json: '{' }) });
    expect(noJson.error?.code).toBe('bad_settings');
  });

  it('names a port where nothing listens, an unknown host and an unknown database', async () => {
    expect(await codes({ port: 1 })).toEqual(['host_unreachable', 502, 'downstream', 'Nothing listens at 127.0.0.1:1. Check host and port, and that Postgres is running and reachable from Grafana.']); // prettier-ignore
    expect((await codes({ host: 'no-such-host.invalid' })).slice(0, 2)).toEqual(['host_unreachable', 502]);
    expect(await codes({ database: 'nope' })).toEqual([
      'database_missing',
      502,
      'downstream',
      expect.stringMatching(/has no database "nope"/),
    ]);
  });

  it('names a server without TLS and a role without rights', async () => {
    expect((await codes({ tlsMode: 'require' })).slice(0, 3)).toEqual(['tls_failed', 502, 'downstream']);
    await db.pool.query(
      `do $$ begin create role throughline_nobody login; exception when duplicate_object then null; end $$`
    );
    expect((await codes({ user: 'throughline_nobody' })).slice(0, 3)).toEqual(['permission_denied', 403, 'downstream']);
  });

  it('names a wrong password and a server without free connections', async () => {
    const refusals = await refusingServer();
    try {
      expect(await codes({ port: refusals.port, user: 'p28P01' })).toEqual(['wrong_password', 401, 'downstream', expect.stringMatching(/refused the password of user "p28P01"/)]); // prettier-ignore
      expect((await codes({ port: refusals.port, user: 'p53300' })).slice(0, 2)).toEqual(['too_many_connections', 503]);
      expect((await codes({ port: refusals.port, user: 'p57P03' })).slice(0, 2)).toEqual(['connection_lost', 503]);
    } finally {
      refusals.server.close();
    }
  });

  it('names a schema that is missing, older or newer', async () => {
    const empty = await testDatabase({ isEmpty: true });
    const missing = await askOnce({ database: empty.name });
    await empty.close();
    expect(failing(missing)).toEqual({ code: 'schema_missing', status: 409, source: 'downstream' });
    const older = await askOnce({}, {}, [...migrations, '999999-later']);
    expect(failing(older)).toEqual({ code: 'schema_older', status: 409, source: 'downstream' });
    expect(older.error?.message).toMatch(/the plugin needs 999999-later. Run: throughline migrate/);
    const newer = await askOnce({}, {}, migrations.slice(0, -1));
    expect(failing(newer)).toEqual({ code: 'schema_newer', status: 409, source: 'downstream' });
    expect(newer.error?.message).toMatch(/Update the plugin/);
    const unreleased = await askOnce({}, {}, ['000001-first', ...migrations.slice(1)]);
    expect(failing(unreleased)).toEqual({ code: 'schema_older', status: 409, source: 'downstream' });
    expect(unreleased.error?.message).toMatch(/before the first release .*throughline demo/);
  });
});

describe('instances', () => {
  it('keep one store per data source, rebuild it when the settings change, close it when unused', async () => {
    const own = new Instances({ migrations, onError: () => undefined, unusedMs: 0 });
    const first = own.get(settings());
    expect(own.get(settings())).toBe(first);
    expect(own.get(settings({}, { orgId: 2 }))).not.toBe(first);
    expect(own.get(settings({}, { updatedMs: 2 }))).not.toBe(first);
    await expect(first.store.run({ text: 'select 1', values: [] }, { signal: never, maxRows: 1 })).rejects.toThrow();
    expect(own.open).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 2));
    own.closeUnused();
    expect(own.open).toHaveLength(0);
    await own.closeAll();
  });

  it('serve ten data sources side by side, each with a pool of its own, and close the pools that nobody uses', async () => {
    const own = new Instances({ migrations, onError: () => undefined, unusedMs: 0 });
    const pools = async () =>
      (await db.pool.query(`select from pg_stat_activity where application_name = 'throughline grafana' and datname = current_database()`)).rowCount ?? 0; // prettier-ignore
    const before = await pools();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask({ instance: () => own.get(settings({}, { uid: `ds${index}` })) }))); // prettier-ignore
    expect(answers.map(({ error }) => error)).toEqual(Array(10).fill(null));
    expect(await pools()).toBeGreaterThanOrEqual(before + 10);
    own.closeUnused();
    await until(async () => (await pools()) <= before);
    await own.closeAll();
  });
});
