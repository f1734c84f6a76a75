import type { LifetimeOptions, SpanDelta } from './contract.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { memorySink, type MemorySink } from './testing/memory-sink.ts';
import { testRepository, type TestCommit, type TestFile, type TestRepository } from './testing/repository.ts';

const repositories: TestRepository[] = [];
afterAll(() => repositories.forEach((repository) => repository.remove()));

async function run(
  commits: readonly TestCommit[],
  options: Partial<LifetimeOptions> = {}
): Promise<{
  sink: MemorySink;
  repository: TestRepository;
  rows: SpanDelta[];
  name: (sha: string | null) => number | null;
}> {
  const repository = testRepository(commits);
  repositories.push(repository);
  const sink = memorySink();
  await runLifetimes({ repoPath: repository.dir, mode: 'full', sink, ...options });
  return { sink, repository, rows: sink.rows(), name: (sha) => (sha === null ? null : repository.shas.indexOf(sha)) };
}

/** `origin born died kind lines`, with commit numbers for shas, summed over paths. */
async function lives(commits: readonly TestCommit[], options: Partial<LifetimeOptions> = {}): Promise<string[]> {
  const { rows, name } = await run(commits, options);
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = `${name(row.originSha)} ${name(row.bornSha)} ${name(row.diedSha) ?? '-'} ${row.deathKind ?? 'alive'}`;
    sums.set(key, (sums.get(key) ?? 0) + row.lines);
  }
  return Array.from(sums, ([key, lines]) => `${key} ${lines}`).sort();
}

/** A linear history from the trees of its commits. */
function line(...trees: (Record<string, TestFile> | TestCommit)[]): TestCommit[] {
  return trees.map((tree, at) =>
    'parents' in tree ? (tree as TestCommit) : { parents: at ? [at - 1] : [], tree: tree }
  );
}

const text = (...lines: string[]): string => lines.map((each) => `${each}\n`).join('');
const CODE = ['const alpha = 1;', 'const beta = 2;', 'const gamma = 3;', 'const delta = 4;', 'const epsilon = 5;'];

describe('deaths', () => {
  it('are modified where a hunk deletes and adds, deleted where it only deletes', async () => {
    const after = text(CODE[0] as string, 'const beta = "other";', CODE[2] as string, CODE[3] as string);
    expect(await lives(line({ a: text(...CODE) }, { a: after }))).toEqual([
      '0 0 - alive 3',
      '0 0 1 deleted 1',
      '0 0 1 modified 1',
      '1 1 - alive 1',
    ]);
  });

  it('are file_deleted when the file goes', async () => {
    expect(await lives(line({ a: text(...CODE), b: 'x\n' }, { b: 'x\n' }))).toEqual([
      '0 0 - alive 1',
      '0 0 1 file_deleted 5',
    ]);
  });

  it('are reverted when the killing commit says that it reverts the origin, and only for lines of that origin', async () => {
    const repository = testRepository(
      line({ a: text(...CODE) }, { a: text(...CODE, 'const bad = 6;', 'const worse = 7;') })
    );
    repositories.push(repository);
    repository.add([
      {
        parents: [1],
        tree: { a: text(...CODE.slice(1)) },
        message: `Revert "x"\n\nThis reverts commit ${repository.shas[1]}.`,
      },
    ]);
    const sink = memorySink();
    await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
    expect(
      sink
        .rows()
        .filter((row) => row.diedSha)
        .map((row) => `${row.deathKind} ${row.lines}`)
        .sort()
    ).toEqual(['deleted 1', 'reverted 2']);
  });

  it('keep their kind when they reach the default branch by a merge', async () => {
    const changed = text('const alpha = "new";', ...CODE.slice(1, 4));
    const commits: TestCommit[] = [
      { parents: [], tree: { a: text(...CODE), b: 'bye bye\n', c: '1\n' } },
      { parents: [0], tree: { a: changed, b: 'bye bye\n', c: '1\n' } },
      { parents: [1], tree: { a: changed, c: '1\n' } },
      { parents: [0], tree: { a: text(...CODE), b: 'bye bye\n', c: '2\n' } },
      { parents: [3, 2], tree: { a: changed, c: '2\n' } },
    ];
    expect(await lives(commits)).toEqual([
      '0 0 - alive 3',
      '0 0 3 modified 1',
      '0 0 4 deleted 1',
      '0 0 4 file_deleted 1',
      '0 0 4 modified 1',
      '1 4 - alive 1',
      '3 3 - alive 1',
    ]);
  });

  it('never come before birth where clocks run backwards', async () => {
    const { rows } = await run([
      { parents: [], tree: { a: 'long line one\n' }, time: 1_700_000_000 },
      { parents: [0], tree: { a: 'long line two\n' }, time: 1_600_000_000 },
    ]);
    expect(rows.map((row) => row.diedAt)).toContain(1_700_000_000);
  });
});

