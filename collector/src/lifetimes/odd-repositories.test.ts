import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { countLines } from './count-lines.ts';
import { gitEnvironment } from '../git/environment.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { blameRevision } from './testing/blame.ts';
import { memorySink } from './testing/memory-sink.ts';
import { blame, testRepository, type TestCommit, type TestRepository } from './testing/repository.ts';

const repositories: TestRepository[] = [];
afterAll(() => repositories.forEach((repository) => repository.remove()));

function made(commits: readonly TestCommit[]): TestRepository {
  const repository = testRepository(commits);
  repositories.push(repository);
  return repository;
}

async function count(commits: readonly TestCommit[]): Promise<{ total: number; byCommit: number[] }> {
  const repository = made(commits);
  const { total, by_commit } = await countLines({ repoPath: repository.dir });
  return { total, byCommit: repository.shas.map((sha) => by_commit[sha] ?? 0) };
}

describe('what real clones hold', () => {
  it('is followed through spaces, quotes, line ends, non-ASCII and non-UTF-8 bytes in paths', async () => {
    const paths = [
      'a b.txt',
      'say "hi".txt',
      'back\\slash',
      'new\nline',
      'tab\there',
      'caf\u00c3\u00a9',
      'latin\u00e9',
      '-dash',
      ':(top)x',
      '+++ b',
    ];
    const tree = (line: string): Record<string, string> =>
      Object.fromEntries(paths.map((path) => [path, `first ${JSON.stringify(path)}\n${line}\n`]));
    const commits = [
      { parents: [], tree: tree('one') },
      { parents: [0], tree: tree('two') },
    ];
    expect(await count(commits)).toEqual({ total: 20, byCommit: [10, 10] });
    const sink = memorySink();
    await runLifetimes({ repoPath: (repositories.at(-1) as TestRepository).dir, mode: 'full', sink });
    expect(sink.rows().map((row) => row.path)).toEqual(expect.arrayContaining(['café', '"latin\\351"', 'new\nline']));
  });

  it('counts a last line without line end, CRLF and mixed ends', async () => {
    expect(await count([{ parents: [], tree: { a: 'one', b: 'x\r\ny\nz\r', c: '' } }])).toEqual({
      total: 4,
      byCommit: [4],
    });
    expect(
      await count([
        { parents: [], tree: { a: 'one' } },
        { parents: [0], tree: { a: 'one\ntwo' } },
      ])
    ).toEqual({ total: 2, byCommit: [0, 2] });
  });

  it('has contents that look like a diff', async () => {
    const nasty =
      '--- a/x\n+++ b/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No newline at end of file\n:100644 100644\nBinary files differ\n0123456789abcdef\n\u0000'.slice(
        0,
        -1
      );
    expect(
      await count([
        { parents: [], tree: { a: nasty } },
        { parents: [0], tree: { a: `- x\n${nasty}+ y\n` } },
      ])
    ).toEqual({ total: 10, byCommit: [8, 2] });
  });

  it('has links, submodules and binary files without lines, and files that change between them and text', async () => {
    const link = { mode: '120000', content: 'text' };
    const module = { mode: '160000', content: '1'.repeat(40) };
    const binary = Buffer.from('a\0b\n');
    const commits: TestCommit[] = [
      { parents: [], tree: { text: 'one\ntwo\n', link, module, binary, becomes: binary } },
      {
        parents: [0],
        tree: {
          text: link,
          link: 'now\ntext\n',
          module: 'x\n',
          binary: Buffer.from('c\0d\n'),
          becomes: 'text\nat last\n',
        },
      },
      { parents: [1], tree: { text: 'again\n', link: binary, module, binary, becomes: 'text\nat last\nmore\n' } },
    ];
    expect(await count(commits)).toEqual({ total: 4, byCommit: [0, 2, 2] });
  });

  it('has merges that make text of what one side has as binary', async () => {
    const commits: TestCommit[] = [
      { parents: [], tree: { a: 'one\n' } },
      { parents: [0], tree: { a: Buffer.from('b\0\n') } },
      { parents: [0], tree: { a: 'two\n' } },
      { parents: [1, 2], tree: { a: 'three\nfour\n' } },
      { parents: [3], tree: { a: 'three\nfour\nfive\n' } },
    ];
    expect(await count(commits)).toEqual({ total: 3, byCommit: [0, 0, 0, 2, 1] });
  });

  it('has merges that combine a file with one of another name', async () => {
    const text = (word: string): string => Array.from({ length: 30 }, (_, at) => `${word} line ${at}\n`).join('');
    const repository = made([
      { parents: [], tree: { old: text('first'), other: text('other') } },
      { parents: [0], tree: { old: `${text('first')}ours\n`, other: text('other') } },
      { parents: [0], tree: { new: `theirs\n${text('first')}`, other: text('other') } },
      // Of a side branch, so that a merge of merges reads it too.
      {
        parents: [1, 2],
        tree: { new: `theirs\n${text('first')}ours\n`, half: text('first').slice(0, 300), other: text('other') },
      },
      { parents: [1], tree: { old: `${text('first')}ours\nagain\n`, other: text('other') } },
      {
        parents: [4, 3],
        tree: { new: `theirs\n${text('first')}ours\nmerged\nagain\n`, other: `${text('other')}end\n` },
      },
    ]);
    const { byCommit } = await blameRevision(repository.dir, 'main');
    expect((await countLines({ repoPath: repository.dir })).by_commit).toEqual(byCommit);
  });

  it('has modes that change, empty commits, several roots and octopus merges', async () => {
    const commits: TestCommit[] = [
      { parents: [], tree: { a: 'a\n' } },
      { parents: [0], tree: { a: { mode: '100755', content: 'a\n' } } },
      { parents: [1], tree: { a: { mode: '100755', content: 'a\n' } } },
      { parents: [], tree: { b: 'b\nb2\n' } },
      { parents: [], tree: { c: 'c\n' } },
      { parents: [2, 3, 4], tree: { a: 'a\n', b: 'b\nb2\n', c: 'c\n', d: 'd\n' } },
    ];
    expect(await count(commits)).toEqual({ total: 5, byCommit: [1, 0, 0, 2, 1, 1] });
  });

  it('swaps the names of two files in one commit', async () => {
    const one = Array.from({ length: 20 }, (_, line) => `one ${line}\n`).join('');
    const two = Array.from({ length: 30 }, (_, line) => `two ${line * 7}\n`).join('');
    const repository = made([
      { parents: [], tree: { a: one, b: two } },
      { parents: [0], tree: { c: one, a: two } },
    ]);
    const { by_commit } = await countLines({ repoPath: repository.dir });
    expect(by_commit[repository.shas[0] as string] ?? 0).toBe(
      blame(repository, 'main', 'c')
        .concat(blame(repository, 'main', 'a'))
        .filter((sha) => sha === repository.shas[0]).length
    );
  });

  it('has files of 100,000 lines', async () => {
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`);
    const edited = lines.map((line, at) => (at % 1000 === 0 ? `edited ${at}\n` : line));
    expect(
      await count([
        { parents: [], tree: { a: lines.join('') } },
        { parents: [0], tree: { a: edited.join('') } },
      ])
    ).toEqual({ total: 100_000, byCommit: [99_900, 100] });
  });

  it('has attributes and settings that would change a diff; they change nothing', async () => {
    const repository = made([
      { parents: [], tree: { '.gitattributes': '* -diff\n', a: 'x\n' } },
      { parents: [0], tree: { '.gitattributes': '* -diff\n', a: 'x\ny\n' } },
    ]);
    const clone = mkdtempSync(join(tmpdir(), 'lifetimes-'));
    execFileSync('git', ['clone', '-q', repository.dir, clone], { env: gitEnvironment() });
    for (const [name, value] of [
      ['diff.external', '/bin/false'],
      ['diff.noprefix', 'true'],
      ['diff.algorithm', 'patience'],
      ['diff.context', '9'],
      ['core.quotePath', 'true'],
      ['color.ui', 'always'],
      ['diff.renames', 'false'],
    ]) {
      execFileSync('git', ['-C', clone, 'config', name as string, value as string]);
    }
    const counted = await countLines({ repoPath: clone });
    rmSync(clone, { recursive: true });
    expect(counted).toEqual({
      total: 3,
      by_commit: { [repository.shas[0] as string]: 2, [repository.shas[1] as string]: 1 },
    });
  });
});

describe('a shallow clone', () => {
  it('is read from where it begins and says so', async () => {
    const repository = made(
      [0, 1, 2, 3].map((at) => ({
        parents: at ? [at - 1] : [],
        tree: { a: Array.from({ length: at + 1 }, (_, line) => `${line}\n`).join('') },
      }))
    );
    const clone = mkdtempSync(join(tmpdir(), 'lifetimes-'));
    execFileSync('git', ['clone', '-q', '--bare', '--depth=2', `file://${repository.dir}`, clone], {
      env: gitEnvironment(),
    });
    const result = await runLifetimes({ repoPath: clone, mode: 'full' });
    rmSync(clone, { recursive: true });
    expect(result).toMatchObject({ liveLines: 4, commits: 2, knownFrom: 1_700_000_000 + 2 * 3600 });
  });
});

