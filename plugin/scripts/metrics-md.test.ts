// What code, schema and pages cite of docs/metrics.md is there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');
const definitions = readFileSync(path.join(root, 'docs/metrics.md'), 'utf8');
const files = execFileSync(
  'git',
  ['ls-files', '*.ts', '*.tsx', '*.sql', '*.md', ':!docs/metrics.md', ':!plugin/scripts/metrics-md.test.ts'],
  {
    cwd: root,
    encoding: 'utf8',
  }
)
  .trim()
  .split('\n')
  .filter((file) => existsSync(path.join(root, file)));

/** Whether a number such as `0.10`, `3`, `QT2` or `G-12` is defined. */
function isDefined(cited: string): boolean {
  const escaped = cited.replace(/\./g, '\\.');
  return new RegExp(`\\*\\*${escaped}[ .*]|^#+ ${escaped} |^\\| (G-\\d+, )?${escaped}[ ,]`, 'm').test(definitions);
}

/** Every citation of a text: `metrics.md 4.8, 15.3` cites two numbers. */
function cited(text: string): string[] {
  const numbers = [...text.matchAll(/metrics\.md,? ?§?((?:QT)?\d+(?:\.\d+)?[a-z]?(?:, §?\d+\.\d+)*)/g)].flatMap(
    ([, list = '']) => list.split(', ').map((number) => number.replace('§', ''))
  );
  return [...numbers, ...[...text.matchAll(/\bG-\d\d\b/g)].map(([golden]) => golden)];
}

test('every definition that is cited is in docs/metrics.md', () => {
  const found = files.flatMap((file) =>
    cited(readFileSync(path.join(root, file), 'utf8')).map((number) => ({ file, number }))
  );
  expect(found.length).toBeGreaterThan(60);
  expect(found.filter(({ number }) => !isDefined(number))).toEqual([]);
});

test('a number that nothing defines is told apart from one that is defined', () => {
  expect(['0.10', '0.1', '3', '4.8', 'QT2', 'G-12', 'G-06', '15.1'].filter((number) => !isDefined(number))).toEqual([]);
  expect(['0.99', '7.1', 'G-98', 'QT99'].filter(isDefined)).toEqual([]);
});
