import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { printable } from './print.ts';

test('nothing foreign moves the cursor, writes the clipboard or turns the text; what is said stays readable', () => {
  expect(printable('a\x1b[31mb\x07\x9b2J\r\x08\u202Ec\n\td é 漢')).toBe(
    'a\\u001b[31mb\\u0007\\u009b2J\\u000d\\u0008\\u202ec\n\td é 漢'
  );
});

test('a JSON document stays the same document', () => {
  const value = { path: 'a\x1b[31m\x9b\u2028"\\' };
  expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
});

test('a reader that has enough ends the output, not with a stack', () => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'print.ts'));
  const write = `import(${module}).then(({ print }) => { for (let n = 0; n < 1e5; n++) print('line of it\\n'); })`;
  const shell = `"$0" --disable-warning=ExperimentalWarning -e "$1" | head -1`;
  const done = spawnSync('sh', ['-c', shell, process.execPath, write], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(done).toMatchObject({ stdout: 'line of it\n', stderr: '' });
});
