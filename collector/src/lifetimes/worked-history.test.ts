import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLifetimes } from './run-lifetimes.ts';
import { memorySink } from './testing/memory-sink.ts';
import { testRepository, type TestCommit } from './testing/repository.ts';

const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The history that README.md draws; letters are the commits. */
const commits: readonly TestCommit[] = [
  {
    parents: [],
    tree: { 'shop.ts': text('read cart', 'sum prices', 'use coupon', 'add taxes', 'print total', 'close till') },
  },
  {
    parents: [0],
    tree: { 'shop.ts': text('read cart', 'sum all prices', 'use coupon', 'add taxes', 'print total', 'close till') },
  },
  {
    parents: [0],
    tree: {
      'shop.ts': text('read cart', 'sum prices', 'use coupon', 'add taxes', 'print total', 'close till', 'send mail'),
    },
  },
  {
    parents: [1, 2],
    tree: {
      'shop.ts': text(
        'read cart',
        'sum all prices',
        'use coupon',
        'add taxes',
        'print total',
        'close till',
        'send mail'
      ),
    },
  },
  {
    parents: [3],
    tree: {
      'cart.ts': text('read cart', 'sum all prices', 'use coupon'),
      'till.ts': text('  add taxes', '  print total', '  close till'),
    },
  },
];
const LETTERS = 'ABSMD';

it('the worked history of README.md is what the engine says', async () => {
  const repository = testRepository(commits);
  try {
    const sink = memorySink();
    await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
    const letter = (sha: string | null): string => (sha === null ? '' : (LETTERS[repository.shas.indexOf(sha)] ?? '?'));
    const rows = sink
      .rows()
      .map((row) => [
        letter(row.originSha),
        row.path,
        letter(row.bornSha),
        letter(row.diedSha) || 'alive',
        row.deathKind ?? '',
        String(row.lines),
      ]);
    const table = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
      .split('<!-- spans -->')[1]
      ?.split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, 7)
          .map((cell) => cell.trim().replace(/`/g, ''))
      );
    const sorted = (list: readonly (readonly string[])[]): string[] => list.map((row) => row.join(' ')).sort();
    expect(sorted(table ?? [])).toEqual(sorted(rows));
  } finally {
    repository.remove();
  }
});
