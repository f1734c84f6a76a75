import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { HouseRow } from '../../connector.ts';
import type { LifetimeResult, ResumePoint, SpanDelta } from '../contract.ts';
import { runLifetimes } from '../run-lifetimes.ts';
import { memorySink, type MemorySink } from '../testing/memory-sink.ts';
import { testRepository, type TestCommit, type TestRepository } from '../testing/repository.ts';
import { writeLifetimes } from './write.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const lines = (from: number, to: number, word = 'line'): string =>
  Array.from({ length: to - from }, (_, index) => `${word} number ${String(from + index)} of this file\n`).join('');

const commits: TestCommit[] = [
  { parents: [], tree: { 'src/a.ts': lines(0, 20), 'README.md': 'Words about it\n' } },
  {
    parents: [0],
    tree: { 'src/a.ts': lines(0, 15), 'README.md': 'Words about it\n', 'test/a.test.ts': lines(0, 5, 'test') },
  },
  {
    parents: [0],
    tree: { 'src/a.ts': lines(0, 20), 'src/b.ts': lines(0, 30, 'side'), 'README.md': 'Words about it\n' },
  },
  {
    parents: [1, 2],
    tree: {
      'src/a.ts': lines(0, 15),
      'src/b.ts': lines(0, 30, 'side'),
      'README.md': 'Words about it\n',
      'test/a.test.ts': lines(0, 5, 'test'),
    },
  },
  {
    parents: [3],
    tree: { 'src/a.ts': lines(0, 15), 'src/b "quoted".ts': lines(0, 28, 'side'), 'package-lock.json': '{}\n' },
  },
];
const later: TestCommit[] = [
  { parents: [4], tree: { 'src/a.ts': lines(3, 15) + lines(0, 4, 'new'), 'src/b "quoted".ts': lines(0, 28, 'side') } },
  { parents: [5], tree: { 'src/a.ts': lines(3, 15) + lines(0, 4, 'new'), 'src/c.ts': lines(0, 9, 'third') } },
];

/** What the git connector's history stream does. */
async function storeCommits(repository: TestRepository, repoId: number): Promise<void> {
  const log = repository.git('log', '--reverse', '--format=%H|%P|%ct|%s', 'main').toString().trim().split('\n');
  const rows = log.map((line): HouseRow => {
    const [sha = '', parents = '', time = '', subject = ''] = line.split('|');
    const at = new Date(Number(time) * 1000);
    return {
      table: 'git_commit',
      values: { sha, parents: parents.split(' ').filter(Boolean), authored_at: at, committed_at: at, subject },
    };
  });
  await writePage(db.pool, { streamId: `git/history/${String(repoId)}`, repoId, page: { rows, cursor: null } });
}

interface Pass {
  readonly repoId: number;
  readonly repository: TestRepository;
  readonly checkpointEvery?: number;
}

async function pass({ repoId, repository, ...options }: Pass): Promise<LifetimeResult> {
  await storeCommits(repository, repoId);
  return writeLifetimes(db.pool, {
    repoId,
    streamId: `git/lines/${String(repoId)}`,
    run: (io) => runLifetimes({ repoPath: repository.dir, tip: 'main', mode: 'full', ...options, ...io }),
  });
}

async function inMemory(repository: TestRepository, sink: MemorySink): Promise<MemorySink> {
  const point = sink.point();
  await runLifetimes({
    repoPath: repository.dir,
    tip: 'main',
    mode: 'full',
    sink,
    ...(point ? { resume: { ...point, store: sink.store } } : {}),
  });
  return sink;
}

async function storedSpans(repoId: number): Promise<SpanDelta[]> {
  const { rows } = await db.pool.query<SpanDelta>(
    `select o.sha as "originSha", nullif(s.line_source, '') as "lineSource", p.path, b.sha as "bornSha", extract(epoch from s.born_at)::integer as "bornAt",
       d.sha as "diedSha", extract(epoch from s.died_at)::integer as "diedAt", nullif(s.death_kind, '') as "deathKind", s.lines, s.effective_lines as "effectiveLines"
     from line_span s join path p using (repo_id, path_id) join git_commit o on o.repo_id = s.repo_id and o.commit_no = s.origin_no
     join git_commit b on b.repo_id = s.repo_id and b.commit_no = s.born_no left join git_commit d on d.repo_id = s.repo_id and d.commit_no = s.died_no
     where s.repo_id = $1`,
    [repoId]
  );
  return rows;
}

