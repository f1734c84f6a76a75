// Drives the backend as Grafana does: started as a process, over its socket. Once as the compiled executable, once under Node.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { computes } from '../../metrics/compute.generated.ts';
import { DIMENSIONS, type ParamValues } from '../../metrics/define.ts';
import { defaultParams } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { compileForTests, type CompiledBackend } from '../fixtures/compile-for-tests.ts';
import { grafanaSettings, PluginProcess } from '../fixtures/plugin-process.ts';
import { readFrame } from '../fixtures/read-frame.ts';
import { until } from '../fixtures/until.ts';
import { asWritten, readWorkedExamples } from '../fixtures/worked-example.ts';
import { inSteps } from '../query/gate/people-steps.ts';

const backend = path.join(import.meta.dirname, '..');
const readme = (id: string) => path.join(backend, '..', 'metrics', id, 'README.md');
/** Any metric with a computation (it runs in a worker thread) and any without. */
const computed = metrics.find(({ id }) => Object.hasOwn(computes, id) && existsSync(readme(id)))!;
const plain = metrics.find(({ id }) => !Object.hasOwn(computes, id))!;

let db: TestDatabase;
let executable: CompiledBackend;
beforeAll(async () => {
  db = await testDatabase();
  const example = (id: string) => readFileSync(path.join(backend, '..', 'metrics', id, 'example.sql'), 'utf8');
  await db.pool.query(example(computed.id));
  executable = compileForTests();
}, 60_000);
afterAll(async () => {
  executable.remove();
  await db.close();
});

const runtimes: Array<[string, () => readonly [string, ...string[]]]> = [
  ['the compiled executable', () => [executable.file]],
  ['the same source under Node', () => [process.execPath, path.join(backend, 'main.ts')]],
];

