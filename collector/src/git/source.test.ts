import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import { pagesOf, rowsOf, stored } from '../connectors/git/fixtures/read-stream.ts';
import { mirrorsAt } from './mirrors/mirrors.ts';
import { checkVersion } from './version.ts';
import { openSource, pathFault, slugOf, tagUrl, webUrlOf } from './source.ts';
import { remoteSlug } from './url.ts';

const parent = mkdtempSync(path.join(tmpdir(), 'throughline-open-'));
const made: TestRepository[] = [];
const repository = (): TestRepository => {
  const repo = new TestRepository();
  made.push(repo);
  return repo;
};
afterAll(() => {
  made.forEach((repo) => repo.remove());
  rmSync(parent, { recursive: true });
});

type Config = Parameters<typeof openSource>[0];
const config = (given: Partial<Config>): Config => ({ notes_ref: 'refs/notes/ai', ...given });
const at = (folder: string) => mirrorsAt(folder, { max: 20e9, fetches: 2 });
const open = (given: Partial<Config>, cacheDir = parent): ReturnType<typeof openSource> =>
  openSource(config(given), { mirrors: at(cacheDir), isFetching: true, signal: new AbortController().signal });

/** Every file below a folder with its time and size. */
const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { mtimeMs, size } = statSync(path.join(folder, name));
      return `${name} ${String(mtimeMs)} ${String(size)}`;
    })
    .sort();

