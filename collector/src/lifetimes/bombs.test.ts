import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitLimits } from '../git/limits.ts';
import { gitEnvironment } from '../git/environment.ts';
import type { LifetimeResult } from './contract.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { memorySink } from './testing/memory-sink.ts';
import { testRepository, type TestCommit, type TestRepository } from './testing/repository.ts';

const SMALL: GitLimits = { pathsPerCommit: 5, linesPerCommit: 40, linesPerFile: 10, bytesPerFile: 200 };
const folders: string[] = [];
const repositories: TestRepository[] = [];
afterAll(() => {
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  repositories.forEach((repository) => repository.remove());
});

/** @returns for each skipped thing the number of its commit, its path and why; and the live lines */
async function read(
  commits: readonly TestCommit[],
  limits: GitLimits = SMALL
): Promise<{ skipped: string[]; result: LifetimeResult }> {
  const repository = testRepository(commits);
  repositories.push(repository);
  const result = await runLifetimes({ repoPath: repository.dir, mode: 'full', sink: memorySink(), limits });
  const skipped = result.skipped.map(
    ({ sha, path, reason }) => `${repository.shas.indexOf(sha)} ${path ?? 'all'}: ${reason}`
  );
  return { skipped, result };
}

const lines = (count: number, word = 'line'): string =>
  Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join('');
const files = (count: number, content: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`many/${at}`, content]));

describe('what is larger than the limits', () => {
  it('is skipped as a commit of too many paths, and what comes before and after it counts', async () => {
    const { skipped, result } = await read([
      { parents: [], tree: { a: lines(3) } },
      { parents: [0], tree: { a: lines(3), ...files(6, 'x\n') } },
      { parents: [1], tree: { a: lines(4), ...files(6, 'x\n') } },
      { parents: [2], tree: { a: lines(5) } },
      { parents: [3], tree: { a: lines(6) } },
    ]);
    expect(skipped).toEqual(['1', '3'].map((at) => `${at} all: more than 5 paths (limits.paths_per_commit)`));
    // What the skipped commit 3 added stays unknown until the file is next looked at as a whole.
    expect(result.liveLines).toBe(6);
  });

  it('is skipped as a commit of too many lines', async () => {
    const { skipped, result } = await read([
      { parents: [], tree: { a: lines(3) } },
      { parents: [0], tree: { a: lines(3), ...files(5, lines(9)) } },
      { parents: [1], tree: { a: lines(4), ...files(5, lines(9)) } },
    ]);
    expect(skipped).toEqual(['1 all: more than 40 lines (limits.lines_per_commit)']);
    expect(result.liveLines).toBe(4);
  });

  it('is set aside as a file of too many lines or bytes, which keeps its last known lines', async () => {
    const { skipped, result } = await read([
      { parents: [], tree: { long: lines(3), wide: 'x\n', other: 'y\n' } },
      { parents: [0], tree: { long: lines(12, 'new'), wide: 'x'.repeat(201), other: 'z\nz\n' } },
      { parents: [1], tree: { long: lines(12, 'new'), wide: 'x'.repeat(300), other: 'z\n' } },
    ]);
    expect(skipped.sort()).toEqual([
      '1 long: more than 10 lines (limits.lines_per_file)',
      '1 wide: 201 bytes, more than 200 (limits.bytes_per_file)',
      '2 wide: 300 bytes, more than 200 (limits.bytes_per_file)',
    ]);
    expect(result.liveLines).toBe(3 + 1 + 1);
  });

  it('counts again as soon as it is small enough', async () => {
    const { skipped, result } = await read([
      { parents: [], tree: { a: lines(3) } },
      { parents: [0], tree: { a: lines(12, 'new') } },
      { parents: [1], tree: { a: lines(4) } },
    ]);
    expect(skipped).toEqual(['1 a: more than 10 lines (limits.lines_per_file)']);
    expect(result.liveLines).toBe(4);
  });

  it('is named in merges', async () => {
    const side = { ...files(6, 'x\n') };
    const { skipped } = await read([
      { parents: [], tree: { a: lines(3) } },
      { parents: [0], tree: { a: lines(3), ...side } },
      { parents: [0], tree: { a: lines(4) } },
      { parents: [2, 1], tree: { a: lines(4), ...side } },
    ]);
    expect(skipped).toEqual(['1', '3'].map((at) => `${at} all: more than 5 paths (limits.paths_per_commit)`));
  });

  it('begins anew where the limits are others', async () => {
    const repository = testRepository([{ parents: [], tree: { a: lines(12) } }]);
    repositories.push(repository);
    const options = { repoPath: repository.dir, mode: 'full' } as const;
    const small = await runLifetimes({ ...options, limits: SMALL });
    const large = await runLifetimes({ ...options, limits: { ...SMALL, linesPerFile: 12 } });
    expect([small.liveLines, large.liveLines]).toEqual([0, 12]);
    expect(small.format).not.toBe(large.format);
  });
});