describe.each(runtimes)('%s', (_title, command) => {
  let plugin: PluginProcess;
  beforeAll(async () => {
    plugin = await PluginProcess.start(command());
  });
  afterAll(async () => {
    await plugin.stop();
  });
  const stored = (queryType: string, params: object = {}) => ({ queryType, params, version: 1 });
  const waiting = async () => {
    const locks = `select count(*)::int as n from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`;
    return (await db.pool.query<{ n: number }>(locks)).rows[0]!.n;
  };

  it('prints the handshake and nothing else, and logs lines that Grafana understands', async () => {
    expect(plugin.handshake).toMatch(/^1\|2\|unix\|.*plugin\.sock\|grpc$/);
    await until(() => Promise.resolve(plugin.logs.length > 0));
    const [started] = plugin.logs;
    expect(JSON.parse(started ?? '')).toMatchObject({
      '@level': 'info',
      '@message': 'Started',
      '@timestamp': expect.stringMatching(/\.\d{6}Z$/),
    });
  });

  it('says that it serves', async () => {
    expect(await plugin.call('grpc.health.v1.Health/Check', { service: 'plugin' })).toEqual({ status: 1 });
  });

  it('checks a data source: what it found, or what is wrong', async () => {
    const check = (settings: object) =>
      plugin.call<{ status: number; message: string; jsonDetails: Buffer }>('pluginv2.Diagnostics/CheckHealth', { pluginContext: { orgId: 1, dataSourceInstanceSettings: settings } }); // prettier-ignore
    const good = await check(grafanaSettings(db));
    expect(good).toMatchObject({ status: 1, message: expect.stringMatching(/^Store "test_.*schema 0\d+.*PostgreSQL/) });
    expect(JSON.parse(good.jsonDetails.toString())).toMatchObject({ warnings: [], streams: [] });
    const bad = await check(grafanaSettings(db, { port: 1 }, 'bad'));
    expect(bad).toMatchObject({ status: 2, message: expect.stringMatching(/^Nothing listens at/) });
    expect(await plugin.call('pluginv2.Diagnostics/CheckHealth', {})).toMatchObject({
      status: 2,
      message: expect.stringMatching(/names no data source/),
    });
  });

  it('answers the queries of a panel side by side: numbers of a worker thread, and errors by name', async () => {
    const [example] = readWorkedExamples(readFileSync(readme(computed.id), 'utf8'));
    const range = { from: example!.from.toISOString(), to: example!.to.toISOString() };
    const answers = await plugin.query(grafanaSettings(db), [
      {
        refId: 'A',
        json: { ...stored(computed.id, { ...example!.params, format: 'table', columns: 'all' }), tz: example!.tz },
        ...range,
      },
      { refId: 'B', json: stored('nope') },
      { refId: 'C', json: 'select 1; drop table repo' },
      { refId: 'D', json: stored(plain.id, { format: 'table' }) },
    ]);
    expect(answers['A']).toMatchObject({ status: 200, error: '' });
    const frame = readFrame(answers['A']!.frames[0]!);
    const rows = Array.from({ length: frame.length }, (_, row) => Object.fromEntries(frame.fields.map(({ name, type, values }) => [name, String(type) === 'time' ? new Date(Number(values[row])) : (values[row] as string)]))); // prettier-ignore
    // A Viewer sees counts of people, and of what a row leaves out, in steps.
    const params = { ...defaultParams(computed), ...(example!.params as ParamValues) };
    const step = inSteps(computed, params, 5);
    const seen = example!.rows.map((row) => {
      const given = Object.fromEntries(row.map((cell, column) => [example!.columns[column]!, Number.isNaN(Number(cell)) ? cell : Number(cell)])); // prettier-ignore
      const stepped = step(given);
      return row.map((cell, column) => {
        const name = example!.columns[column]!;
        return stepped[name] === given[name] ? cell : String(stepped[name]);
      });
    });
    expect(seen).not.toEqual(example!.rows);
    expect(asWritten({ ...example!, rows: seen }, rows)).toEqual(seen);
    expect(answers['B']).toMatchObject({
      status: 400,
      errorSource: 'downstream',
      error: expect.stringMatching(/^Unknown metric "nope"/),
    });
    expect(answers['C']).toMatchObject({
      status: 400,
      errorSource: 'downstream',
      error: expect.stringMatching(/must be an object/),
    });
    expect(answers['D']).toMatchObject({ status: 200, error: '' });
    expect(await plugin.query(grafanaSettings(db, { port: 1 }, 'bad'), [{ json: stored(plain.id) }])).toMatchObject({ A: { status: 502, errorSource: 'downstream' } }); // prettier-ignore
  });

  it('gives an alert rule a frame without a field where there is nothing, with the reason', async () => {
    const settings = grafanaSettings(db);
    const headers = { FromAlert: 'true' };
    const past = { from: '1999-01-01T00:00:00Z', to: '1999-02-01T00:00:00Z' };
    const answers = await plugin.query(settings, [
      { refId: 'A', json: stored(computed.id, { format: 'numeric' }), ...past },
    ], { headers, role: 'Admin' }); // prettier-ignore
    expect(answers['A']).toMatchObject({ status: 200, error: '' });
    const [frame, ...rest] = answers['A']!.frames.map(readFrame);
    expect([frame?.fields, rest]).toEqual([[], []]);
    expect(frame?.meta?.notices?.map(({ text }) => text).join(' ')).not.toBe('');
    expect((await plugin.query(settings, [{ json: stored(computed.id), ...past }]))['A']!.frames).toHaveLength(1);
  });

  it.each(['', 'Viewer', 'None'])(
    'takes nobody with the role "%s" for an alert rule: a public dashboard passes the header on',
    async (role) => {
      const asked = [{ json: stored(computed.id, { format: 'table' }) }];
      const { A } = await plugin.query(grafanaSettings(db), asked, { headers: { FromAlert: 'true' }, role });
      expect(A).toMatchObject({ status: 200, error: '' });
      const rule = await plugin.query(grafanaSettings(db), asked, { headers: { FromAlert: 'true' }, role: 'Admin' });
      expect(rule['A']).toMatchObject({ status: 400 });
    }
  );

  it('answers resources: metrics, dimensions and their values, narrowed by others', async () => {
    const settings = grafanaSettings(db);
    expect((await plugin.resource(settings, 'metrics')).body).toHaveLength(metrics.length);
    expect((await plugin.resource(settings, 'dimensions')).body).toHaveLength(DIMENSIONS.length);
    const all = await plugin.resource(settings, 'dimensions/usage_bucket');
    expect(all).toMatchObject({ code: 200, body: { isCut: false } });
    expect(all.body).toMatchObject({ values: expect.arrayContaining([{ value: 'zero', text: 'no use' }]) });
    const some = await plugin.resource(settings, 'dimensions/usage_bucket', {
      url: 'dimensions/usage_bucket?search=SEAT',
    });
    expect(some.body).toMatchObject({ values: [{ value: 'zero_seated' }, { value: 'zero_unseated' }] });
    expect(await plugin.resource(settings, 'dimensions/person')).toMatchObject({
      code: 404,
      body: { code: 'not_found' },
    });
    expect(await plugin.resource(settings, 'dimensions/team', { body: '{"filters":{"nope":["x"]}}' })).toMatchObject({
      code: 400,
    });
    expect(await plugin.resource(settings, 'dimensions/team', { body: '{' })).toMatchObject({ code: 400 });
    expect(await plugin.resource(settings, 'nope')).toMatchObject({ code: 404 });
  });

  it('stops the statement when Grafana gives a query up, and goes on', async () => {
    const locker = await db.pool.connect();
    try {
      await locker.query('begin; lock table setting, throughline_migration in access exclusive mode');
      const begin = (call: { cancel: () => void }) => {
        void until(async () => (await waiting()) > 0).then(() => {
          call.cancel();
        });
      };
      const answer = plugin.query(grafanaSettings(db, {}, 'cancel'), [{ json: stored(plain.id) }], { begin });
      await expect(answer).rejects.toThrow(/CANCELLED/i);
      await until(async () => (await waiting()) === 0);
    } finally {
      await locker.query('rollback');
      locker.release();
    }
    expect((await plugin.query(grafanaSettings(db, {}, 'cancel'), [{ json: stored(plain.id) }]))['A']!.error).toBe('');
  });

  it('counts what it did, for Prometheus', async () => {
    const { metrics: payload } = await plugin.call<{ metrics: { prometheus: Buffer } }>(
      'pluginv2.Diagnostics/CollectMetrics',
      {}
    );
    const text = payload.prometheus.toString('utf8');
    expect(text).toContain(`throughline_queries_total{metric="${computed.id}",code="ok"}`);
    expect(text).toContain('throughline_queries_total{metric="",code="unknown_metric"} 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('ends in order when Grafana says so, and removes its socket', async () => {
    const other = await PluginProcess.start(command());
    const socket = other.handshake.split('|')[3] ?? '';
    await other.query(grafanaSettings(db), [{ json: stored(plain.id) }]);
    expect(existsSync(socket)).toBe(true);
    await other.call('plugin.GRPCController/Shutdown', {});
    expect(await other.ended()).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it('refuses to run by hand', async () => {
    await expect(PluginProcess.start(command(), { grafana_plugin_type: '' })).rejects.toThrow(/Grafana starts it/);
  });
});
