// What goes wrong at a customer's, through the socket of the compiled executable: each says what and what next, and others go on.
import { tableFromIPC } from 'apache-arrow';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { compileForTests, WITH_FALL_SPEED, type CompiledBackend } from '../fixtures/compile-for-tests.ts';
import { grafanaSettings, PluginProcess, type Answered } from '../fixtures/plugin-process.ts';
import { readFrame } from '../fixtures/read-frame.ts';
import { refusingServer } from '../fixtures/refusing-server.ts';
import { pointsQuery, soak } from '../fixtures/soak.ts';
import { until } from '../fixtures/until.ts';

let db: TestDatabase;
let executable: CompiledBackend;
let plugin: PluginProcess;
beforeAll(async () => {
  db = await testDatabase();
  executable = compileForTests(WITH_FALL_SPEED);
  plugin = await PluginProcess.start([executable.file]);
}, 60_000);
afterAll(async () => {
  await plugin.stop();
  executable.remove();
  await db.close();
});

const fall = (params: object) => ({ queryType: 'fall-speed', version: 1, params });
const SLEEP = fall({ mode: 'sleep', format: 'table' });
/** The writer, who may see and end statements of its own. */
const asWriter = (uid: string, changed: object = {}) =>
  grafanaSettings(db, { user: new URL(db.url).username, ...changed }, uid);
const ask = async (settings: object, json: unknown, rest: { from?: string; to?: string } = {}) =>
  (await plugin.query(settings, [{ json, ...rest }]))['A']!;
const failure = ({ status, errorSource, error, frames }: Answered) => ({ status, errorSource, error, frames });
const downstream = (status: number, error: RegExp) => ({
  status,
  errorSource: 'downstream',
  error: expect.stringMatching(error) as string,
  frames: [],
});
const notices = ({ frames }: Answered) => readFrame(frames[0]!).meta?.notices?.map(({ text }) => text) ?? [];
/** Without reading the rows. */
const noticesOf = ({ frames }: Answered) => tableFromIPC(frames[0]).schema.metadata.get('meta') ?? '';
/** The data source next door is well. */
const expectOthersGoOn = async () => {
  expect(await ask(grafanaSettings(db), pointsQuery(3))).toMatchObject({ status: 200, error: '' });
};
const sleeping = async (database: TestDatabase) => {
  const text = `select pid from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = $1`;
  return (await db.pool.query(text, [database.name])).rowCount ?? 0;
};

describe('a store that does not answer', () => {
  it('is named: wrong password, nobody listening, unknown host, server full, server starting', async () => {
    const refusals = await refusingServer();
    const refused = (user: string) => ask(grafanaSettings(db, { port: refusals.port, user }, user), pointsQuery(1));
    const elsewhere = (changed: object) => ask(grafanaSettings(db, { ...changed }, JSON.stringify(changed)), pointsQuery(1)); // prettier-ignore
    try {
      expect(failure(await refused('p28P01'))).toEqual(downstream(401, /refused the password of user "p28P01"\. Enter it again/)); // prettier-ignore
      expect(failure(await refused('p53300'))).toEqual(downstream(503, /no connection left .*Lower the pool size/));
      expect(failure(await refused('p57P03'))).toEqual(downstream(503, /next query connects again/));
      expect(failure(await elsewhere({ port: 1 }))).toEqual(downstream(502, /^Nothing listens at .*:1\. Check host and port/)); // prettier-ignore
      expect(failure(await elsewhere({ host: 'no-such-host.invalid' }))).toEqual(downstream(502, /"no-such-host.invalid" is unknown\. Check/)); // prettier-ignore
      expect(failure(await elsewhere({ host: '' }))).toEqual(downstream(400, /^No host is set\. Open the data source/));
    } finally {
      refusals.server.close();
    }
    await expectOthersGoOn();
  });

  it('is named when it goes in the middle of a query, and when it is gone for good', async () => {
    const doomed = await testDatabase();
    const settings = grafanaSettings(doomed, { user: new URL(doomed.url).username }, 'doomed');
    const answer = ask(settings, SLEEP);
    await until(async () => (await sleeping(doomed)) === 1);
    await expectOthersGoOn();
    await doomed.close();
    expect(failure(await answer)).toEqual(downstream(503, /lost in the middle of a query\. The next query connects again/)); // prettier-ignore
    expect(failure(await ask(settings, SLEEP))).toEqual(downstream(502, /has no database "test_\w+"\. Check the database name/)); // prettier-ignore
    await expectOthersGoOn();
  });

  it('is named when its schema is missing, older or newer than the plugin', async () => {
    const bare = await testDatabase({ isEmpty: true });
    const other = await testDatabase();
    const asked = (database: TestDatabase, uid: string) => ask(grafanaSettings(database, {}, uid), pointsQuery(1));
    try {
      expect(failure(await asked(bare, 'bare'))).toEqual(
        downstream(409, /no Throughline store\. .*throughline migrate/)
      );
      await other.pool.query(`insert into throughline_migration (name, sha256) values ('999999_later', '')`);
      expect(failure(await asked(other, 'newer'))).toEqual(downstream(409, /newer than this plugin: it has 999999_later .*Update the plugin/)); // prettier-ignore
      await other.pool.query(`delete from throughline_migration where name >= (select max(name) from throughline_migration where name < '999999')`); // prettier-ignore
      expect(failure(await asked(other, 'older'))).toEqual(
        downstream(409, /older than this plugin: .*throughline migrate/)
      );
    } finally {
      await closeSources(['bare', 'newer', 'older']);
      await bare.close();
      await other.close();
    }
  });
});

