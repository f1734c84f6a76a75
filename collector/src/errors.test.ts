import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { lineOf, messageOf, redact } from './errors.ts';

const root = path.join(import.meta.dirname, '../..');
const sources = ['collector/src', 'plugin/src', 'app'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'))
);
const documented = [
  ...readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \|/gm),
].map((match) => match[1] ?? '');

/** Codes as the sources write them: fields `code`, the small helpers of a file, and the backend's union. */
function codesInSources(): Set<string> {
  const found = new Set<string>();
  for (const text of sources) {
    if (/\b(CollectorError|LifetimeError|BackendError)\b/.test(text)) {
      for (const match of text.matchAll(/(?:\bcode: |\bfault\(\s*|LifetimeError\(\s*)'([a-z]+(?:_[a-z]+)+)'/g)) {
        found.add(match[1] ?? '');
      }
    }
    const union = /type (?:BackendCode|LifetimeErrorCode) =([^;]+);/.exec(text)?.[1] ?? '';
    for (const match of union.matchAll(/'([a-z_]+)'/g)) {
      found.add(match[1] ?? '');
    }
  }
  return found;
}

test('every error code of the sources is in docs/troubleshooting.md', () => {
  const codes = codesInSources();
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => !documented.includes(code)).sort()).toEqual([]);
});

test('docs/troubleshooting.md lists no code that nothing throws', () => {
  const all = sources.join('\n');
  expect(documented.filter((code) => !all.includes(`'${code}'`))).toEqual([]);
});

test('passwords in URLs and pairs never survive a message', () => {
  expect(redact('postgres://ana:s3cret@host/db and password=s3cret; token: "s3cret"')).not.toContain('s3cret');
  expect(messageOf(new Error('cannot clone https://x:tok@host/r'))).toBe('cannot clone https://***@host/r');
  expect(messageOf(new Error('fatal: https://ghp_s3cret@host/r, ssh://git@host/r'))).toBe(
    'fatal: https://***@host/r, ssh://git@host/r'
  );
});

test.each([
  'GET https://api.acme.io/x?access_token=s3cretvalue&page=2',
  'https://acme.io/hook?sig=s3cretvalue#x',
  'https://acme.io/hook?page=1&key=s3cretvalue',
  'Authorization: Bearer s3cretvalue',
  '{"authorization":"Basic s3cretvalue"}',
  'PRIVATE-TOKEN: s3cretvalue',
  'client_secret=s3cretvalue',
  'apiKey: "s3cretvalue"',
  'X-Api-Key: s3cretvalue',
  'remote said ghp_s3cretvalue0123456789 is revoked',
  'git clone https://x-access-token:s3cretvalue@github.com/acme/shop.git',
])('no secret survives in %j, and the rest does', (text) => {
  expect(redact(text)).not.toContain('s3cret');
  expect(redact(text)).toContain('***');
  expect(redact(`${text} and the rest`)).toContain(' and the rest');
});

test('every line for people has a code', () => {
  expect(lineOf(new TypeError('x is not a function'))).toBe('x is not a function [internal]');
});