describe('births', () => {
  it('are the merge that brings a line of a branch; lines that lived on the branch only are never born', async () => {
    const commits: TestCommit[] = [
      { parents: [], tree: { a: text(...CODE) } },
      { parents: [0], tree: { a: text(...CODE, 'const draft = 6;') } },
      { parents: [1], tree: { a: text(...CODE, 'const final = 6;') } },
      { parents: [0, 2], tree: { a: text(...CODE, 'const final = 6;') } },
    ];
    expect(await lives(commits)).toEqual(['0 0 - alive 5', '2 3 - alive 1']);
  });

  it('happen once when a long-lived branch is merged again and again', async () => {
    const commits: TestCommit[] = [
      { parents: [], tree: { a: text(...CODE) } },
      { parents: [0], tree: { a: text(...CODE, 'const first = 6;') } },
      { parents: [0, 1], tree: { a: text(...CODE, 'const first = 6;') } },
      { parents: [1], tree: { a: text(...CODE, 'const first = 6;', 'const second = 7;') } },
      { parents: [2, 3], tree: { a: text(...CODE, 'const first = 6;', 'const second = 7;') } },
    ];
    expect(await lives(commits)).toEqual(['0 0 - alive 5', '1 2 - alive 1', '3 4 - alive 1']);
  });

  it('carry the source of the line where lines are attested', async () => {
    const { rows } = await run(line({ a: text(...CODE) }), {
      lineSource: (_sha, path) =>
        path === 'a'
          ? [
              { from: 2, to: 3, source: 'ai:tool' },
              { from: 4, to: 4, source: 'human' },
            ]
          : null,
    });
    expect(rows.map((row) => [row.lineSource, row.lines]).sort()).toEqual(
      [
        [null, 2],
        ['ai:tool', 2],
        ['human', 1],
      ].sort()
    );
  });
});