const sorted = (rows: readonly SpanDelta[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

async function newRepo(slug: string): Promise<{ repoId: number; repository: TestRepository }> {
  return { repoId: await ensureRepo(db.pool, slug), repository: testRepository(commits) };
}

test('the store holds exactly the spans that the engine gave, with commit numbers and when each commit reached the branch', async () => {
  const { repoId, repository } = await newRepo('acme/cold');
  try {
    const result = await pass({ repoId, repository });
    expect(result.pass).toBe('full');
    expect(sorted(await storedSpans(repoId))).toEqual(sorted((await inMemory(repository, memorySink())).rows()));
    const { rows } = await db.pool.query(
      `select subject, added, deleted, file_kinds, extract(epoch from reached_at - committed_at)::integer as wait from git_commit where repo_id = $1 order by commit_no`,
      [repoId]
    );
    expect(rows.find((row) => row.subject === 'commit 2')).toMatchObject({
      added: 30,
      deleted: 0,
      file_kinds: ['code'],
      wait: 3600,
    });
    expect(rows.find((row) => row.subject === 'commit 1')).toMatchObject({
      added: 5,
      deleted: 5,
      file_kinds: ['code', 'test'],
      wait: 0,
    });
    const { rows: paths } = await db.pool.query('select path, kind from path where repo_id = $1 order by path', [
      repoId,
    ]);
    expect(paths).toContainEqual({ path: 'package-lock.json', kind: 'lock' });
    const { rows: repos } = await db.pool.query(
      'select tip_sha, observed_until, known_from from repo where repo_id = $1',
      [repoId]
    );
    expect(repos[0]).toMatchObject({ tip_sha: repository.shas[4], known_from: null });
    expect(
      (await db.pool.query(`select kind, item from dirty where repo_id = $1 and kind = 'lines'`, [repoId])).rowCount
    ).toBeGreaterThan(0);
  } finally {
    repository.remove();
  }
});

test('new commits added to a stored pass give the same store as reading all of it anew', async () => {
  const { repoId, repository } = await newRepo('acme/incremental');
  const fresh = await ensureRepo(db.pool, 'acme/full');
  try {
    await pass({ repoId, repository });
    repository.add(later);
    expect((await pass({ repoId, repository })).pass).toBe('continued');
    await pass({ repoId: fresh, repository });
    expect(sorted(await storedSpans(repoId))).toEqual(sorted(await storedSpans(fresh)));
    const before = await hashStore(db.pool);
    expect((await pass({ repoId, repository })).pass).toBe('unchanged');
    expect(await hashStore(db.pool)).toEqual(before);
  } finally {
    repository.remove();
  }
});

test('a force push closes what it took away and revives what it killed', async () => {
  const { repoId, repository } = await newRepo('acme/rewritten');
  try {
    repository.add(later);
    const memory = await inMemory(repository, memorySink());
    await pass({ repoId, repository });
    repository.add([
      { parents: [4], tree: { 'src/a.ts': lines(0, 15), 'src/d.ts': lines(0, 6, 'other') }, time: 1_700_100_000 },
    ]);
    const result = await pass({ repoId, repository });
    expect(result.rewritten).toBe(true);
    expect(sorted(await storedSpans(repoId))).toEqual(sorted((await inMemory(repository, memory)).rows()));
    const { rows } = await db.pool.query(
      'select is_on_default, reached_at is null as is_lost from git_commit where repo_id = $1 and sha = $2',
      [repoId, repository.shas[6]]
    );
    expect(rows).toEqual([{ is_on_default: false, is_lost: true }]);
  } finally {
    repository.remove();
  }
});

test('a pass that is interrupted leaves its last checkpoint, and the next one carries on from there', async () => {
  const { repoId, repository } = await newRepo('acme/interrupted');
  const whole = await ensureRepo(db.pool, 'acme/whole');
  try {
    await storeCommits(repository, repoId);
    await expect(
      writeLifetimes(db.pool, {
        repoId,
        streamId: `git/lines/${String(repoId)}`,
        run: async (io) => {
          await runLifetimes({ repoPath: repository.dir, tip: 'main~1', mode: 'full', ...io });
          await io.sink.spans((await inMemory(repository, memorySink())).rows());
          throw new Error('killed');
        },
      })
    ).rejects.toThrow('killed');
    expect((await pass({ repoId, repository })).pass).toBe('continued');
    await pass({ repoId: whole, repository });
    expect(sorted(await storedSpans(repoId))).toEqual(sorted(await storedSpans(whole)));
  } finally {
    repository.remove();
  }
});

test('a first pass that is killed while it writes is carried on from its last checkpoint, with a branch open there', async () => {
  const { repoId, repository } = await newRepo('acme/killed');
  const whole = await ensureRepo(db.pool, 'acme/never-killed');
  try {
    repository.add(later);
    await storeCommits(repository, repoId);
    const script = path.join(import.meta.dirname, '../../../testing/lines-process.ts');
    const args = ['--disable-warning=ExperimentalWarning', script, db.url, String(repoId), repository.dir];
    const [, signal] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as unknown[];
    expect(signal).toBe('SIGKILL');
    const { rows } = await db.pool.query<{ cursor: ResumePoint }>(
      'select cursor from stream_state where stream_id = $1',
      [`git/lines/${String(repoId)}`]
    );
    expect(rows[0]?.cursor).toMatchObject({ seq: 1, forks: [0] });
    const result = await pass({ repoId, repository });
    expect(result).toMatchObject({ pass: 'continued', commits: 5 });
    await pass({ repoId: whole, repository });
    expect(sorted(await storedSpans(repoId))).toEqual(sorted(await storedSpans(whole)));
    const stored = async (id: number): Promise<unknown> => {
      const files = await db.pool.query(
        `select path, encode(runs, 'hex') as runs from (select distinct on (path) path, runs from live_file where repo_id = $1
           order by path, seq desc) newest where runs is not null order by path`,
        [id]
      );
      const commits = await db.pool.query(
        'select sha, added, deleted, effective_added, reached_at from git_commit where repo_id = $1 order by sha',
        [id]
      );
      return { files: files.rows, commits: commits.rows };
    };
    expect(await stored(repoId)).toEqual(await stored(whole));
  } finally {
    repository.remove();
  }
}, 60_000);

test('lines of a commit that is not stored yet are refused, and the run may be repeated', async () => {
  const { repoId, repository } = await newRepo('acme/no-history');
  try {
    const write = {
      repoId,
      streamId: 'x',
      run: (io: object) => runLifetimes({ repoPath: repository.dir, tip: 'main', mode: 'full', ...io }),
    };
    await expect(writeLifetimes(db.pool, write)).rejects.toMatchObject({ code: 'commit_not_stored', retryable: true });
    expect(await storedSpans(repoId)).toEqual([]);
  } finally {
    repository.remove();
  }
});
