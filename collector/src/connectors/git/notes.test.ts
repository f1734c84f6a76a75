/** The notes stream in a real store: passes over a notes ref that changes give what one fresh pass gives. */
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashStore } from '../../../testing/hash-store.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import type { Page } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { addedLines } from './added-lines.ts';
import { openRepository } from '../../git/process.ts';
import { TestRepository } from './fixtures/make-repository.ts';
import { pagesOf } from './fixtures/read-stream.ts';

let database: TestDatabase;
let repo: TestRepository;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  repo = new TestRepository();
  await database.pool.query('truncate repo, commit_mark, line_attestation, skipped, dirty, stream_state cascade');
});
afterEach(() => repo.remove());

const FACTS = ['commit_mark', 'line_attestation'];
const note = (file: string, ranges: string, tool = 'claude'): string =>
  `${file}\n  s_1a2b3c4d5e6f70::t_9c0d1e2f3a4b5c ${ranges}\n---\n${JSON.stringify({
    schema_version: 'authorship/3.0.0',
    sessions: { s_1a2b3c4d5e6f70: { agent_id: { tool, id: 'c', model: 'm' } } },
  })}`;

/** `count` commits on main; each adds a file of four lines. */
function commits(count: number, from = 0): void {
  for (let n = from; n < from + count; n += 1) {
    repo.commit('main', { message: `Add ${String(n)}`, files: { [`f${String(n)}.ts`]: 'one\ntwo\nthree\nfour\n' } });
  }
  repo.save();
}
const annotate = (revision: string, text: string): string =>
  repo.git('notes', '--ref=ai', 'add', '-f', '-m', text, revision);

const pull = (cursor: unknown): Promise<Page<unknown>[]> =>
  pagesOf('notes', { path: repo.folder, slug: 'shop' }, { cursor });

async function write(pages: readonly Page<unknown>[], slug = 'shop'): Promise<number> {
  const repoId = await ensureRepo(database.pool, slug);
  let rows = 0;
  for (const page of pages) {
    rows += (await writePage(database.pool, { streamId: `git/notes/${slug}`, page, repoId })).rows;
  }
  return rows;
}

/** One pass from a cursor; gives the next. */
async function pass(cursor: unknown): Promise<{ cursor: unknown; rows: number; pages: Page<unknown>[] }> {
  const pages = await pull(cursor);
  return { rows: await write(pages), cursor: pages.at(-1)?.cursor, pages };
}

/** What is stored, and what a fresh pass into an empty store gives. */
async function bothWays(): Promise<[unknown, unknown]> {
  const now = await hashStore(database.pool, FACTS);
  await database.pool.query(`truncate commit_mark, line_attestation`);
  await write(await pull(null));
  return [now, await hashStore(database.pool, FACTS)];
}

const marks = async (): Promise<unknown[]> =>
  (await database.pool.query<{ sha: string }>('select sha, tool_id, ai_share from commit_mark order by sha, tool_id'))
    .rows;

it('reads only what was added, changed or removed, takes back the rest, and marks the changes to derive anew', async () => {
  commits(4);
  const [a, b, c] = ['main', 'main~1', 'main~2'].map((revision) => repo.sha(revision));
  annotate('main', note('f3.ts', '1-3'));
  annotate('main~1', note('f2.ts', '1-4'));
  annotate('main~2', note('f1.ts', '1-2'));
  const first = await pass(null);
  expect(first.rows).toBe(6);
  expect(await marks()).toEqual(
    [
      { sha: a, tool_id: 'claude-code', ai_share: 0.75 },
      { sha: b, tool_id: 'claude-code', ai_share: 1 },
      { sha: c, tool_id: 'claude-code', ai_share: 0.5 },
    ].sort((x, y) => ((x.sha ?? '') < (y.sha ?? '') ? -1 : 1))
  );
  expect(await pass(first.cursor)).toMatchObject({ rows: 0, pages: [{ rows: [] }] });
  await database.pool.query('delete from dirty');

  repo.git('notes', '--ref=ai', 'remove', 'main~1');
  annotate('main', note('f3.ts', '2', 'cursor'));
  annotate('main~3', note('f0.ts', '4'));
  const second = await pass(first.cursor);
  const read = second.pages.flatMap(({ replaced = [] }) => replaced.map(({ values }) => values['sha']));
  expect(new Set(read)).toEqual(new Set([a, b, repo.sha('main~3')]));
  const dirty = await database.pool.query<{ item: string }>(
    `select item from dirty where kind = 'change' order by item`
  );
  expect(dirty.rows.map(({ item }) => item)).toEqual([a, b, repo.sha('main~3')].sort());
  expect(await marks()).not.toContainEqual(expect.objectContaining({ sha: b }));
  const [now, fresh] = await bothWays();
  expect(now).toEqual(fresh);
});

