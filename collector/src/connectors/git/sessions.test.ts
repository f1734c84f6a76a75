/** Sessions that commits and notes on them name, in a real store: passes over what changes give what one fresh pass gives. */
import { hashStore } from '../../../testing/hash-store.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { TestRepository } from './fixtures/make-repository.ts';
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

const cursors = new Map<string, unknown>();
async function pass(stream: 'history' | 'sessions'): Promise<{ rows: number; skips: unknown[] }> {
  const pages = await pagesOf(stream, { path: repo.folder, slug: 'shop' }, { cursor: cursors.get(stream) ?? null });
  const repoId = await ensureRepo(database.pool, 'shop');
  let rows = 0;
  for (const page of pages)
    rows += (await writePage(database.pool, { streamId: `git/${stream}/shop`, page, repoId })).rows;
  cursors.set(stream, pages.at(-1)?.cursor);
  return { rows, skips: pages.flatMap((page) => page.skips ?? []) };
}
const rows = async (sql: string): Promise<unknown[]> => (await database.pool.query(sql)).rows as unknown[];
const SESSIONS = 'select tool_id, session_id, sha, method from session_commit order by method, tool_id, session_id';
const note = (revision: string, text: string): string =>
  repo.git('notes', '--ref=ai-session', 'add', '-f', '-m', text, revision);

it('trailers and notes are sessions of commits and marks; what a note says no more is taken back', async () => {
  repo.commit('main', { message: 'One\n\nAI-Session: claude-code/s-1' });
  repo.commit('main', { message: 'Two\n\nAI-Session: copilot-cli/s-2\nAI-Session: a b' });
  repo.commit('main', { message: 'Three (#3)' });
  repo.save();
  const [one, two, three] = ['main~2', 'main~1', 'main'].map((revision) => repo.sha(revision));
  note('main', 'AI-Session: codex/s-3\nAI-Session: codex/s-4\nAI-Session: <script>\nSomething else');
  note('main~2', 'AI-Session: claude-code/s-1');
  await pass('history');
  await pass('sessions');
  expect(await rows(SESSIONS)).toEqual([
    { tool_id: 'claude-code', session_id: 's-1', sha: one, method: 'note' },
    { tool_id: 'codex', session_id: 's-3', sha: three, method: 'note' },
    { tool_id: 'codex', session_id: 's-4', sha: three, method: 'note' },
    { tool_id: 'claude-code', session_id: 's-1', sha: one, method: 'trailer' },
    { tool_id: 'copilot', session_id: 's-2', sha: two, method: 'trailer' },
  ]);
  expect(await rows(`select m.tool_id, kind, m.confidence, subject from commit_mark m join git_commit using (sha) order by subject, kind`)).toEqual([
    { tool_id: 'claude-code', kind: 'session_note', confidence: 0.6, subject: 'One' },
    { tool_id: 'claude-code', kind: 'trailer', confidence: 0.6, subject: 'One' },
    { tool_id: 'codex', kind: 'session_note', confidence: 0.6, subject: 'Three (#3)' },
    { tool_id: 'copilot-cli', kind: 'trailer', confidence: 0.6, subject: 'Two' },
  ]); // prettier-ignore
  // Where it went, once, however it is known.
  expect(await rows(`select tool_id, session_id, slug, change_key, methods from session_change join repo using (repo_id) order by session_id`)).toEqual([
    { tool_id: 'claude-code', session_id: 's-1', slug: 'shop', change_key: one, methods: ['note', 'trailer'] },
    { tool_id: 'copilot', session_id: 's-2', slug: 'shop', change_key: two, methods: ['trailer'] },
    { tool_id: 'codex', session_id: 's-3', slug: 'shop', change_key: '3', methods: ['note'] },
    { tool_id: 'codex', session_id: 's-4', slug: 'shop', change_key: '3', methods: ['note'] },
  ]); // prettier-ignore
  expect((await pass('sessions')).rows).toBe(0);

  repo.git('notes', '--ref=ai-session', 'remove', 'main~2');
  note('main', 'AI-Session: codex/s-4');
  note('main~1', `AI-Session: codex/s-5\n${'x'.repeat(20_000)}`);
  const { skips } = await pass('sessions');
  expect(skips).toEqual([
    { item: `session note of ${String(two)}`, reason: 'the note has 20,023 bytes (note_too_large)' },
  ]);
  expect(await rows(`${SESSIONS.replace('order', "where method = 'note' order")}`)).toEqual([
    { tool_id: 'codex', session_id: 's-4', sha: three, method: 'note' },
  ]);
  const facts = ['session_commit', 'commit_mark'];
  const now = await hashStore(database.pool, facts);
  await database.pool.query('truncate session_commit, commit_mark');
  cursors.clear();
  await pass('history');
  await pass('sessions');
  expect(await hashStore(database.pool, facts)).toEqual(now);

  // The ref is gone: so is what it said, here and nowhere else.
  await database.pool.query(
    `insert into session_commit (tool_id, session_id, sha, method, confidence) values ('codex', 's-9', '${'a'.repeat(40)}', 'telemetry', 0.95)`
  );
  repo.git('update-ref', '-d', 'refs/notes/ai-session');
  await pass('sessions');
  expect(await rows(`select method from session_commit order by method`)).toEqual([
    { method: 'telemetry' },
    { method: 'trailer' },
    { method: 'trailer' },
  ]);
});