describe('a repository that cannot be read', () => {
  it('is named with a way out, in one line', async () => {
    const plain = path.join(parent, 'plain');
    mkdirSync(plain);
    const inside = path.join(repository().commit('main').save().folder, 'inside');
    mkdirSync(inside);
    const empty = path.join(parent, 'empty');
    execFileSync('git', ['init', '-q', empty]);
    const branched = repository().commit('main').commit('topic', { from: 'main' }).save();
    const cases: Array<[Partial<Config>, string, RegExp]> = [
      [{ path: path.join(parent, 'none') }, 'git_path', /none does not exist/],
      [{ path: plain }, 'git_not_a_repository', /plain is not a git repository/],
      [{ path: inside }, 'git_not_a_repository', /inside is not a git repository/],
      [{ path: empty }, 'git_no_commits', /empty has no commits/],
      [{ path: branched.folder, branch: 'nope' }, 'git_branch', /no branch "nope"\. Set branch to one of main, topic/],
      [
        { url: 'https://user:s3cret@127.0.0.1:1/acme/shop.git' },
        'git_unreachable',
        /Cannot fetch https:\/\/127\.0\.0\.1:1\/acme\/shop\.git/,
      ],
      [{ url: 'https://t0kens3cret@127.0.0.1:1/acme/shop.git' }, 'git_unreachable', /127\.0\.0\.1/],
      [{ url: `file://${path.join(parent, 'none.git')}` }, 'git_unreachable', /none\.git/],
    ];
    for (const [given, code, message] of cases) {
      const error = await open(given).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
      expect((error as Error).message).not.toMatch(/s3cret|\n/);
    }
    const files = readdirSync(parent, { recursive: true, encoding: 'utf8' }).map((name) => path.join(parent, name));
    expect(files.filter((file) => statSync(file).isFile() && readFileSync(file).includes('s3cret'))).toEqual([]);
  });

  it('without rights says so', () => {
    expect(() => pathFault('/srv/x', Object.assign(new Error('x'), { code: 'EACCES' }))).toThrow(
      '/srv/x may not be read (EACCES)'
    );
  });

  it('for want of git, or of a new one, says which is needed', async () => {
    expect(() => checkVersion('git version 2.30.9')).toThrow('git 2.30.9 is too old. Install git 2.31 or newer.');
    expect(() => checkVersion('git version 2.31.0 (Apple Git-1)')).not.toThrow();
    const repo = repository().commit('main').save();
    const before = process.env['PATH'];
    process.env['PATH'] = path.join(parent, 'nowhere');
    try {
      await expect(open({ path: repo.folder })).rejects.toMatchObject({ code: 'git_missing' });
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('because a commit is missing says so, and what can be done', async () => {
    const repo = repository().commit('main').commit('main').commit('main');
    const lost = repo.sha('main~1');
    rmSync(path.join(repo.folder, '.git/objects', lost.slice(0, 2), lost.slice(2)));
    const error = await pagesOf('history', { path: repo.folder }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'git_history', message: expect.stringMatching(/git fsck, or clone it again/) });
  });
});

describe('the default branch', () => {
  it('is what the remote calls it; of it here and there the newer counts', async () => {
    const origin = repository().commit('main').commit('trunk', { from: 'main' });
    origin.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
    const folder = path.join(parent, 'clone');
    origin.git('clone', '-q', origin.folder, folder);
    expect(await open({ path: folder })).toMatchObject({ branch: 'trunk', tip: origin.sha('trunk') });
    origin.git('-C', folder, 'commit', '-q', '--allow-empty', '-m', 'mine');
    const mine = origin.git('-C', folder, 'rev-parse', 'HEAD');
    expect(await open({ path: folder })).toMatchObject({ tip: mine });
    origin.git('-C', folder, 'checkout', '-q', '-b', 'feature');
    expect(await open({ path: folder })).toMatchObject({ branch: 'trunk', tip: mine });
    origin.commit('trunk').save();
    origin.git('-C', folder, 'fetch', '-q');
    expect(await open({ path: folder })).toMatchObject({ tip: origin.sha('trunk') });
    expect(await open({ path: folder, branch: 'main' })).toMatchObject({ tip: origin.sha('main') });
  });

  it('of a detached clone without branches is HEAD', async () => {
    const repo = repository().commit('main');
    const tip = repo.sha('main');
    repo.git('checkout', '-q', '--detach');
    repo.git('branch', '-q', '-D', 'main');
    expect(await open({ path: repo.folder })).toMatchObject({ branch: 'HEAD', tip });
  });
});

describe('a clone of the user', () => {
  it('is not written to, whatever is read', async () => {
    const repo = repository().commit('main', { files: { 'a.ts': 'one line here\n' } });
    repo.git('tag', '-a', 'v1.0.0', '-m', 'one');
    repo.git('notes', '--ref=ai', 'add', '-m', '---\n{"schema_version":"authorship/3.0.0"}', 'main');
    const before = listing(repo.folder);
    for (const stream of ['history', 'tags', 'notes']) await pagesOf(stream, { path: repo.folder });
    expect(listing(repo.folder)).toEqual(before);
  });
});

describe('a mirror', () => {
  it('is made once and fetched after that; force pushes and deleted branches follow', async () => {
    const repo = repository().commit('main').commit('main', { message: 'Gone' }).commit('old', { from: 'main' });
    repo.git('tag', 'v1.0.0', 'main');
    repo.git('notes', '--ref=ai', 'add', '-m', 'x', 'main');
    const cacheDir = path.join(parent, 'cache');
    const url = `file://${repo.folder}`;
    const first = await open({ url }, cacheDir);
    const run = (...args: string[]): string =>
      execFileSync('git', ['--git-dir', first.repo.gitDir, ...args], { encoding: 'utf8' }).trim();
    expect(first).toMatchObject({ branch: 'main', tip: repo.sha('main'), boundary: [] });
    expect(run('for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main\nrefs/heads/old\nrefs/notes/ai\nrefs/tags/v1.0.0'
    );
    expect(readFileSync(path.join(first.repo.gitDir, 'config'), 'utf8')).not.toContain(repo.folder);
    repo.git('update-ref', 'refs/heads/main', repo.sha('main~1'));
    repo.git('branch', '-q', '-D', 'old');
    repo.commit('main', { message: 'New' }).save();
    expect((await open({ url }, cacheDir)).tip).toBe(repo.sha('main'));
    expect(run('for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/main');
  });

  it('that was interrupted is taken up again', async () => {
    const repo = repository().commit('main');
    const cacheDir = path.join(parent, 'cache2');
    const url = `file://${repo.save().folder}`;
    const { repoPath } = await open({ url }, cacheDir);
    rmSync(path.join(repoPath, 'throughline-fetched'));
    execFileSync('git', ['--git-dir', repoPath, 'update-ref', '-d', 'refs/heads/main']);
    const again = openSource(config({ url }), {
      mirrors: at(cacheDir),
      isFetching: false,
      signal: new AbortController().signal,
    });
    expect((await again).tip).toBe(repo.sha('main'));
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    const opening = openSource(config({ url: `file://${repository().commit('main').save().folder}` }), {
      mirrors: at(path.join(parent, 'cache3')),
      isFetching: true,
      signal: controller.signal,
    });
    await expect(opening).rejects.toThrow('stop');
  });
});

describe('names and links', () => {
  it('come from the remote, else from the folder', async () => {
    const repo = repository().commit('main').save();
    expect(slugOf(config({ path: repo.folder }))).toBe('shop');
    repo.git('remote', 'add', 'origin', 'https://tok:en@git.acme.io/team/shop.git');
    expect(slugOf(config({ path: repo.folder }))).toBe('team/shop');
    expect(slugOf(config({ path: repo.folder, slug: 'x' }))).toBe('x');
    expect(remoteSlug('git@github.com:acme/shop.git')).toBe('acme/shop');
    expect(remoteSlug('ssh://git@git.acme.io:2222/acme/shop.git')).toBe('acme/shop');
    expect(remoteSlug('file:///srv/git/acme/shop.git')).toBe('acme/shop');
    // What runs something, or is an option, names nothing: a clone of it is called like its folder.
    for (const bad of [
      'ext::sh -c "touch x" acme/shop',
      'fd::17/acme/shop',
      'transport::https://github.com/acme/shop',
      'foo://github.com/acme/shop',
      '--upload-pack=x:acme/shop',
      'ssh://-oProxyCommand=x/acme/shop',
      'https://github.com/acme/sh\0op',
      'https://github.com/acme/shop\nx',
    ]) {
      expect(remoteSlug(bad)).toBeNull();
      expect(webUrlOf(bad)).toBeNull();
    }
    expect(remoteSlug('https://git.acme.io/acme/shop.git?private_token=tok#en')).toBe('acme/shop');
    expect(rowsOf(stored(await pagesOf('history', { path: repo.folder })), 'repo')[0]).not.toHaveProperty('web_url');
  });

  it('of a folder called repo come from the folder that its remote is, else from the one above', () => {
    const above = mkdtempSync(path.join(tmpdir(), 'throughline-vite-'));
    for (const name of ['repo', 'repo.git', 'repository']) {
      const folder = path.join(above, name);
      execFileSync('git', ['init', '-q', '--bare', folder]);
      expect(slugOf(config({ path: folder }))).toBe(path.basename(above));
      execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', '../../elsewhere/shop.git']);
      expect(slugOf(config({ path: folder }))).toBe('shop');
      execFileSync('git', ['-C', folder, 'remote', 'set-url', 'origin', 'https://git.acme.io/team/cart.git']);
      expect(slugOf(config({ path: folder }))).toBe('team/cart');
    }
    rmSync(above, { recursive: true, force: true });
  });

  it('hold no credentials', () => {
    expect(webUrlOf('https://user:tok@github.com/acme/shop.git')).toBe('https://github.com/acme/shop');
    expect(webUrlOf('git@gitlab.acme.io:team/shop.git')).toBe('https://gitlab.acme.io/team/shop');
    expect(tagUrl('https://github.com/acme/shop', 'v1+a/b')).toBe(
      'https://github.com/acme/shop/releases/tag/v1%2Ba%2Fb'
    );
  });
});

it("the user's own git configuration changes nothing", async () => {
  const repo = repository().commit('main', { message: 'Add (#1)' }).save();
  const home = path.join(parent, 'home');
  mkdirSync(home);
  writeFileSync(
    path.join(home, '.gitconfig'),
    '[log]\n\tshowSignature = true\n\tmailmap = true\n[format]\n\tpretty = oneline\n[core]\n\tpager = false\n'
  );
  const before = process.env['HOME'];
  const plain = await pagesOf('history', { path: repo.folder });
  process.env['HOME'] = home;
  try {
    expect(await pagesOf('history', { path: repo.folder })).toEqual(plain);
  } finally {
    process.env['HOME'] = before;
  }
});
