import { countLines } from './count-lines.ts';
import type { SpanDelta } from './contract.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { blameRevision } from './testing/blame.ts';
import { memorySink } from './testing/memory-sink.ts';
import { testRepository, type TestCommit, type TestRepository } from './testing/repository.ts';

type Tree = Record<string, string>;

const text = (name: string, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at} of ${name} says ${(from + at) * 7}\n`).join('');

const files = (count: number, make: (file: number) => readonly (readonly [string, string])[]): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, file) => make(file)).flat());

async function given(trees: readonly Tree[], check: (repository: TestRepository) => Promise<void>): Promise<void> {
  const commits = trees.map((tree, at): TestCommit => ({ parents: at === 0 ? [] : [at - 1], tree }));
  const repository = testRepository(commits);
  try {
    await check(repository);
  } finally {
    repository.remove();
  }
}

async function agreesWithBlame(repository: TestRepository): Promise<void> {
  const { total, byCommit } = await blameRevision(repository.dir, 'main');
  expect(await countLines({ repoPath: repository.dir, rev: 'main' })).toEqual({ total, by_commit: byCommit });
}

const sum = (rows: readonly SpanDelta[]): number => rows.reduce((total, { lines }) => total + lines, 0);

/** Lines of full mode by what became of them. */
async function lives(repository: TestRepository): Promise<{ died: number; first: number; later: number }> {
  const sink = memorySink();
  await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
  const alive = sink.rows().filter(({ diedSha }) => diedSha === null);
  const isFirst = ({ originSha }: SpanDelta): boolean => originSha === repository.shas[0];
  return {
    died: sum(sink.rows()) - sum(alive),
    first: sum(alive.filter(isFirst)),
    later: sum(alive.filter((row) => !isFirst(row))),
  };
}

describe('a file that vanishes', () => {
  it('goes on in each file that was made of it, as git blame says', async () => {
    const whole = text('whole', 0, 60);
    const trees = [
      { 'old.sql': whole, 'keep.txt': 'kept\n' },
      {
        'new-15.sql': whole,
        'new-16.sql': whole + text('more', 0, 9),
        'new-17.sql': text('whole', 10, 60),
        'keep.txt': 'kept\n',
      },
    ];
    await given(trees, async (repository) => {
      await agreesWithBlame(repository);
      expect(await countLines({ repoPath: repository.dir })).toMatchObject({
        by_commit: { [repository.shas[0] ?? '']: 171, [repository.shas[1] ?? '']: 9 },
      });
      expect(await lives(repository)).toEqual({ died: 0, first: 171, later: 9 });
    });
  });

  it('is one of several copies: git takes the one that it happens to keep, and so does this', async () => {
    const shared = text('register', 0, 12);
    const names = ['ae', 'azure', 'core', 'feishu', 'gitee', 'tapd', 'webhook', 'zentao'];
    const tree = (root: string, make: (name: string, at: number) => string): Tree =>
      Object.fromEntries(names.map((name, at) => [`${root}/${name}/register.go`, make(name, at)]));
    const isCopy = (at: number): boolean => at > 2;
    const trees = [
      // Each copy by a commit of its own, so that blame tells which one was taken.
      ...names.map((_, last) =>
        Object.fromEntries(
          Object.entries(tree('plugins', (name, at) => (isCopy(at) ? shared : text(name, 0, 9) + shared))).slice(
            0,
            last + 1
          )
        )
      ),
      tree('backend/plugins', (name, at) => (isCopy(at) ? shared + text('import', 0, 2) : text(name, 0, 8) + shared)),
    ];
    await given(trees, agreesWithBlame);
  });

  it('is the one with the largest share, among large ones that have more of the header in common', async () => {
    const header = text('license', 0, 20);
    const old = Object.entries({
      ...files(11, (file) => [[`old/large-${String(file)}.ts`, header + text('large', 0, 10 + file)]]),
      ...files(2, (file) => [[`old/small-${String(file)}.ts`, text('license', 0, 19) + text('small', 0, 1 + file)]]),
    });
    const trees = [
      // Each file by a commit of its own, so that blame tells which one was taken.
      ...old.map((_, last) => Object.fromEntries(old.slice(0, last + 1))),
      files(12, (file) => [[`new/${String(file)}.ts`, header + text(`new ${String(file)}`, 0, 4)]]),
    ];
    await given(trees, agreesWithBlame);
  });

  it('ends only with the lines that none of its files has, each once', async () => {
    const trees = [
      { 'old.c': text('old', 0, 40) },
      { 'a.c': text('old', 0, 30) + text('a', 0, 2), 'b.c': text('old', 5, 35) + text('b', 0, 3) },
    ];
    await given(trees, async (repository) => {
      await agreesWithBlame(repository);
      // Lines 35 to 39 are gone.
      expect(await lives(repository)).toEqual({ died: 5, first: 60, later: 5 });
    });
  });

  it('moves its lines when it is split into files that are not alike', async () => {
    const trees = [
      files(20, (file) => [[`src/m${file}.ts`, text(`m${file}`, 0, 60)]]),
      files(20, (file) => [
        [`src/m${file}/reading.ts`, text(`m${file}`, 0, 28)],
        [`src/m${file}/writing.ts`, text(`m${file}`, 28, 60)],
      ]),
    ];
    await given(trees, async (repository) => {
      await agreesWithBlame(repository);
      expect(await lives(repository)).toEqual({ died: 0, first: 1200, later: 0 });
    });
  });

  it('moves its lines when several are merged into one, or half of it goes into a file that was there', async () => {
    const merged = [
      files(5, (file) => [[`part${file}.py`, text(`part${file}`, 0, 20)]]),
      { 'all.py': [0, 1, 2, 3, 4].map((file) => text(`part${file}`, 0, 20)).join('') },
    ];
    await given(merged, async (repository) => {
      await agreesWithBlame(repository);
      expect(await lives(repository)).toEqual({ died: 0, first: 100, later: 0 });
    });
    const half = [
      { 'there.py': text('there', 0, 50), 'leaving.py': text('leaving', 0, 20) },
      { 'there.py': text('there', 0, 50) + text('leaving', 0, 10) },
    ];
    await given(half, async (repository) => {
      await agreesWithBlame(repository);
      expect(await lives(repository)).toEqual({ died: 10, first: 60, later: 0 });
    });
  });

  it('takes boilerplate that all files share along with its own lines', async () => {
    const licence = text('licence', 0, 4);
    const trees = [
      files(40, (file) => [[`m${file}.ts`, licence + text(`m${file}`, 0, 20)]]),
      files(40, (file) => [
        [`m${file}/a.ts`, licence + text(`m${file}`, 0, 10)],
        [`m${file}/b.ts`, text(`m${file}`, 10, 20)],
      ]),
    ];
    await given(trees, async (repository) => {
      expect(await lives(repository)).toEqual({ died: 0, first: 960, later: 0 });
    });
  });

  it('is followed beyond the number of renames that git looks for', async () => {
    const count = 1050;
    const trees = [
      files(count, (file) => [[`old/f${file}.py`, text(`f${file}`, 0, 12)]]),
      files(count, (file) => [[`new/g${file}.py`, text(`f${file}`, 0, 12).replace(/line (2|5|8) of/g, 'row $1 of')]]),
    ];
    await given(trees, async (repository) => {
      const counted = await countLines({ repoPath: repository.dir });
      expect(counted.by_commit).toEqual({
        [repository.shas[0] ?? '']: count * 9,
        [repository.shas[1] ?? '']: count * 3,
      });
      expect(await lives(repository)).toEqual({ died: count * 3, first: count * 9, later: count * 3 });
    });
  }, 60_000);
});
