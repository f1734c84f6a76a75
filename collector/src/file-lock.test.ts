import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holdFileLock, holdFileLockShared } from './file-lock.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'throughline-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('many hold it together or one alone', () => {
  const file = path.join(folder, 'many.lock');
  const [first, second] = [holdFileLockShared(file), holdFileLockShared(file)];
  expect(holdFileLock(file)).toBeNull();
  first?.();
  expect(holdFileLock(file)).toBeNull();
  second?.();
  const alone = holdFileLock(file);
  expect(alone).not.toBeNull();
  expect(holdFileLockShared(file)).toBeNull();
  alone?.();
});

test('a file that is none is named, with the way out', () => {
  const file = path.join(folder, 'damaged.lock');
  writeFileSync(file, 'what a program of somebody else has written '.repeat(40));
  expect(() => holdFileLock(file)).toThrow(
    expect.objectContaining({
      code: 'lock_damaged',
      message: `${file} is damaged: it is no lock file of Throughline. Remove it (it holds nothing) and start again.`,
    }) as Error
  );
});
