/** Mirrors within a limit: what is read is the same as without one, whatever is removed, killed or run side by side. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { endOf, runCli, startCli } from '../../../testing/run-cli.ts';
import { configSchema } from '../../config/schema.ts';
import { lineOf } from '../../errors.ts';
import { holdFileLockShared } from '../../file-lock.ts';
import { openJobs } from '../../jobs/list.ts';
import { runPass } from '../../jobs/run-once.ts';
import { newLogger } from '../../logger.ts';
import { progressOn } from '../../terminal/progress.ts';
import { slowRemote, type SlowRemote } from '../fixtures/slow-remote.ts';
import { mirrorsAt, placeOfBase, type Mirrors } from './mirrors.ts';
import { openMirror } from './open.ts';
import { evict } from './room.ts';
import { folderBytes } from './space.ts';
import { mirrorsState } from './state.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'throughline-mirrors-'));
const at = (...names: string[]): string => path.join(folder, ...names);
const stores: TestDatabase[] = [];
const remotes: SlowRemote[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
  for (const remote of remotes) await remote.close();
  rmSync(folder, { recursive: true, force: true });
});

const git = (repo: string, ...args: string[]): string =>
  execFileSync('git', ['-C', at('remotes', repo), '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_AUTHOR_DATE: '2026-03-01T12:00:00Z', GIT_COMMITTER_DATE: '2026-03-01T12:00:00Z' },
  });

function commit(repo: string, name: string, bytes: number): void {
  // No compression makes it smaller, no limit of lines leaves it out.
  writeFileSync(
    at('remotes', repo, `${name}.txt`),
    `${randomBytes(bytes / 2)
      .toString('base64')
      .replace(/.{70}/g, '$&\n')}\n`
  );
  git(repo, 'add', '.');
  git(repo, 'commit', '-qm', `Add ${name} to ${repo}`);
}

function make(repo: string, bytes = 500_000): string {
  mkdirSync(at('remotes', repo), { recursive: true });
  git(repo, 'init', '-q', '-b', 'main');
  commit(repo, 'a', bytes);
  git(repo, 'tag', 'v1.0.0');
  return `file://${at('remotes', repo, '.git')}`;
}

/** A store with the same pseudonyms as the others. */
async function store(): Promise<TestDatabase> {
  const db = await testDatabase();
  stores.push(db);
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'same') on conflict do nothing`);
  return db;
}

const mirrorsIn = (home: string, max: number): Mirrors => mirrorsAt(at(home, 'mirrors'), { max, fetches: 2 });

/** One pass; how failures read, and the largest size that the folder had meanwhile where somebody looks. */
async function pass(
  db: TestDatabase,
  home: string,
  { urls, max = 20e9, isWatched = false }: { urls: readonly string[]; max?: number; isWatched?: boolean }
) {
  const config = configSchema.parse({
    repositories: urls.map((url) => ({ url })),
    mirrors: { max: `${String(max / 1e3)}kB` },
  });
  mkdirSync(at(home, 'mirrors'), { recursive: true });
  const context = {
    session: { pool: db.pool, home: at(home) },
    config,
    log: newLogger('silent'),
    cacheDir: at(home, 'mirrors'),
  };
  let [isOver, largest] = [!isWatched, 0];
  const watching = (async () => {
    while (!isOver) {
      largest = Math.max(
        largest,
        (await folderBytes(at(home, 'mirrors'))) - (await folderBytes(at(home, 'mirrors', 'locks')))
      );
      await pause(5);
    }
  })();
  const signal = new AbortController().signal;
  const failures = await runPass(openJobs(context), { pool: db.pool, progress: progressOn(null), signal });
  isOver = true;
  await watching;
  return { largest, failures: failures.map(({ error }) => lineOf(error)) };
}

/** Digests of all that was read and derived; not of when and how it was looked for, and of what a second derivation notes. */
async function tables(db: TestDatabase): Promise<Record<string, string>> {
  // Instants of the pass; what is derived from them is put back, or the next pass would derive it anew.
  const { rows } = await db.pool.query<{ ids: number[]; ends: (string | null)[] }>(
    `select array_agg(repo_id) as ids, array_agg(observed_until::text) as ends from repo`
  );
  await db.pool.query(`update repo set observed_until = null`);
  await db.pool.query(`update skipped set at = 'epoch'`);
  const hashes = await hashStore(db.pool);
  await db.pool.query(
    `update repo set observed_until = o.at from unnest($1::integer[], $2::timestamptz[]) o(id, at) where repo_id = o.id`,
    [rows[0]?.ids, rows[0]?.ends]
  );
  return Object.fromEntries(
    Object.entries(hashes).filter(([name]) => !/^(stream_state|derive_state|setting|.*migration.*)$/.test(name))
  );
}

const fetches = async (home: string): Promise<number> => (await mirrorsState(mirrorsIn(home, 20e9)))?.fetches ?? 0;

describe('twelve repositories with room for four', () => {
  const urls: string[] = [];
  let room: number;
  let whole: TestDatabase;
  let bounded: TestDatabase;

  beforeAll(async () => {
    for (let n = 1; n <= 11; n++) urls.push(make(`repo-${String(n)}`));
    // A fork: what it has of its original is counted there.
    execFileSync('git', ['clone', '-q', at('remotes', 'repo-11'), at('remotes', 'repo-12')]);
    commit('repo-12', 'fork', 2_000);
    urls.push(`file://${at('remotes', 'repo-12', '.git')}`);
    [whole, bounded] = [await store(), await store()];
    expect((await pass(whole, 'whole', { urls })).failures).toEqual([]);
    const all = await mirrorsState(mirrorsIn('whole', 20e9));
    expect(all).toMatchObject({ mirrors: 12, fetches: 12, evictions: 0 });
    room = Math.ceil(((all?.used_bytes ?? 0) / 12) * 4.5);
  }, 240_000);

  it('give the same rows, and never more than the limit lies on the disk', async () => {
    const { largest, failures } = await pass(bounded, 'bounded', { urls, max: room, isWatched: true });
    expect(failures).toEqual([]);
    expect(largest).toBeLessThanOrEqual(room);
    expect(largest).toBeGreaterThan(room / 2);
    expect(await tables(bounded)).toEqual(await tables(whole));
    expect(await mirrorsState(mirrorsIn('bounded', room))).toMatchObject({ mirrors: 4, fetches: 12, evictions: 8 });
  }, 240_000);

  it('are not fetched again while nothing changes', async () => {
    for (let n = 0; n < 2; n++) expect((await pass(bounded, 'bounded', { urls, max: room })).failures).toEqual([]);
    expect(await fetches('bounded')).toBe(12);
    expect(await tables(bounded)).toEqual(await tables(whole));
  }, 240_000);

  it('are fetched once each where something changed: a commit, a tag, a force push, and what a fork is compared with', async () => {
    commit('repo-1', 'b', 2_000);
    git('repo-2', 'tag', 'v1.1.0');
    git('repo-3', 'commit', '-q', '--amend', '-m', 'Another beginning');
    git('repo-11', 'pull', '-q', '--ff-only', at('remotes', 'repo-12'), 'main');
    for (const [db, home, max] of [
      [whole, 'whole', 20e9],
      [bounded, 'bounded', room],
    ] as const) {
      expect((await pass(db, home, { urls, max })).failures).toEqual([]);
    }
    // The fork made room for its original, and is fetched again to be compared.
    expect(await fetches('bounded')).toBe(17);
    const [a, b] = [await tables(whole), await tables(bounded)];
    expect(Object.keys(a).filter((name) => a[name] !== b[name])).toEqual([]);
  }, 240_000);

  it('are read by two processes at once', async () => {
    const dbs = [await store(), await store()];
    const yaml = at('two.yaml');
    writeFileSync(
      yaml,
      `mirrors:\n  max: ${String((2 * room) / 1e3)}kB\nrepositories:\n${urls.map((url) => `  - url: ${url}\n`).join('')}`
    );
    const ended = await Promise.all(
      dbs.map(({ url }) => runCli(['collect', '--quiet', '--config', yaml, '--home', at('two')], { url }))
    );
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const [a, b] = [await tables(dbs[0] as TestDatabase), await tables(dbs[1] as TestDatabase)];
    expect(a).toEqual(b);
    const state = await mirrorsState(mirrorsIn('two', 2 * room));
    expect(state?.used_bytes).toBeLessThanOrEqual(2 * room);
    expect(state).toMatchObject({ interrupted: 0, fetching: 0 });
  }, 240_000);
});

