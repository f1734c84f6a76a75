import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pagesOf } from '../connectors/git/fixtures/read-stream.ts';
import { TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import type { Page } from '../connector.ts';
import { countLines } from '../lifetimes/count-lines.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { documentedKeys, hostileRepository, type HostileRepository } from './fixtures/hostile-repository.ts';
import { openRepository } from './process.ts';
import { checkUrl } from './url.ts';

let hostile: HostileRepository;
let db: TestDatabase;
const parent = mkdtempSync(path.join(tmpdir(), 'throughline-hostile-'));
const root = path.join(import.meta.dirname, '../../..');

beforeAll(async () => {
  hostile = hostileRepository();
  db = await testDatabase();
});
afterAll(async () => {
  hostile.remove();
  rmSync(parent, { recursive: true });
  await db.close();
});

/** Variables that would run or redirect, were they listened to. */
const evilEnvironment = (): Record<string, string> => ({
  GIT_EXTERNAL_DIFF: hostile.marker,
  GIT_PAGER: hostile.marker,
  GIT_EDITOR: hostile.marker,
  GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${hostile.marker}'`,
  GIT_TRACE: path.join(parent, 'trace'),
  GIT_TRACE2_EVENT: path.join(parent, 'trace'),
  GIT_DIR: path.join(parent, 'elsewhere'),
  GIT_WORK_TREE: parent,
  GIT_OBJECT_DIRECTORY: path.join(parent, 'elsewhere'),
  GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(parent, 'elsewhere'),
  GIT_REPLACE_REF_BASE: 'refs/heads',
  GIT_GRAFT_FILE: path.join(hostile.folder, '.git/info/grafts'),
  GIT_NAMESPACE: 'evil',
});

/** What has a remote is known up to its last fetch, what has none up to now. */
const withoutTime = (pages: readonly Page<unknown>[] | undefined): unknown =>
  pages?.map(({ rows, cursor, skips }) => ({ rows, cursor, skips }));

/** Runs the collector, under strace where it is there. @returns every program that was started */
function traced(args: readonly string[]): { status: number | null; output: string; programs: string[] | null } {
  const trace = path.join(parent, `trace-${String(Math.random()).slice(2)}`);
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'collector/src/main.ts'),
    ...args,
  ];
  const canTrace = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']).status === 0;
  const [program = '', ...rest] = canTrace
    ? ['strace', '-f', '-qq', '-s', '400', '-e', 'trace=execve', '-o', trace, ...command]
    : command;
  const done = spawnSync(program, rest, {
    cwd: hostile.folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ...evilEnvironment(),
      DATABASE_URL: db.url,
      THROUGHLINE_HOME: path.join(parent, 'home'),
    },
  });
  const programs = canTrace
    ? [...readFileSync(trace, 'utf8').matchAll(/execve\("([^"]+)", (\[.*?\]), .*\) = 0/g)].map(
        ([, file = '', argv = '']) => `${path.basename(file)} ${argv}`
      )
    : null;
  return { status: done.status, output: done.stdout + done.stderr, programs };
}

describe('a repository that names a program wherever git reads one', () => {
  it('is dangerous to git itself: the markers work', () => {
    expect(documentedKeys().length).toBeGreaterThan(500);
    spawnSync('git', ['-C', hostile.plain, '-c', `core.fsmonitor=${hostile.marker}`, 'status']);
    expect(hostile.ran().length).toBeGreaterThan(0);
    rmSync(path.join(path.dirname(hostile.marker), 'ran'));
  });

  it('runs nothing but our own git and gives the numbers of its commits, whatever the environment says', async () => {
    const before = { ...process.env };
    Object.assign(process.env, evilEnvironment());
    try {
      for (const stream of ['history', 'tags', 'notes']) {
        const [evil, plain] = [hostile.folder, hostile.plain].map((at) => pagesOf(stream, { path: at, slug: 'shop' }));
        expect(withoutTime(await evil)).toEqual(withoutTime(await plain));
      }
      expect(await countLines({ repoPath: hostile.folder })).toEqual(await countLines({ repoPath: hostile.plain }));
    } finally {
      process.env = before;
    }
    expect(hostile.ran()).toEqual([]);
    expect(existsSync(path.join(parent, 'trace'))).toBe(false);
  });

  it.each(['path', 'file://'])('is collected as %s with no other program started', (kind) => {
    const repo = kind === 'path' ? hostile.folder : `file://${hostile.folder}`;
    const { status, output, programs } = traced(['collect', '--quiet', '--repo', repo]);
    expect({ status, output }).toEqual({ status: 0, output: '' });
    expect(hostile.ran()).toEqual([]);
    expect(programs?.length ?? 99).toBeGreaterThan(5);
    // A fetch from a folder goes through git's own shell and upload-pack, on our view.
    // The shell only sets a limit of memory and becomes git.
    const limited = 'sh \\["/bin/sh", "-c", "ulimit -d [^;]*; exec git [^;]*", "\\d+", "--git-dir=';
    const own = new RegExp(`^((node|git${kind === 'path' ? '' : '|git-upload-pack|sh'}) |${limited})`);
    expect(
      programs?.filter((one) => !own.test(one) || one.includes(hostile.folder + '/') || one.includes('marker')) ?? []
    ).toEqual([]);
  });

  it('without one of its objects says that it is partial, and fetches nothing', async () => {
    const id = hostile.inner;
    const file = path.join(hostile.folder, '.git/objects', id.slice(0, 2), id.slice(2));
    const kept = readFileSync(file);
    rmSync(file);
    await expect(pagesOf('history', { path: hostile.folder })).rejects.toMatchObject({
      code: 'git_history',
      message: expect.stringContaining('partial clone') as string,
    });
    writeFileSync(file, kept);
    expect(hostile.ran()).toEqual([]);
  });
});

