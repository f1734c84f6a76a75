/** The demo organisation under the scheduler: a later derivation must see the demo's own configuration. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DERIVE_ID } from '../jobs/derive.ts';
import { jobsOf } from '../jobs/list.ts';
import { progressOn } from '../terminal/progress.ts';
import { start } from '../commands/fill.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
const home = mkdtempSync(path.join(tmpdir(), 'throughline-demo-'));
const { DATABASE_URL: before } = process.env;
beforeAll(async () => {
  db = await testDatabase();
  process.env.DATABASE_URL = db.url;
});
afterAll(async () => {
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

test('a scheduled derivation leaves workflows, human_before and everything that follows as they were', async () => {
  const started = await start({
    home,
    repos: [],
    progress: progressOn(null),
    signal: new AbortController().signal,
  });
  try {
    expect(started.isDemo).toBe(true);
    const loaded = await facts();
    expect(loaded.workflows).toHaveLength(3);
    expect(loaded.settings).toMatchObject([{}, { key: 'human_before' }]);
    const job = (await jobsOf(started)).find(({ id }) => id === DERIVE_ID);
    await job?.run(new AbortController().signal, progressOn(null).start(''));
    expect(await facts()).toEqual(loaded);
  } finally {
    await started.session.close();
  }
}, 180_000);