describe('a broken clock', () => {
  it.each(['9223372036854775807', '99999999999999', '-5', '253402300800'])(
    'of the committer (%s) costs no line: the time of the author stands in for it',
    async (clock) => {
      const repository = testRepository([{ parents: [], tree: { a: lines(2) } }]);
      repositories.push(repository);
      const tree = repository.git('rev-parse', 'main^{tree}').toString().trim();
      const text = `tree ${tree}\nauthor T <t@x> 1700000000 +0000\ncommitter T <t@x> ${clock} +0000\n\nm\n`;
      const args = ['-C', repository.dir, 'hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
      const tip = execFileSync('git', args, { input: text, env: gitEnvironment() }).toString().trim();
      const sink = memorySink();
      await runLifetimes({ repoPath: repository.dir, tip, mode: 'full', sink });
      expect(sink.rows().map(({ bornAt, lines: count }) => [bornAt, count])).toEqual([[1_700_000_000, 2]]);
    }
  );
});

/** A commit whose tree has `width` equal trees in each of `levels`: few objects, very many paths. */
function bomb(levels: number, width: number): string {
  const dir = mkdtempSync(join(tmpdir(), 'bomb-'));
  folders.push(dir);
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', ['-C', dir, ...args], { input, env: gitEnvironment() })
      .toString()
      .trim();
  git(['init', '-q', '--bare', '--initial-branch=main']);
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  const commit = (tree: string, parents: readonly string[]): string =>
    git([...who, 'commit-tree', '-m', 'made', tree, ...parents.flatMap((parent) => ['-p', parent])]);
  const blob = git(['hash-object', '-w', '--stdin'], '\n'.repeat(60_000_000));
  const first = commit(git(['mktree'], `100644 blob ${blob}\tnewlines\n`), []);
  let kind = '100644 blob';
  let id = git(['hash-object', '-w', '--stdin'], 'hi\n');
  let entries = '';
  for (let level = 0; level < levels; level++) {
    entries = Array.from({ length: width }, (_, at) => `${kind} ${id}\tn${at}\n`).join('');
    id = git(['mktree'], entries);
    kind = '040000 tree';
  }
  const bombed = commit(id, [first]);
  const merged = commit(id, [first, bombed]);
  const small = git(['mktree'], `${entries}100644 blob ${git(['hash-object', '-w', '--stdin'], 'a\nb\n')}\tfile\n`);
  git(['update-ref', 'refs/heads/main', commit(small, [merged])]);
  git(['gc', '-q']);
  return dir;
}

describe('a repository made to take all memory', () => {
  it('is read within 512 MB: 10^8 paths in one commit and a merge, 60 MB of newlines in another', () => {
    const script = `
      import { runLifetimes } from ${JSON.stringify(join(import.meta.dirname, 'run-lifetimes.ts'))};
      const { skipped, liveLines } = await runLifetimes({ repoPath: process.argv[1], mode: 'full' });
      const own = process.resourceUsage().maxRSS;
      console.log(JSON.stringify({ reasons: skipped.map(({ path, reason }) => [path, reason]), liveLines, own }));
    `;
    const ran = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, bomb(8, 10)],
      { encoding: 'utf8' }
    );
    expect(ran.stderr).toBe('');
    const { reasons, liveLines, own } = JSON.parse(ran.stdout) as { reasons: unknown; liveLines: number; own: number };
    expect(reasons).toEqual([
      ['newlines', '60,000,000 bytes, more than 16,777,216 (limits.bytes_per_file)'],
      ...Array.from({ length: 2 }, () => [null, expect.stringContaining('limits.paths_per_commit') as string]),
    ]);
    expect(liveLines).toBe(2);
    expect(own / 1024).toBeLessThan(512);
  });
});
