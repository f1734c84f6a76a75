/** PgBouncer in transaction mode between collector and store: each transaction may have another connection. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { serverAccount } from '../embedded/account.ts';
import { startScheduler } from '../jobs/queue.ts';
import { newLogger } from '../logger.ts';
import { openPool } from './connection.ts';
import { withHeldLock } from './held-lock.ts';
import { migrate, readMigrations } from './migrate.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

const binary = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((file) => existsSync(file));
const withPooler = binary === undefined ? describe.skip : describe;

let db: TestDatabase;
let url: string;
let pooler: ChildProcess;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-pooler-'));
const signal = new AbortController().signal;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Eight connections to the server, however many ask. */
async function startPooler(target: URL, port: number): Promise<ChildProcess> {
  const users = path.join(folder, 'users.txt');
  writeFileSync(users, `"${target.username}" "${target.password}"\n`);
  const ini = path.join(folder, 'pgbouncer.ini');
  writeFileSync(
    ini,
    `[databases]\n* = host=${target.hostname} port=${target.port || '5432'}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${String(port)}\n` +
      `unix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = transaction\ndefault_pool_size = 8\nserver_idle_timeout = 5\n`
  );
  chmodSync(folder, 0o755);
  const account = serverAccount();
  const child = spawn(binary ?? '', [ini], { stdio: 'ignore', ...(account ?? {}) });
  for (let tries = 0; tries < 100; tries++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    if (
      (await client.connect().then(
        () => client.end(),
        () => true
      )) === undefined
    )
      break;
    await sleep(50);
  }
  return child;
}

withPooler('through PgBouncer in transaction mode (needs pgbouncer)', () => {
  beforeAll(async () => {
    db = await testDatabase({ isEmpty: true });
    const target = new URL(db.url);
    const port = await freePort();
    const through = new URL(db.url);
    through.host = `127.0.0.1:${String(port)}`;
    url = through.href;
    pooler = await startPooler(target, port);
  }, 30_000);
  afterAll(async () => {
    pooler.kill('SIGKILL');
    await once(pooler, 'exit');
    rmSync(folder, { recursive: true });
    await db.close();
  });

  test('a store is migrated and derived', async () => {
    expect(await migrate(url)).toEqual(readMigrations().map(({ name }) => name));
    const pool = openPool(url);
    try {
      const derive = (): Promise<void> => deriveAll(pool, { config: configSchema.parse({}), full: true });
      await Promise.all([derive(), derive()]);
    } finally {
      await pool.end();
    }
  });

  test('a lock keeps others out as long as its work lasts, and no longer', async () => {
    const [mine, other] = [openPool(url), openPool(url)];
    try {
      const done = await withHeldLock(mine, { name: 'one', signal }, async () => {
        // Others use the same connections of the server meanwhile.
        await Promise.all([1, 2, 3, 4, 5, 6].map(() => other.query('select pg_sleep(0.05)')));
        return withHeldLock(other, { name: 'one', signal }, () => Promise.resolve('never'));
      });
      expect(done).toEqual({ isBusy: false, result: { isBusy: true } });
      expect(await withHeldLock(other, { name: 'one', signal }, () => Promise.resolve('now'))).toEqual({
        isBusy: false,
        result: 'now',
      });
    } finally {
      await mine.end();
      await other.end();
    }
  });

  test('the queue runs each stream once', async () => {
    const ran: string[] = [];
    const streams = ['a', 'b', 'c', 'd'].map((id) => ({
      id: `test/${id}`,
      every: '0 0 1 1 *',
      run: async () => {
        ran.push(id);
        await sleep(100);
      },
    }));
    const log = newLogger('silent');
    const scheduler = await startScheduler({ url, log, streams: () => Promise.resolve(streams) });
    for (let tries = 0; tries < 200 && ran.length < 4; tries++) await sleep(50);
    await scheduler.stop();
    expect(ran.sort()).toEqual(['a', 'b', 'c', 'd']);
  }, 30_000);
});
