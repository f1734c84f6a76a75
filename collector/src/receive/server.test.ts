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
