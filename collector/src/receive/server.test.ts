import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { migrate, readMigrations } from '../store/migrate.ts';
import { startServer, type RunningServer } from './server.ts';

let db: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  db = await testDatabase();
  server = await startServer({ host: '127.0.0.1', port: 0, pool: db.pool });
});
afterAll(async () => {
  await server.close();
  await db.close();
});
const get = (path: string) => fetch(`http://127.0.0.1:${String(server.port)}${path}`);

test('health is ok while the store answers', async () => {
  const answer = await get('/health');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ok' });
});

test('a stream that never succeeded has rows but no lag: unknown is not zero', async () => {
  await db.pool.query(
    `insert into stream_state (stream_id, row_count, last_error) values ('git/history/a', 3, 'boom')`
  );
  const text = await (await get('/metrics')).text();
  expect(text).toContain('throughline_stream_rows{stream="git/history/a"} 3');
  expect(text).toContain('throughline_stream_failed{stream="git/history/a"} 1');
  expect(text).not.toContain('throughline_stream_lag_seconds{stream="git/history/a"}');
});

test('metrics tell lag, work that waits, rates, errors by code and how long the derivation took', async () => {
  await db.pool.query(`
    insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, last_seconds, last_error) values
      ('derive/facts', null, now() - interval '50 seconds', now() - interval '40 seconds', 10, null),
      ('git/history/b', now() - interval '2 hours', now(), now() - interval '1 hour', 3, 'no space (a: b) [disk_full]'),
      ('git/history/c', null, now(), null, null, 'no space [disk_full]');
    insert into dirty (kind, repo_id, item) values ('change', 1, 'a'), ('change', 1, 'b');
    insert into rate_budget (budget, window_started_at, used_count, allowed_count, blocked_until) values
      ('github/1', now(), 4990, 5000, now() + interval '1 hour'), ('jira/1', now(), 1, 10, null);
    create schema graphile_worker;
    create view graphile_worker.jobs as select * from (values
      ('stream', now() - interval '1 hour', 0, 5, null::timestamptz), ('stream', now() + interval '1 hour', 1, 5, null),
      ('stream', now(), 5, 5, null), ('stream', now(), 1, 5, now())) as j(task_identifier, run_at, attempts, max_attempts, locked_at)`);
  const text = await (await get('/metrics')).text();
  const values = Object.fromEntries(
    [...text.matchAll(/^throughline_(\S+) (\S+)$/gm)].map(([, name, value]) => [name, Math.round(Number(value))])
  );
  expect(values).toMatchObject({
    'stream_run_seconds{stream="derive/facts"}': 10,
    'errors{code="disk_full"}': 2,
    'errors{code="internal"}': 1,
    'derive_stale{kind="change"}': 2,
    'rate_used{budget="github/1"}': 4990,
    'rate_allowed{budget="github/1"}': 5000,
    'queue_jobs{state="waiting"}': 2,
    'queue_jobs{state="running"}': 1,
    'queue_jobs{state="given_up"}': 1,
  });
  const near = (name: string, seconds: number): void => {
    expect(values[name]).toBeGreaterThanOrEqual(seconds - 1);
    expect(values[name]).toBeLessThan(seconds + 60);
  };
  near('stream_lag_seconds{stream="derive/facts"}', 40);
  near('stream_behind_seconds{stream="git/history/b"}', 7200);
  near('queue_oldest_seconds{task="stream"}', 3600);
  expect(values['rate_blocked_seconds{budget="github/1"}']).toBeGreaterThan(3500);
  // What is not known has no sample.
  for (const name of [
    'stream_behind_seconds{stream="derive/facts"}',
    'stream_run_seconds{stream="git/history/c"}',
    'rate_blocked_seconds{budget="jira/1"}',
  ]) {
    expect(values).not.toHaveProperty([name]);
  }
});

/** Names of our metrics in a text. */
const namesIn = (text: string): string[] => [...new Set(text.match(/\bthroughline_[a-z_]+/g) ?? [])].sort();

describe('the alert rules for Prometheus', () => {
  const folder = path.join(import.meta.dirname, '../../..', 'provisioning/prometheus');
  const rules = readFileSync(path.join(folder, 'throughline.rules.yaml'), 'utf8');

  test('ask for metrics that are served', async () => {
    const served = namesIn(await (await get('/metrics')).text());
    expect(namesIn(rules).filter((name) => !served.includes(name))).toEqual([]);
  });

  const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((file) => existsSync(file));
  (promtool === undefined ? test.skip : test)('fire and stay silent as their tests say (needs promtool)', () => {
    for (const args of [
      ['check', 'rules', 'throughline.rules.yaml'],
      ['test', 'rules', 'throughline.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync(promtool ?? '', args, { cwd: folder, encoding: 'utf8' });
      expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
    }
  });
});

test('a port in use is one clear line', async () => {
  await expect(startServer({ host: '127.0.0.1', port: server.port, pool: db.pool })).rejects.toMatchObject({
    code: 'http_port',
    message: expect.stringContaining(`Port ${String(server.port)} on 127.0.0.1`),
  });
});

test('live asks nobody, ready asks for this schema: an empty store and one that is gone are live and not ready', async () => {
  const empty = await testDatabase({ isEmpty: true });
  let isFilled = false;
  const other = await startServer({ host: '127.0.0.1', port: 0, pool: empty.pool, isFilled: () => isFilled });
  const ask = async (path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`http://127.0.0.1:${String(other.port)}${path}`);
    return { status: answer.status, body: await answer.json() };
  };
  try {
    expect(await ask('/live')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await ask('/health')).toMatchObject({ status: 200 });
    expect(await ask('/ready')).toEqual({
      status: 503,
      body: { status: 'unavailable', reason: expect.stringContaining(readMigrations().at(-1)?.name ?? '') as string },
    });
    await migrate(empty.url);
    expect(await ask('/ready')).toEqual({ status: 200, body: { status: 'ok', first_pass: 'running' } });
    isFilled = true;
    expect(await ask('/ready')).toEqual({ status: 200, body: { status: 'ok', first_pass: 'done' } });
    await empty.close();
    expect(await ask('/live')).toMatchObject({ status: 200 });
    expect(await ask('/health')).toMatchObject({ status: 503 });
    expect(await ask('/ready')).toMatchObject({ status: 503 });
  } finally {
    await other.close();
  }
});