test('a repository that is too large is named in one line and not tried again; the rest goes on', async () => {
  const db = await store();
  const urls = [make('small-1'), make('huge', 6_000_000), make('small-2')];
  const max = 1_500_000;
  const { failures, largest } = await pass(db, 'large', { urls, max, isWatched: true });
  const line = /^remotes\/huge|huge is too large: [\d.]+ MB had come, and all mirrors together may take 1\.5 MB\. Raise mirrors\.max in throughline\.yaml, or leave the repository out; the others go on\. \[mirror_too_large\]$/; // prettier-ignore
  expect(failures).toEqual([expect.stringMatching(line)]);
  expect(largest).toBeGreaterThan(0);
  const { rows } = await db.pool.query<{ slug: string }>(
    'select distinct slug from git_commit join repo using (repo_id) order by 1'
  );
  expect(rows).toHaveLength(2);
  const state = await mirrorsState(mirrorsIn('large', max));
  // Until it was known to be too large, others may have made room for it.
  expect(state).toMatchObject({ interrupted: 0, too_large: [{ bytes: expect.any(Number) }] });
  expect(state?.used_bytes).toBeLessThanOrEqual(max);
  const { rows: health } = await db.pool.query<{ last_error: string }>(`select last_error from stream_state where stream_id like 'git/history/%huge%'`); // prettier-ignore
  expect(health[0]?.last_error).toMatch(line);
  expect((await pass(db, 'large', { urls, max })).failures).toEqual([expect.stringMatching(line)]);
  expect(await fetches('large')).toBe(2);
  // With more room it is read.
  expect((await pass(db, 'large', { urls, max: 20e6 })).failures).toEqual([]);
  expect(await mirrorsState(mirrorsIn('large', 20e6))).toMatchObject({ too_large: [], fetches: 3 });
}, 240_000);

