// Writes what follows from the connectors' folders; with --check it only says which files are not up to date and fails.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { registries, tables } from './generated-files.ts';

const root = path.join(import.meta.dirname, '..', '..');
const isCheck = process.argv.includes('--check');

/** Writes what differs (or only names it). @returns how many files differ. */
function write(files: ReadonlyArray<{ readonly file: string; readonly text: string }>): number {
  const stale = files.filter(({ file, text }) => {
    const target = path.join(root, file);
    return !existsSync(target) || readFileSync(target, 'utf8') !== text;
  });
  for (const { file, text } of stale) {
    if (!isCheck) {
      writeFileSync(path.join(root, file), text);
    }
    process.stderr.write(`${isCheck ? 'not up to date' : 'written'}: ${file}\n`);
  }
  return stale.length;
}

// The registries first: the tables are read through them, so nothing is described that does not load.
const stale = write(registries(root)) + write(await tables(root));
if (isCheck && stale > 0) {
  process.stderr.write('Run: npm run generate\n');
  process.exitCode = 1;
}