describe('missing and corrupt objects', () => {
  const trees = ['one\n', 'one\ntwo\n', 'one\ntwo\nthree\n', 'one\ntwo\nthree\nfour\n'];
  const commits = trees.map((a, at) => ({ parents: at ? [at - 1] : [], tree: { a, b: `${at}\n` } }));

  async function damaged(
    at: number,
    damage: 'missing' | 'corrupt' | 'hollow'
  ): Promise<{ repository: TestRepository; skipped: unknown; lines: number }> {
    const repository = made(commits);
    const id = repository.git('rev-parse', `${repository.shas[at]}:a`).toString().trim();
    const file = join(repository.dir, 'objects', id.slice(0, 2), id.slice(2));
    rmSync(file);
    if (damage === 'corrupt') writeFileSync(file, 'nonsense');
    // Looks whole until it is read.
    if (damage === 'hollow') writeFileSync(file, deflateSync(`blob 60000\0${'x'.repeat(60_000)}`).subarray(0, -20));
    const { skipped, liveLines } = await runLifetimes({ repoPath: repository.dir, mode: 'full' });
    return { repository, skipped, lines: liveLines ?? -1 };
  }

  it.each(['missing', 'corrupt', 'hollow'] as const)(
    '%s: the file is skipped where it cannot be read and found again after it; all else goes on',
    async (damage) => {
      const { repository, skipped, lines } = await damaged(1, damage);
      expect(skipped).toEqual([
        {
          sha: repository.shas[1],
          path: 'a',
          reason: expect.stringContaining(damage === 'hollow' ? 'cannot be read' : 'is missing or damaged'),
        },
        { sha: repository.shas[2], path: 'a', reason: expect.any(String) },
      ]);
      expect(lines).toBe(5);
      // The line of the first commit is known to have lived on; what was hidden belongs to the commit that shows it.
      const { by_commit } = await countLines({ repoPath: repository.dir });
      expect(repository.shas.map((sha) => by_commit[sha] ?? 0)).toEqual([1, 0, 2, 2]);
    }
  );

  it('keeps the last known lines when the newest content is missing', async () => {
    expect((await damaged(3, 'missing')).lines).toBe(4);
  });
});

