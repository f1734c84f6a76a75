/** Whatever ends meanwhile, what a sender was told to be accepted is in the store, and once; what was not it sends again. */
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase, testPool, type TestDatabase } from '../../../testing/database.ts';
import { freePort, startOtlp, TOKEN } from '../../../testing/otlp-process.ts';
import { sendPersistently, type Persistence } from '../../../testing/persistent-sender.ts';
import { receive } from '../../../testing/receiving.ts';
import { urlOf, withClient } from '../../../testing/server.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

interface Stored {
  readonly points: number;
  readonly sum: number;
  readonly waiting: number;
}
const LIMIT_MS = 60_000;

/** Works off what is left, also what waits for another try because the store was away, and gives what is in the store. */
async function stored(): Promise<Stored | undefined> {
  const receiving = await receive(db, CONFIG);
  const until = Date.now() + LIMIT_MS;
  try {
    for (;;) {
      await receiving.work();
      const { rows } = await db.pool.query<Stored>(
        `select count(*)::integer as points, sum(value)::float8 as sum, (select count(*)::integer from inbox where state <> 'done') as waiting from tool_point`
      );
      if (rows[0]?.waiting === 0 || Date.now() > until) return rows[0];
      await pause(200);
    }
  } finally {
    await receiving.close();
  }
}

const sending = (url: string): Persistence => ({ url, token: TOKEN, senders: 3, exports: 6, points: 20 });
const CONFIG = { otlp: { tokens: [{ token: TOKEN }] } };

test('a process that is killed while exports are accepted', async () => {
  const port = await freePort();
  let running = await startOtlp(db.url, port);
  const restarts: Promise<void>[] = [];
  const restart = async (): Promise<void> => {
    await running.kill();
    running = await startOtlp(db.url, port);
  };
  const onAccepted = (count: number): void => {
    if (count >= 5 && restarts.length === 0) restarts.push(restart());
  };
  try {
    const { points, sum } = await sendPersistently({ ...sending(`http://127.0.0.1:${String(port)}`), onAccepted });
    expect(restarts).toHaveLength(1);
    await Promise.all(restarts);
    await running.kill();
    expect(await stored()).toEqual({ points, sum, waiting: 0 });
  } finally {
    await running.kill();
  }
}, 120_000);

/** As a server that starts anew does: every connection ends, and none is taken for a while. */
async function shutOut(): Promise<void> {
  await withClient(urlOf(db.url, { database: 'postgres' }), async (client) => {
    await client.query(`alter database ${db.name} with allow_connections false`);
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = current_user`, [db.name]); // prettier-ignore
    await pause(300);
    await client.query(`alter database ${db.name} with allow_connections true`);
  });
}

test('a store that ends every connection and takes none for a while', async () => {
  const receiving = await receive(db, CONFIG);
  let shut: Promise<void> = Promise.resolve();
  let times = 0;
  // One at a time, as the queue works: runs beside one another count each other's deliveries as begun, and one begun too often is set aside.
  const working: { now: Promise<void> | null } = { now: null };
  const work = async (): Promise<void> => {
    await receiving.work().catch(() => undefined);
    working.now = null;
  };
  const onAccepted = (count: number): void => {
    working.now ??= work();
    if (count % 7 === 4) shut = shut.then(shutOut);
    times += count % 7 === 4 ? 1 : 0;
  };
  const { points, sum } = await sendPersistently({ ...sending(receiving.url), onAccepted });
  await shut;
  await working.now;
  await receiving.close();
  expect(times).toBe(3);
  expect(await stored()).toEqual({ points, sum, waiting: 0 });
}, 120_000);

test('what is accepted is on the disk before it is answered, also where the commits of the server wait for no disk', async () => {
  await db.pool.query(`create table waited (setting text);
    create function note() returns trigger language plpgsql as $$ begin insert into waited values (current_setting('synchronous_commit')); return null; end $$;
    create trigger note after insert on inbox for each row execute function note()`);
  const pool = testPool({ connectionString: db.url, max: 2, options: '-c synchronous_commit=off' });
  const receiving = await receive({ pool }, CONFIG);
  try {
    await sendPersistently({ url: receiving.url, token: TOKEN, senders: 1, exports: 1, points: 1 });
    expect((await pool.query('select setting from waited')).rows).toEqual([{ setting: 'on' }]);
    expect((await pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }]);
  } finally {
    await receiving.close();
    await pool.end();
  }
});
