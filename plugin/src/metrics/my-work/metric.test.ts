import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { metric } from './metric.ts';

test('no param says whose the rows are, and each query asks for those of the asker alone', () => {
  expect(Object.keys(metric.params)).toEqual(['mode', 'bucket']);
  const files = readdirSync(import.meta.dirname).filter((name) => name.startsWith('query'));
  expect(files).toHaveLength(2);
  for (const name of files) {
    const text = readFileSync(path.join(import.meta.dirname, name), 'utf8');
    expect(text.match(/(?:person|responsible)_id = :me::text/g)).toHaveLength(1);
  }
});
