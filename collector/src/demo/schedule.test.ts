/** The demo organisation under the scheduler: a later derivation must see the demo's own configuration. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DERIVE_ID } from '../jobs/derive.ts';
import { jobsOf } from '../jobs/list.ts';
import { progressOn } from '../terminal/progress.ts';
import { start, type Started } from '../commands/fill.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
/** One demo for all tests: it takes half a minute to derive. */
let started: Started;
/** What the store told while it was derived. */
const told: unknown[] = [];
const home = mkdtempSync(path.join(tmpdir(), 'throughline-demo-'));
const { DATABASE_URL: before } = process.env;
beforeAll(async () => {
  db = await testDatabase();
  process.env.DATABASE_URL = db.url;
});
afterAll(async () => {
  await (started as Started | undefined)?.session.close();
  if (before === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = before;
  rmSync(home, { recursive: true, force: true });
  await db.close();
});

async function facts(): Promise<Record<string, unknown[]>> {
  const of = async (sql: string): Promise<unknown[]> => (await db.pool.query<Record<string, unknown>>(sql)).rows;
  return {
    workflows: await of('select workflow_id, version, applies_to from workflow order by 1, 2'),
    tools: await of('select * from workflow_tool order by workflow_id, tool_id'),
    landings: await of('select * from tool_landing order by 1, 2, 3'),
    settings: await of(`select key, value from setting where key in ('human_before', 'heavy_share') order by 1`),
    sources: await of('select code_source, method, count(*)::int from change_fact group by 1, 2 order by 1, 2'),
    completions: await of('select workflow_id, count(*)::int from workflow_completion group by 1 order by 1'),
    events: await of('select kind, title from calendar_event order by event_no'),
  };
}

async function state(): Promise<{ told: number | null; is_done: boolean } | undefined> {
  const { rows } = await db.pool.query<{ told: number | null; is_done: boolean }>(
    'select run_done as told, last_ok_at is not null as is_done from stream_state where stream_id = $1',
    [DERIVE_ID]
  );
  return rows[0];
}

beforeAll(async () => {
  const { signal } = new AbortController();
  let isStarting = true;
  const starting = start({ home, repos: [], progress: progressOn(null), signal }).finally(() => (isStarting = false));
  starting.catch(() => undefined);
  while (isStarting) {
    const seen = await state();
    if (seen?.is_done === false) told.push(seen.told);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  started = await starting;
}, 180_000);

test('a demo that is being derived is no complete one: its progress is in the store until it has ended', async () => {
  expect(told.some((done) => typeof done === 'number')).toBe(true);
  expect(await state()).toEqual({ told: null, is_done: true });
});

test('a scheduled derivation leaves workflows, human_before and everything that follows as they were', async () => {
  expect(started.isDemo).toBe(true);
  const loaded = await facts();
  expect(loaded.workflows).toHaveLength(4);
  expect(loaded.settings).toMatchObject([{}, { key: 'human_before' }]);
  const job = (await jobsOf(started)).find(({ id }) => id === DERIVE_ID);
  await job?.run(new AbortController().signal, progressOn(null).start(''));
  expect(await facts()).toEqual(loaded);
}, 180_000);