/** Points data sources elsewhere, which closes their pools. */
async function closeSources(uids: readonly string[]): Promise<void> {
  for (const uid of uids) {
    await ask({ ...grafanaSettings(db, { port: 1 }, uid), lastUpdatedMS: 2 }, pointsQuery(1));
  }
}

describe('a role that can write', () => {
  it('is warned of by name, and still cannot write', async () => {
    const { status, message, jsonDetails } = await plugin.call<{
      status: number;
      message: string;
      jsonDetails: Buffer;
    }>('pluginv2.Diagnostics/CheckHealth', {
      pluginContext: { orgId: 1, dataSourceInstanceSettings: asWriter('writer') },
    });
    expect(status).toBe(1);
    expect(message).toMatch(/Warning: role "\w+" can write to the store\. Panels only read: use throughline_reader\./);
    expect(JSON.parse(jsonDetails.toString())).toMatchObject({ warnings: [expect.stringMatching(/can write/)] });
    expect(await ask(asWriter('writer'), pointsQuery(1))).toMatchObject({ status: 200 });
  });
});

describe('a query that was edited by hand', () => {
  const broken: ReadonlyArray<readonly [unknown, RegExp]> = [
    ['select 1; drop table repo', /must be an object/],
    ['', /must be an object/],
    [[], /must be an object/],
    [null, /must be an object/],
    [{ queryType: 'nope' }, /^Unknown metric "nope"/],
    [{ queryType: 7, params: {} }, /metric/i],
    [{ queryType: 'fall-speed', params: [] }, /params/],
    [{ queryType: 'fall-speed', params: 'groups' }, /params/],
    [{ queryType: 'fall-speed', params: { speed: 1 } }, /no param "speed"/],
    [{ queryType: 'fall-speed', params: { groups: 'many' } }, /groups/],
    [{ queryType: 'fall-speed', params: { groups: { $gt: 1 } } }, /groups/],
    [{ queryType: 'fall-speed', params: { groups: -1 } }, /groups/],
    [{ queryType: 'fall-speed', params: { groups: 1e308 } }, /groups/],
    [{ queryType: 'fall-speed', params: { team: [['x']] } }, /team/],
    [{ queryType: 'fall-speed', params: { team: ["x'; drop table repo; --", 1] } }, /team/],
    [{ queryType: 'fall-speed', params: { group_by: ['__proto__'] } }, /group_by/],
    [{ queryType: 'fall-speed', params: { format: 'pie' } }, /format "pie"/],
    [{ queryType: 'fall-speed', params: {}, tz: 'Mars/Olympus' }, /Mars\/Olympus/],
    [{ queryType: 'fall-speed', params: {}, version: 'x' }, /version/],
    [{ queryType: 'fall-speed', params: {}, adhocFilters: [{ key: 1 }] }, /filter/i],
    [
      {
        queryType: 'fall-speed',
        params: {},
        adhocFilters: Array(51).fill({ key: 'team', operator: '!=', value: 'x' }),
      },
      /^The query has 51 ad-hoc filters; at most 50 are allowed/,
    ],
    [
      {
        queryType: 'fall-speed',
        params: {},
        adhocFilters: [{ key: 'team', operator: '=|', values: Array(501).fill('x') }],
      },
      /^Ad-hoc filter on team: it has 501 values; at most 500/,
    ],
    [{ queryType: 'fall-speed', params: { team: Array(501).fill('x') } }, /"team" has 501 values; at most 500/],
    [{ queryType: 'fall-speed', params: { team: ['x'.repeat(501)] } }, /at most 500 characters/],
  ];

  it('is refused by name; the good query of the same panel is answered', async () => {
    const queries = broken.map(([json], index) => ({ refId: `B${String(index)}`, json: typeof json === 'string' ? json : JSON.stringify(json) })); // prettier-ignore
    const answers = await plugin.query(grafanaSettings(db), [...queries, { refId: 'good', json: pointsQuery(2) }]);
    for (const [index, [json, error]] of broken.entries()) {
      expect({ json, ...failure(answers[`B${String(index)}`]!) }).toEqual({ json, ...downstream(400, error) });
    }
    expect(answers['good']).toMatchObject({ status: 200, error: '' });
  });
});