describe('a mirror in use', () => {
  const open = (url: string, mirrors: Mirrors) =>
    openMirror({
      mirrors,
      url,
      name: 'acme/shop',
      notesRef: 'refs/notes/ai',
      isFetching: true,
      signal: new AbortController().signal,
    });

  it('is not evicted, by whatever process it is read; one whose reader was killed is', async () => {
    const mirrors = mirrorsIn('used', 20e9);
    const opened = await open(make('used'), mirrors);
    const place = placeOfBase(mirrors, path.basename(opened.folder, '.git'));
    expect(await evict(place)).toBe(false);
    opened.close();
    const lock = new URL('../../file-lock.ts', import.meta.url).pathname;
    const script = `import { holdFileLockShared } from ${JSON.stringify(lock)}; holdFileLockShared(${JSON.stringify(place.useLock)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } }); // prettier-ignore
    await once(child.stdout, 'data');
    expect(await evict(place)).toBe(false);
    expect(existsSync(place.marker)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await evict(place)).toBe(true);
    expect(existsSync(place.folder)).toBe(false);
  });

  it('makes others wait, and then say so', async () => {
    const size = 1_500_000;
    const mirrors = { ...mirrorsIn('full', size), patienceMs: 500 };
    const first = await open(make('first', 1_600_000), mirrors);
    await expect(open(make('second', 1_600_000), mirrors)).rejects.toMatchObject({
      code: 'mirrors_full',
      retryable: true,
    });
    first.close();
    const second = await open(`file://${at('remotes', 'second', '.git')}`, mirrors);
    expect(existsSync(first.folder)).toBe(false);
    second.close();
  });
});