describe('a partial clone', () => {
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, at) => `line ${from + at} of a file\n`).join('');

  function lose(repository: TestRepository, ...ids: readonly string[]): void {
    for (const id of ids) rmSync(join(repository.dir, 'objects', id.slice(0, 2), id.slice(2)));
  }

  /** `lost`: a commit and what of it, e.g. `:path` or `^{tree}`. */
  function without(commits: readonly TestCommit[], ...lost: readonly [number, string][]): TestRepository {
    const repository = made(commits);
    const names = lost.map(([commit, what]) => `${repository.shas[commit]}${what}`);
    lose(
      repository,
      ...repository
        .git('rev-parse', ...names)
        .toString()
        .trim()
        .split('\n')
    );
    return repository;
  }

  it.each(['plain', 'full'] as const)(
    '%s: where git dies looking for renames, only the missing file of that commit is skipped',
    async (mode) => {
      const repository = without(
        [
          { parents: [], tree: { a: lines(0, 20), b: 'b\n' } },
          { parents: [0], tree: { a: lines(0, 20), b: 'b\nb\n', d: '' } },
          { parents: [1], tree: { c: lines(1, 21), b: 'b\nb\nb\n', e: { mode: '100755', content: '' } } },
          { parents: [2], tree: { c: lines(1, 22), b: 'b\nb\nb\nb\n' } },
          { parents: [3], tree: { c: lines(1, 22), b: 'b\n' } },
        ],
        [2, ':c']
      );
      const { skipped, liveLines } = await runLifetimes({ repoPath: repository.dir, mode, processes: 1 });
      expect(skipped).toEqual([
        { sha: repository.shas[2], path: 'c', reason: expect.stringContaining('missing') },
        { sha: repository.shas[3], path: 'c', reason: expect.stringContaining('missing') },
      ]);
      expect(liveLines).toBe(22);
    }
  );

  it('that has no trees or lacks a content of the tip says what to do, and never counts 0', async () => {
    const repository = made([
      { parents: [], tree: { a: lines(0, 30) } },
      { parents: [0], tree: { a: lines(0, 30), b: lines(0, 30) } },
      { parents: [1], tree: { b: lines(0, 31) } },
    ]);
    repository.git('config', 'uploadpack.allowFilter', 'true');
    for (const filter of ['tree:0', 'blob:none']) {
      const clone = mkdtempSync(join(tmpdir(), 'lifetimes-'));
      const args = ['clone', '-q', '--bare', `--filter=${filter}`, `file://${repository.dir}`, clone];
      execFileSync('git', args, { env: gitEnvironment(), stdio: 'ignore' });
      await expect(countLines({ repoPath: clone })).rejects.toMatchObject({
        code: 'history_unreadable',
        message: expect.stringContaining('git fetch --refetch --no-filter'),
      });
      rmSync(clone, { recursive: true });
    }
  });

  it('loses nothing but the missing files when their names are not UTF-8, look like patterns, or are many', async () => {
    const many = Object.fromEntries(Array.from({ length: 1200 }, (_, at) => [`dir/${at}.txt`, `many ${at}\n`]));
    const odd = { 'latin\u00e9': 'one\n', 'a*[b]?': 'three\n', ':(top)x': 'four\n' };
    const repository = without(
      [
        { parents: [], tree: { ...many, ...odd } },
        { parents: [0], tree: { ...many, ...odd, last: 'last\n' } },
      ],
      ...Array.from({ length: 700 }, (_, at): [number, string] => [0, `:dir/${at}.txt`])
    );
    // Not through a path: arguments are text here.
    const listed = repository.git('ls-tree', repository.shas[0] as string).toString();
    const id = /(\w{40})\t"latin\\351"/.exec(listed)?.[1] as string;
    lose(repository, id);
    const { skipped, liveLines } = await runLifetimes({ repoPath: repository.dir, mode: 'plain' });
    expect(skipped).toHaveLength(701);
    expect(skipped.map(({ path }) => path)).toContain('"latin\\351"');
    expect(liveLines).toBe(500 + 2 + 1);
  });

  it.each(['plain', 'full'] as const)('%s: a content missing in a merge costs only its own file', async (mode) => {
    // Both sides change the upper and the lower half of each file.
    const file = (name: string, upper: string, lower: string): string =>
      `${lines(0, 5)}${upper} ${name}\n${lines(5, 10)}${lower} ${name}\n${lines(10, 15)}`;
    const tree = (upper: string, lower: string): Record<string, string> =>
      Object.fromEntries(['a', 'b', 'c'].map((name) => [name, file(name, upper, lower)]));
    const repository = without(
      [
        { parents: [], tree: tree('old', 'old') },
        { parents: [0], tree: tree('ours', 'old') },
        { parents: [0], tree: tree('old', 'theirs') },
        { parents: [1, 2], tree: tree('ours', 'theirs') },
      ],
      [2, ':b']
    );
    const sink = memorySink();
    const { skipped } = await runLifetimes({ repoPath: repository.dir, mode, sink });
    expect(skipped.filter(({ sha }) => sha === repository.shas[3])).toEqual([
      { sha: repository.shas[3], path: 'b', reason: expect.stringContaining('missing') },
    ]);
    const alive = new Map<string, number>();
    for (const { diedSha, originSha, lines } of sink.rows())
      if (diedSha === null) alive.set(originSha, (alive.get(originSha) ?? 0) + lines);
    // Of b the lines of the first parent are kept: one of ours, none of theirs.
    expect(repository.shas.map((sha) => alive.get(sha) ?? 0)).toEqual([46, 3, 2, 0]);
  });

  it('goes on where the tree of a change or of a merge is missing, and names the commit', async () => {
    const commits: TestCommit[] = [
      { parents: [], tree: { a: 'a\n' } },
      { parents: [0], tree: { a: 'a\n', b: 'b\n' } },
      { parents: [0], tree: { a: 'a\n', c: 'c\n' } },
      { parents: [1, 2], tree: { a: 'a\n', b: 'b\n', c: 'c\n' } },
      { parents: [3], tree: { a: 'a\na\n', b: 'b\n', c: 'c\n' } },
      { parents: [4], tree: { a: 'a\na\na\n', b: 'b\n', c: 'c\n' } },
      { parents: [4], tree: { a: 'a\na\n', b: 'b\n', c: 'c\n', d: 'd\n' } },
      { parents: [5, 6], tree: { a: 'a\na\na\n', b: 'b\n', c: 'c\n', d: 'd\n' } },
    ];
    const repository = without(commits, [3, '^{tree}']);
    const { skipped, liveLines } = await runLifetimes({ repoPath: repository.dir, mode: 'full' });
    expect(skipped.map(({ sha, path }) => [sha, path])).toEqual([
      [repository.shas[3], null],
      [repository.shas[4], null],
    ]);
    expect(liveLines).toBeGreaterThanOrEqual(4);
  });
});

describe('what is not a repository', () => {
  it('is refused with a code and the value', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'lifetimes-'));
    await expect(runLifetimes({ repoPath: empty, mode: 'full' })).rejects.toMatchObject({
      code: 'not_a_repository',
      message: expect.stringContaining(empty),
    });
    await expect(runLifetimes({ repoPath: join(empty, 'nowhere'), mode: 'full' })).rejects.toMatchObject({
      code: 'not_a_repository',
    });
    execFileSync('git', ['init', '-q', empty]);
    await expect(runLifetimes({ repoPath: empty, mode: 'full' })).rejects.toMatchObject({ code: 'no_such_revision' });
    rmSync(empty, { recursive: true });
  });

  it('stops when told to', async () => {
    const repository = made([{ parents: [], tree: { a: 'x\n' } }]);
    await expect(runLifetimes({ repoPath: repository.dir, mode: 'full', signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/i
    );
  });
});