describe('a request that nobody makes by hand', () => {
  it('is refused where it holds more queries than a panel has, each by name; a hundred are answered', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ refId: `Q${String(index)}`, json: pointsQuery(1) })); // prettier-ignore
    const refused = await plugin.query(grafanaSettings(db), many(101));
    expect(Object.values(refused).map(failure)).toEqual(Array(101).fill(downstream(400, /^The request holds 101 queries; at most 100 are answered at once\./))); // prettier-ignore
    expect(Object.values(await plugin.query(grafanaSettings(db), many(100))).map(({ status }) => status)).toEqual(Array(100).fill(200)); // prettier-ignore
  });

  it.each(['+275000-01-01T00:00:00Z', '-270000-01-01T00:00:00Z', '1899-12-31T00:00:00Z', '2200-01-01T00:00:00Z'])(
    'is refused where its range reaches beyond what the store knows: %s',
    async (at) => {
      const beyond = downstream(400, /^The range .* cannot be asked for: .* is not in the years 1900 to 2199\.$/);
      for (const json of [pointsQuery(1), { queryType: 'durability', params: {}, version: 1 }]) {
        expect(failure(await ask(grafanaSettings(db), json, { from: at }))).toEqual(beyond);
        expect(failure(await ask(grafanaSettings(db), json, { to: at }))).toEqual(beyond);
      }
    }
  );

  it.each([
    [{ team: Array(501).fill('x') }, /"filters.team" has 501 values; at most 500/],
    [{ team: ['x'.repeat(501)] }, /at most 500 characters/],
    [{ team: [7] }, /"filters.team" holds 7/],
  ])('is refused where a list of values is asked for with more filters: %#', async (filters, error) => {
    const url = `dimensions/repo?filters=${JSON.stringify(filters)}`;
    const { code, body } = await plugin.resource(grafanaSettings(db), 'dimensions/repo', { url });
    expect({ code, body }).toEqual({ code: 400, body: { code: 'bad_value', message: expect.stringMatching(error) as string, error: expect.stringMatching(error) as string } }); // prettier-ignore
  });
});

