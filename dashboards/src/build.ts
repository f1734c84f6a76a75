// Writes dashboards/*.json from the boards; with --check it only says which are not up to date and fails.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boards } from './boards.ts';
import { board } from './parts.ts';

const folder = path.join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const stale = boards
  .map((spec) => ({
    file: path.join(folder, `${spec.uid.replace(/^throughline-/, '')}.json`),
    text: `${JSON.stringify(board(spec), null, 2)}\n`,
  }))
  .filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
for (const { file, text } of stale) {
  if (!isCheck) {
    writeFileSync(file, text);
  }
  process.stderr.write(`${isCheck ? 'not up to date' : 'written'}: dashboards/${path.basename(file)}\n`);
}
if (isCheck && stale.length > 0) {
  process.stderr.write('Run: npm run dashboards\n');
  process.exitCode = 1;
}