describe('a process that is killed', () => {
  it('in the middle of a fetch leaves a part that counts and goes; the next pass reads all', async () => {
    make('slow', 3_000_000);
    const remote = await slowRemote(at('remotes'), 400_000);
    remotes.push(remote);
    const url = `${remote.url}/slow/.git`;
    const db = await store();
    const child = startCli(['collect', '--repo', url, '--home', at('killed')], { url: db.url });
    const parts = (): string[] => readdirSync(at('killed', 'mirrors')).filter((name) => name.includes('.part-'));
    const ended = endOf(child);
    while (!existsSync(at('killed', 'mirrors')) || parts().length === 0) await pause(20);
    const state = (): ReturnType<typeof mirrorsState> => mirrorsState(mirrorsIn('killed', 20e9));
    while (((await state())?.fetching_bytes ?? 0) < 100_000) await pause(20);
    expect(await state()).toMatchObject({ mirrors: 0, fetching: 1, interrupted: 0 });
    child.kill('SIGKILL');
    await ended;
    const after = await state();
    expect(after).toMatchObject({ mirrors: 0, fetching: 0, interrupted: 1 });
    expect(after?.used_bytes).toBeGreaterThan(100_000);
    const status = await runCli(['status', '--home', at('killed')], { url: db.url });
    expect(status.stdout).toMatch(/: stopped at [\d.]+ MB fetched; the next run carries on\n|Mirrors: 1 half-fetched/);
    expect(status.stdout).not.toContain('under way');
    remote.bytesPerSecond = Infinity;
    expect((await runCli(['collect', '--quiet', '--repo', url, '--home', at('killed')], { url: db.url })).stderr).toBe(
      ''
    );
    expect(await state()).toMatchObject({ mirrors: 1, interrupted: 0, fetches: 1 });
    expect((await db.pool.query('select from git_commit')).rowCount).toBe(1);
  }, 120_000);

  it('in the middle of an eviction leaves what the next fetch removes', async () => {
    const mirrors = mirrorsIn('half', 20e9);
    const trash = at('half', 'mirrors', 'acme-shop-00000000.trash-0');
    mkdirSync(trash, { recursive: true });
    writeFileSync(path.join(trash, 'pack'), randomBytes(50_000));
    expect(await mirrorsState(mirrors)).toMatchObject({ mirrors: 0, interrupted: 1 });
    const { close } = await openMirror({ mirrors, url: make('half'), name: 'half', notesRef: 'refs/notes/ai', isFetching: true, signal: new AbortController().signal }); // prettier-ignore
    close();
    expect(await mirrorsState(mirrors)).toMatchObject({ mirrors: 1, interrupted: 0 });
    expect(existsSync(trash)).toBe(false);
  });

  it('in the middle of an update leaves locks and parts of packs, which stop nobody', async () => {
    const mirrors = mirrorsIn('update', 20e9);
    const url = make('update');
    const request = { mirrors, url, name: 'update', notesRef: 'refs/notes/ai', isFetching: true, signal: new AbortController().signal }; // prettier-ignore
    const first = await openMirror(request);
    first.close();
    writeFileSync(path.join(first.folder, 'packed-refs.lock'), '');
    writeFileSync(path.join(first.folder, 'refs', 'heads', 'main.lock'), '');
    writeFileSync(path.join(first.folder, 'objects', 'pack', 'tmp_pack_Ab12'), randomBytes(9_000));
    commit('update', 'b', 1_000);
    const second = await openMirror(request);
    second.close();
    expect(execFileSync('git', ['--git-dir', second.folder, 'rev-parse', 'main'], { encoding: 'utf8' })).toBe(git('update', 'rev-parse', 'main')); // prettier-ignore
    const left = readdirSync(second.folder, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => /\.lock$|tmp_/.test(name))).toEqual([]);
  });
});

test('a shared lock is held by several, and by nobody who wants it alone', () => {
  mkdirSync(at('locks'), { recursive: true });
  const [first, second] = [holdFileLockShared(at('locks', 'a')), holdFileLockShared(at('locks', 'a'))];
  expect([first, second].every((one) => one !== null)).toBe(true);
  first?.();
  second?.();
});
