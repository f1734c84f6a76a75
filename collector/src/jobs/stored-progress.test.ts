import { parseConfig } from '../config/load.ts';
import { deriveAll, STEPS } from '../derive/derive.ts';
import { openPool } from '../store/connection.ts';
import { progressOn } from '../terminal/progress.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import type { Job } from './job.ts';
import { runPass } from './run-once.ts';
import { withStoredProgress, type StoredRun } from './stored-progress.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.pool.query(`truncate stream_state; insert into stream_state (stream_id) values ('t/slow')`);
});

const nowhere = progressOn(null);
const run = (given: Partial<StoredRun> = {}): StoredRun => ({
  pool: db.pool,
  streamId: 't/slow',
  line: nowhere.start('slow'),
  signal: new AbortController().signal,
  everyMs: 10,
  ...given,
});

const stored = async (id = 't/slow'): Promise<unknown> => {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    'select run_done, run_total, run_unit, alive_at is not null as is_alive from stream_state where stream_id = $1',
    [id]
  );
  return rows[0];
};
const nothing = { run_done: null, run_total: null, run_unit: null };

/** Waits until the store holds this. */
async function until(expected: object): Promise<void> {
  for (let look = 0; look < 500 && JSON.stringify(await stored()) !== JSON.stringify(expected); look++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(await stored()).toEqual(expected);
}

test('what a run tells is in the store while it goes on, and gone when it has ended', async () => {
  const result = await withStoredProgress(run(), async (line) => {
    line.update(4_000, 10_000, 'commits');
    await until({ run_done: 4_000, run_total: 10_000, run_unit: 'commits', is_alive: true });
    line.update(7, null, 'notes \u0000');
    await until({ run_done: 7, run_total: null, run_unit: 'notes \\x00', is_alive: true });
    return 'done';
  });
  expect(result).toBe('done');
  expect(await stored()).toEqual({ ...nothing, is_alive: true });
});

test('a run that fails leaves no progress; one that is told to stop leaves what it had done', async () => {
  const failed = withStoredProgress(run(), (line) => {
    line.update(1, 2, 'pages');
    return Promise.reject(new Error('the source is down'));
  });
  await expect(failed).rejects.toThrow('the source is down');
  expect(await stored()).toMatchObject(nothing);
  const stopping = new AbortController();
  await withStoredProgress(run({ signal: stopping.signal }), async (line) => {
    line.update(1, 2, 'pages');
    await until({ run_done: 1, run_total: 2, run_unit: 'pages', is_alive: true });
    stopping.abort();
  });
  expect(await stored()).toMatchObject({ run_done: 1, run_total: 2, run_unit: 'pages' });
});

test('a store that is away stops no run', async () => {
  const pool = openPool('postgres://nobody@127.0.0.1:1/none');
  const result = await withStoredProgress(run({ pool }), async (line) => {
    line.update(1, 2, 'pages');
    await new Promise((resolve) => setTimeout(resolve, 100));
    return 'done';
  });
  expect(result).toBe('done');
  await pool.end();
});

test('a pass lists all of its streams before the first one ends', async () => {
  const seen: unknown[] = [];
  const job = (id: string): Job => ({
    id,
    title: id,
    every: '* * * * *',
    then: [],
    needs: null,
    run: async () => {
      const { rows } = await db.pool.query<{ stream_id: string }>('select stream_id from stream_state order by 1');
      seen.push(rows.map(({ stream_id }) => stream_id));
      return 'done';
    },
  });
  const jobs = [job('t/first'), job('t/second')];
  const { signal } = new AbortController();
  expect(await runPass(() => Promise.resolve(jobs), { pool: db.pool, progress: nowhere, signal })).toEqual([]);
  expect(seen).toEqual([
    ['t/first', 't/second', 't/slow'],
    ['t/first', 't/second', 't/slow'],
  ]);
});

test('the derivation counts its steps', async () => {
  const told: Array<readonly [string, number, number]> = [];
  const onProgress = (...progress: [string, number, number]): void => void told.push(progress);
  await deriveAll(db.pool, { config: parseConfig('', 'throughline.yaml', {}), onProgress });
  expect(told[0]).toEqual(['configuration', 0, STEPS]);
  expect(told.at(-1)).toEqual(['usage', STEPS - 1, STEPS]);
});