describe('a pointer out of the repository', () => {
  const made = new TestRepository().commit('main', { files: { a: 'private\n' } }).save();
  afterAll(() => made.remove());
  const folder = (name: string): string => {
    const at = path.join(parent, name);
    mkdirSync(at);
    return at;
  };

  it('is not followed: .git file, commondir, links', async () => {
    const byFile = folder('by-file');
    writeFileSync(path.join(byFile, '.git'), `gitdir: ${made.folder}/.git\n`);
    const byCommon = folder('by-common');
    mkdirSync(path.join(byCommon, '.git'));
    writeFileSync(path.join(byCommon, '.git/HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(path.join(byCommon, '.git/commondir'), `${made.folder}/.git\n`);
    const byLink = folder('by-link');
    execFileSync('git', ['init', '-q', byLink]);
    rmSync(path.join(byLink, '.git/objects'), { recursive: true });
    symlinkSync(path.join(made.folder, '.git/objects'), path.join(byLink, '.git/objects'));
    const byDot = folder('by-dot');
    symlinkSync(path.join(made.folder, '.git'), path.join(byDot, '.git'));
    for (const at of [byFile, byCommon, byLink, byDot]) {
      await expect(openRepository(at)).rejects.toMatchObject({
        code: 'git_outside',
        message: expect.stringContaining(made.folder) as string,
      });
    }
  });

  it('of a working tree or submodule that git made is', async () => {
    const tree = path.join(parent, 'tree');
    made.git('worktree', 'add', '-q', '-b', 'other', tree);
    made.git('-C', tree, 'commit', '-q', '--allow-empty', '-m', 'Only there');
    const [history] = await pagesOf('history', { path: tree, branch: 'other' });
    expect(history?.rows.filter(({ table }) => table === 'git_commit')).toHaveLength(2);
    const outer = new TestRepository().commit('main').save();
    const modules = path.join(outer.folder, '.git/modules/sub');
    mkdirSync(path.dirname(modules));
    outer.git('init', '-q', '--separate-git-dir', modules, 'sub');
    outer.git('-C', 'sub', 'remote', 'add', 'origin', 'https://git.acme.io/acme/sub.git');
    await expect(openRepository(path.join(outer.folder, 'sub'))).rejects.toMatchObject({ code: 'git_outside' });
    outer.git('-C', 'sub', 'config', 'core.worktree', '../../../sub');
    expect((await openRepository(path.join(outer.folder, 'sub'))).origin).toBe('https://git.acme.io/acme/sub.git');
    outer.remove();
  });

  it('in objects/info/alternates is not: what is missing then is said with its way out', async () => {
    const shared = path.join(parent, 'shared');
    execFileSync('git', ['clone', '-q', '--shared', made.folder, shared]);
    await expect(pagesOf('history', { path: shared })).rejects.toThrow(
      /bad object \w+\. It borrows objects from another repository [^:]*: run git repack -a -d in it, or clone it with --dissociate\.$/
    );
    execFileSync('git', ['-C', shared, 'repack', '-a', '-d', '-q']);
    expect((await pagesOf('history', { path: shared })).length).toBeGreaterThan(0);
  });
});

describe('odd things among the files of a repository', () => {
  it('are named: pipes do not hang, devices do not fill the memory, rubbish among the refs is no ref', async () => {
    const repo = new TestRepository().commit('main', { files: { a: 'x\n' } }).save();
    const git = (file: string): string => path.join(repo.folder, '.git', file);
    writeFileSync(git('refs/heads/-rf'), `${repo.sha('main')}\n`);
    writeFileSync(git('refs/heads/rubbish'), 'x'.repeat(100));
    writeFileSync(
      git('packed-refs'),
      `rubbish\n${'0'.repeat(40)} refs/heads/zero\n${repo.sha('main')} refs/heads/a..b\n`
    );
    symlinkSync('/etc/passwd', git('refs/heads/link'));
    expect((await pagesOf('history', { path: repo.folder })).length).toBeGreaterThan(0);
    for (const file of ['packed-refs', 'shallow', 'objects/pack/pack-x.idx', 'refs/heads/pipe']) {
      rmSync(git(file), { force: true });
      execFileSync('mkfifo', [git(file)]);
      const opened = openRepository(repo.folder);
      if (file.startsWith('refs')) await opened;
      else
        await expect(opened).rejects.toMatchObject({
          code: 'git_irregular',
          message: expect.stringContaining(file) as string,
        });
      rmSync(git(file));
    }
    rmSync(git('config'));
    symlinkSync('/dev/zero', git('config'));
    await expect(openRepository(repo.folder)).rejects.toMatchObject({ code: 'git_irregular' });
    repo.remove();
  });
});

it.each([
  'ext::sh -c touch% /tmp/x',
  'fd::7',
  '--upload-pack=touch',
  '-oProxyCommand=x:y',
  'ssh://-oProxyCommand=touch/x',
  'ssh://git@-oProxyCommand=touch/x',
  'ssh://%2doProxyCommand=touch/x',
  'https://host/x\nhost=evil',
  'evil::https://host/x',
  'host:-x',
])('%j is no address', (url) => {
  expect(() => checkUrl(url)).toThrow(/is no address of a repository/);
});