describe('not deaths', () => {
  it('are renames, also with edits', async () => {
    expect(await lives(line({ a: text(...CODE) }, { 'dir/b': text(...CODE, 'const zeta = 6;') }))).toEqual([
      '0 0 - alive 5',
      '1 1 - alive 1',
    ]);
  });

  it('are changes of white space and line ends', async () => {
    const indented = CODE.map((each) => `\t${each.replace(' = ', '  =  ')}\r\n`).join('');
    expect(await lives(line({ a: text(...CODE) }, { a: indented }))).toEqual(['0 0 - alive 5']);
  });

  it('are changed indentations inside a hunk that also changes something else', async () => {
    const after = text('if (x) {', ...CODE.map((each) => `  ${each}`), '}');
    expect(await lives(line({ a: text(...CODE) }, { a: after }))).toEqual(['0 0 - alive 5', '1 1 - alive 2']);
  });

  it('are lines that a formatter breaks or joins', async () => {
    const long = 'call(first, second, third);';
    const broken = text('call(', '  first,', '  second,', '  third', ');');
    expect(await lives(line({ a: text(long) }, { a: broken }))).toEqual(['0 0 - alive 5']);
    expect(await lives(line({ a: text(long) }, { a: broken }, { a: text(long) }))).toEqual(['0 0 - alive 1']);
  });

  it('are lines that a formatter on a branch breaks or joins', async () => {
    const long = 'call(first, second, third);';
    const broken = text('call(', '  first,', '  second,', '  third', ');');
    const via = (before: string, after: string): TestCommit[] => [
      { parents: [], tree: { a: before } },
      { parents: [0], tree: { a: after } },
      { parents: [0, 1], tree: { a: after } },
    ];
    expect(await lives(via(text(long), broken))).toEqual(['0 0 - alive 5']);
    expect(await lives(via(broken, text(long)))).toEqual(['0 0 - alive 1']);
  });

  it('are blocks of three lines that move, also to another file', async () => {
    const trees = [
      { a: text(...CODE, 'const last = 9;'), b: text('const other = 1;', 'const another = 2;') },
      {
        a: text(...CODE.slice(3), 'const last = 9;'),
        b: text('const other = 1;', ...CODE.slice(0, 3), 'const another = 2;'),
      },
    ];
    expect(await lives(line(...trees))).toEqual(['0 0 - alive 8']);
  });

  it('does not hold for two lines that move', async () => {
    const trees = [
      { a: text(...CODE), b: text('const other = 1;') },
      { a: text(...CODE.slice(2)), b: text('const other = 1;', ...CODE.slice(0, 2)) },
    ];
    expect(await lives(line(...trees))).toEqual(['0 0 - alive 4', '0 0 1 deleted 2', '1 1 - alive 2']);
  });

  it('is one line that moves within a renamed file', async () => {
    const before = [...CODE, 'const zeta = 6;', 'const eta = 7;'];
    const after = [...before.slice(1), before[0] as string];
    expect(await lives(line({ a: text(...before) }, { b: text(...after) }))).toEqual(['0 0 - alive 7']);
  });

  it('are commits named in .git-blame-ignore-revs', async () => {
    const repository = testRepository(
      line({ a: text('let a = 1', 'let b = 2') }, { a: text('let a = 1;', 'let b = 2;') })
    );
    repositories.push(repository);
    repository.add([
      {
        parents: [1],
        tree: { a: text('let a = 1;', 'let b = 2;'), '.git-blame-ignore-revs': `# format\n${repository.shas[1]}\n` },
      },
    ]);
    const sink = memorySink();
    await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
    expect(sink.rows().map((row) => [repository.shas.indexOf(row.originSha), row.deathKind, row.lines])).toEqual(
      expect.arrayContaining([[0, null, 2]])
    );
    expect(sink.rows().some((row) => row.deathKind)).toBe(false);
  });
});

describe('effective lines', () => {
  it('leave out short lines and files that nobody wrote', async () => {
    const { rows } = await run(
      line({
        'a.ts': text('long enough', '}', '', 'x = 1;'),
        'package-lock.json': text('long enough'),
        'gen/x.ts': text('long enough'),
        '.gitattributes': text('gen/** linguist-generated'),
      })
    );
    const byPath = Object.fromEntries(rows.map((row) => [row.path, [row.lines, row.effectiveLines]]));
    expect(byPath).toEqual({
      'a.ts': [4, 2],
      'package-lock.json': [1, 0],
      'gen/x.ts': [1, 0],
      '.gitattributes': [1, 1],
    });
  });
});

describe('commit numbers', () => {
  it('count what was written, ended and moved', async () => {
    const { sink } = await run(
      line(
        { a: text(...CODE), b: text('const other = 1;') },
        { a: text(...CODE.slice(3)), b: text('const other = 1;', ...CODE.slice(0, 3), '}', 'const more = 2;') }
      )
    );
    const [, second] = sink.stats;
    expect(second).toMatchObject({
      added: 2,
      effectiveAdded: 1,
      deleted: 0,
      moved: 3,
      filesChanged: 2,
      isMerge: false,
      isMainline: true,
    });
    expect(second?.files.map((file) => [file.path, file.added])).toEqual([
      ['a', 0],
      ['b', 2],
    ]);
  });
});