describe('more than a panel can hold', () => {
  it('is cut with a notice that says how much of how much: series and rows', async () => {
    const many = await ask(grafanaSettings(db), fall({ groups: 10_000, points: 1, format: 'timeseries' }));
    expect(many.frames).toHaveLength(1000);
    expect(notices(many)).toContainEqual(expect.stringMatching(/^Showing 1000 of 10000 series: /));
    const long = await ask(grafanaSettings(db), fall({ groups: 1, points: 210_000, format: 'table' }));
    expect(tableFromIPC(long.frames[0]).numRows).toBe(200_000);
    expect(noticesOf(long)).toContain('Showing 200000 of 210000 rows: ');
  });

  it('is answered for a range of ten years, by every metric and in the smallest buckets', async () => {
    const range = { from: '2016-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    const queries = metrics.map(({ id, params, formats }) => {
      const smallest = params['bucket']?.kind === 'choice' ? params['bucket'].choices.find(({ value }) => value !== 'none' && value !== 'auto')?.value : undefined; // prettier-ignore
      return { refId: id, json: { queryType: id, version: 1, params: { format: formats.at(-1), ...(smallest === undefined ? {} : { bucket: smallest }) } }, ...range }; // prettier-ignore
    });
    const answers = await plugin.query(grafanaSettings(db), queries);
    expect(Object.entries(answers).map(([id, { status, error }]) => [id, status, error])).toEqual(metrics.map(({ id }) => [id, 200, ''])); // prettier-ignore
    // The last one is not over and is no point.
    const hours = await ask(grafanaSettings(db), pointsQuery(87_673), range);
    expect(tableFromIPC(hours.frames[0]).numRows).toBe(87_672);
  });

  it('is nothing at all in an empty store, and says so', async () => {
    expect(notices(await ask(grafanaSettings(db), fall({ groups: 0, format: 'table' })))).toEqual([
      expect.stringMatching(/^The store is empty: .*npm start/),
    ]);
  });
});

describe('a query that Grafana gives up', () => {
  it('stops in Postgres, whether it runs or waits for a connection', async () => {
    const settings = asWriter('cancel', { poolSize: 1 });
    const calls: Array<{ cancel: () => void }> = [];
    const begin = (call: { cancel: () => void }) => calls.push(call);
    const running = plugin.query(settings, [{ json: SLEEP }], { begin });
    await until(async () => (await sleeping(db)) === 1);
    const waiting = plugin.query(settings, [{ json: SLEEP }], { begin });
    await expectOthersGoOn();
    for (const call of calls) {
      call.cancel();
    }
    const ended = await Promise.allSettled([running, waiting]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until(async () => (await sleeping(db)) === 0);
    expect(await ask(settings, pointsQuery(1))).toMatchObject({ status: 200, error: '' });
  });

  it('ends by itself at the query timeout', async () => {
    const answer = ask(asWriter('timeout', { queryTimeoutSeconds: 1 }), SLEEP);
    await expectOthersGoOn();
    expect(failure(await answer)).toEqual(downstream(504, /longer than the query timeout\. .*raise the timeout/));
  });
});

describe('many at once', () => {
  it('ten data sources have a pool each', async () => {
    const uids = Array.from({ length: 10 }, (_, index) => `ds-${String(index)}`);
    const answers = await Promise.all(uids.map((uid) => ask(grafanaSettings(db, {}, uid), pointsQuery(10))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { metrics: payload } = await plugin.call<{ metrics: { prometheus: Buffer } }>('pluginv2.Diagnostics/CollectMetrics', {}); // prettier-ignore
    const gauge = (name: string) =>
      Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(payload.prometheus.toString())?.[1]);
    expect(gauge('throughline_data_sources')).toBeGreaterThanOrEqual(10);
    expect(gauge('throughline_connections')).toBeGreaterThanOrEqual(10);
  });

  // The whole soak (2,000 queries) is in `npm run bench -- --plugin`.
  it('400 queries of 2,000 points, 20 at once: no error, memory flat and below 200 MB', async () => {
    const fresh = await PluginProcess.start([executable.file]);
    try {
      const { errors, megabytes } = await soak(fresh, grafanaSettings(db), {
        queries: 400,
        points: 2000,
        parallel: 20,
      });
      expect([...new Set(errors)]).toEqual([]);
      const [, middle, last] = megabytes;
      if (!Number.isNaN(last)) {
        expect(Math.max(...megabytes)).toBeLessThan(200);
        // After so few queries the process is still warming up: that memory stays flat is judged by the whole soak.
        expect(last).toBeLessThan(middle * 1.4);
      }
    } finally {
      await fresh.stop();
    }
  }, 120_000);
});
