import { testDatabase, type TestDatabase } from '../../testing/database.ts';
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
