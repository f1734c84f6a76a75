// Writes every generated file of the plugin; with --check it only says which ones are not up to date and fails.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles } from './generated-files.ts';

const root = path.join(import.meta.dirname, '..', '..');
const isCheck = process.argv.includes('--check');

const stale = (await generatedFiles(root)).filter(({ path: file, text }) => {
  const target = path.join(root, file);
  return !existsSync(target) || readFileSync(target, 'utf8') !== text;
});
for (const { path: file, text } of stale) {
  if (!isCheck) {
    writeFileSync(path.join(root, file), text);
  }
  process.stderr.write(`${isCheck ? 'not up to date' : 'written'}: ${file}\n`);
}
if (isCheck && stale.length > 0) {
  process.stderr.write('Run: npm run generate\n');
  process.exitCode = 1;
}
