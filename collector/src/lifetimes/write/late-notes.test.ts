/** Notes that come, change or go after the lines of their commit were read: the lines say what one pass over everything says. */
import { configSchema } from '../../config/schema.ts';
import { TestRepository } from '../../connectors/git/fixtures/make-repository.ts';
import { runPass } from '../../jobs/run-once.ts';
import { openJobs } from '../../jobs/list.ts';
import { newLogger } from '../../logger.ts';
import { progressOn } from '../../terminal/progress.ts';
import { ensureRepo } from '../../store/write-page.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';

let db: TestDatabase;
const repo = new TestRepository();
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  repo.remove();
  await db.close();
});

const note = (file: string, ranges: string): string =>
  `${file}\n  s_1a2b3c4d5e6f70::t_9c0d1e2f3a4b5c ${ranges}\n---\n${JSON.stringify({
    schema_version: 'authorship/3.0.0',
    sessions: { s_1a2b3c4d5e6f70: { agent_id: { tool: 'claude', id: 'c', model: 'm' } } },
  })}`;
const annotate = (revision: string, text: string): string =>
  repo.git('notes', '--ref=ai', 'add', '-f', '-m', text, revision);

async function pass(slug: string): Promise<void> {
  const config = configSchema.parse({ repositories: [{ path: repo.folder, slug }] });
  const context = {
    session: { pool: db.pool, home: repo.parent },
    config,
    log: newLogger('silent'),
    cacheDir: repo.parent,
  };
  const failures = await runPass(openJobs(context), {
    pool: db.pool,
    progress: progressOn(null),
    signal: new AbortController().signal,
  });
  expect(failures).toEqual([]);
}

/** Lines and what follows from them, without the numbers that differ from repository to repository. */
async function facts(slug: string): Promise<unknown> {
  const repoId = await ensureRepo(db.pool, slug);
  const spans = await db.pool.query<{ line_source: string }>(
    `select g.sha, p.path, s.line_source, s.death_kind, s.lines from line_span s
     join git_commit g on g.repo_id = s.repo_id and g.commit_no = s.origin_no join path p on p.repo_id = s.repo_id and p.path_id = s.path_id
     where s.repo_id = $1 order by 1, 2, 3, 4`,
    [repoId]
  );
  const changes = await db.pool.query<{ change_key: string }>(
    'select change_key, code_source, ai_share, ai_share_lo, ai_share_hi from change_fact where repo_id = $1 order by 1',
    [repoId]
  );
  return { spans: spans.rows, changes: changes.rows };
}

const sources = async (slug: string): Promise<string[]> =>
  ((await facts(slug)) as { spans: { line_source: string }[] }).spans.map((span) => span.line_source);

it('are taken in by the next pass, whole', async () => {
  const text = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, n) => `line ${String(from + n)} of this file\n`).join('');
  repo.commit('main', { files: { 'a.ts': text(0, 10) } });
  repo.commit('main', { files: { 'b.ts': text(20, 30) } });
  repo.commit('main', { files: { 'a.ts': text(4, 10) } });
  repo.save();
  await pass('acme/late');
  expect(new Set(await sources('acme/late'))).toEqual(new Set(['']));

  annotate('main~2', note('a.ts', '1-6'));
  annotate('main~1', note('b.ts', '1-10'));
  await pass('acme/late');
  expect(new Set(await sources('acme/late'))).toEqual(new Set(['', 'ai:claude-code']));
  await pass('acme/whole');
  expect(await facts('acme/late')).toEqual(await facts('acme/whole'));

  annotate('main~2', note('a.ts', '9'));
  repo.git('notes', '--ref=ai', 'remove', 'main~1');
  await pass('acme/late');
  await pass('acme/again');
  expect(await facts('acme/late')).toEqual(await facts('acme/again'));
  expect((await sources('acme/late')).filter((source) => source !== '')).toEqual(['ai:claude-code']);
  // Once taken in, a pass has nothing to do.
  const { rows } = await db.pool.query<{ rows: number }>(
    `select row_count::int as rows from stream_state where stream_id = 'lifetimes/lines/acme/late'`
  );
  await pass('acme/late');
  expect(
    (
      await db.pool.query(
        `select row_count::int as rows from stream_state where stream_id = 'lifetimes/lines/acme/late'`
      )
    ).rows
  ).toEqual(rows);
}, 60_000);