it('goes on after an interruption from its page, also when the notes changed meanwhile', async () => {
  commits(450);
  const shas = repo.git('rev-list', '--reverse', 'main').split('\n');
  repo.annotate(new Map(shas.map((sha, index) => [sha, note(`f${String(index)}.ts`, '1-2')])));
  const pages = await pull(null);
  expect(pages).toHaveLength(4);
  await write(pages.slice(0, 1));
  const rest = await pull(pages[0]?.cursor);
  expect(rest).toHaveLength(3);
  const read =
    pages[0]?.rows.filter(({ table }) => table === 'line_attestation').map(({ values }) => values['sha'] as string) ??
    [];
  repo.git('notes', '--ref=ai', 'remove', read[3] ?? '');
  annotate(read[5] ?? '', note('other.ts', '1'));
  await write(await pull(pages[0]?.cursor));
  const [now, fresh] = await bothWays();
  expect(now).toEqual(fresh);
}, 120_000);

/** File of a loose object; fast-import leaves few objects loose. */
const objectFile = (sha: string): string => path.join(repo.folder, '.git/objects', sha.slice(0, 2), sha.slice(2));

it('a note whose commit is not there waits for it; all of them are one line of status', async () => {
  commits(2);
  annotate('main', note('f1.ts', '1-2'));
  repo.commit('side', { from: 'main', files: { 'late.ts': 'one\ntwo\n' } }).save();
  annotate('side', note('late.ts', '1-2'));
  const late = objectFile(repo.sha('side'));
  repo.git('update-ref', '-d', 'refs/heads/side');
  renameSync(late, path.join(repo.parent, 'late'));
  const first = await pass(null);
  const status = async (): Promise<unknown[]> =>
    (await database.pool.query<{ item: string }>('select item, reason from skipped')).rows;
  const item = 'notes without their commits';
  const reason = '1 note is about a commit that this clone does not have (replaced by a squash or rebase)';
  expect(await status()).toEqual([{ item, reason }]);
  expect(await marks()).toHaveLength(1);
  renameSync(path.join(repo.parent, 'late'), late);
  repo.commit('main', { message: 'The branch goes on' }).save();
  await pass(first.cursor);
  expect(await marks()).toHaveLength(2);
  expect(await status()).toEqual([{ item, reason: 'all are there now' }]);
});

it('a notes ref that is gone, or that was rewritten beyond recall, takes its evidence along', async () => {
  commits(2);
  annotate('main', note('f1.ts', '1-2'));
  const first = await pass(null);
  expect(await marks()).toHaveLength(1);
  repo.git('update-ref', '-d', 'refs/notes/ai');
  annotate('main~1', note('f0.ts', '1'));
  repo.git('reflog', 'expire', '--expire=now', '--all');
  repo.git('prune', '--expire=now');
  const second = await pass(first.cursor);
  expect(await marks()).toEqual([{ sha: repo.sha('main~1'), tool_id: 'claude-code', ai_share: 0.25 }]);
  repo.git('update-ref', '-d', 'refs/notes/ai');
  await pass(second.cursor);
  expect(await marks()).toEqual([]);
});

it('a commit that cannot be compared costs its own note only', async () => {
  commits(3);
  repo.commit('main', { message: 'Add x', files: { 'x.ts': 'of its own\n' } }).save();
  const broken = repo.sha('main');
  commits(2, 4);
  repo.commit('main', { message: 'Nothing' }).save();
  rmSync(objectFile(repo.git('rev-parse', `${broken}:x.ts`)));
  const all = repo.git('rev-list', '--reverse', 'main').split('\n');
  const added = await addedLines(await openRepository(repo.folder), all);
  expect([...added.keys()]).toEqual(all.filter((sha) => sha !== broken));
});
