/** The pages of the connector in a real store. */
import { hashStore } from '../../../testing/hash-store.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import type { Page } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { ana, bo, TestRepository } from './fixtures/make-repository.ts';
import { pagesOf } from './fixtures/read-stream.ts';

let database: TestDatabase;
const repo = new TestRepository();
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  repo.remove();
  await database.close();
});

const STREAMS = ['history', 'tags', 'notes'];
async function write(stream: string, pages: readonly Page<unknown>[]): Promise<number> {
  const repoId = await ensureRepo(database.pool, 'shop');
  let rows = 0;
  for (const page of pages)
    rows += (await writePage(database.pool, { streamId: `git/${stream}/shop`, page, repoId })).rows;
  return rows;
}

it('are accepted whole, change nothing when they come twice, and give after an interruption what one pass gives', async () => {
  const note = `a.ts\n  s_1a2b3c4d5e6f70::t_9c0d1e2f3a4b5c 1-2\n---\n${JSON.stringify({
    schema_version: 'authorship/3.0.0',
    sessions: { s_1a2b3c4d5e6f70: { agent_id: { tool: 'claude', id: 'c', model: 'm' } } },
  })}`;
  for (let n = 1; n <= 1200; n += 1) {
    const isMarked = n % 2 === 0;
    repo.commit('main', {
      author: n % 3 === 0 ? bo : ana,
      message: `Change ${String(n)} (#${String(n)})${isMarked ? '\n\nCo-Authored-By: Claude <noreply@anthropic.com>' : ''}`,
      ...(n === 1200 ? { files: { 'a.ts': 'const one = 1;\nconst two = 2;\n' } } : {}),
    });
  }
  repo.commit('main', { message: `Undo (#2000)\n\nThis reverts commit ${repo.sha('main~3')}.` });
  repo.git('tag', 'v1.0.0');
  repo.git('notes', '--ref=ai', 'add', '-m', note, 'main~1');
  const read = new Map<string, Page<unknown>[]>();
  for (const stream of STREAMS) read.set(stream, await pagesOf(stream, { path: repo.folder, slug: 'shop' }));
  const history = read.get('history') ?? [];
  expect(history.length).toBeGreaterThan(1);
  for (const stream of STREAMS) expect(await write(stream, read.get(stream) ?? [])).toBeGreaterThan(0);
  const { rows } = await database.pool.query('select item, reason from skipped');
  expect(rows).toEqual([]);
  const facts = ['repo', 'account', 'git_commit', 'change', 'revert', 'commit_mark', 'line_attestation', 'deployment'];
  const once = await hashStore(database.pool, facts);
  expect(Object.values(once).every((digest) => !digest.startsWith('0 '))).toBe(true);
  for (const stream of STREAMS) expect(await write(stream, read.get(stream) ?? [])).toBe(0);
  // A run that ended after the first page: the next begins at its cursor.
  const rest = await pagesOf('history', { path: repo.folder, slug: 'shop' }, { cursor: history[0]?.cursor });
  expect(await write('history', rest)).toBe(0);
  expect(rest.flatMap((page) => page.rows.filter(({ table }) => table === 'git_commit'))).toHaveLength(201);
  expect(await hashStore(database.pool, facts)).toEqual(once);
}, 120_000);
