import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fillIn, readShelf, refuseUnused, type Shelf } from './sql-fragments.ts';

const shelf = (texts: Record<string, string>): Shelf => ({
  fragments: new Map(Object.entries(texts)),
  used: new Set(),
});

test('a fragment stands where it is named, indented as the line that names it', () => {
  const own = shelf({ place: '-- Why.\nwhere u.team = 1\n\n  and u.repo = 2\n' });
  expect(fillIn('m/query.sql', 'select 1\n  -- @include place\norder by 1\n', [own])).toBe(
    'select 1\n  -- Why.\n  where u.team = 1\n\n    and u.repo = 2\norder by 1\n'
  );
});

test('a fragment may include others, its own and shared ones', () => {
  const [own, shared] = [shelf({ one: 'a\n  -- @include two\n' }), shelf({ two: 'b\nc\n' })];
  expect(fillIn('m/query.sql', ' -- @include one', [own, shared])).toBe(' a\n   b\n   c');
  expect([...own.used, ...shared.used]).toEqual(['one', 'two']);
});

test('what a fragment says is taken as it is: $& and $1 are SQL', () => {
  expect(fillIn('m/query.sql', '-- @include one', [shelf({ one: `'$&' $1` })])).toBe(`'$&' $1`);
});

test.each([
  ['not there', '-- @include none', {}, 'm/query.sql: there is no fragment "none"'],
  ['named like two', '-- @include one two', { one: '' }, 'm/query.sql: there is no fragment "one two"'],
  ['within itself', '-- @include one', { one: '-- @include two', two: '-- @include one' }, 'm/query.sql: fragment "one" includes itself'], // prettier-ignore
])('a fragment that is %s is refused by name', (...[, text, texts, message]) => {
  expect(() => fillIn('m/query.sql', text, [shelf(texts)])).toThrow(message);
});

test('a metric cannot hide a shared fragment behind its own', () => {
  const shelves = [shelf({ one: 'own' }), shelf({ one: 'shared' })];
  expect(() => fillIn('m/query.sql', '-- @include one', shelves)).toThrow('m/query.sql: there are two fragments "one"');
});

test('a fragment that no query includes is refused by name', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-fragments-'));
  try {
    mkdirSync(path.join(folder, 'fragments'));
    writeFileSync(path.join(folder, 'fragments', 'one.sql'), 'a\r\nb\r\n');
    const own = readShelf(path.join(folder, 'fragments'));
    expect(() => refuseUnused('m', own)).toThrow('m: no query includes the fragment "one"; delete it');
    expect(fillIn('m/query.sql', '-- @include one', [own])).toBe('a\nb');
    expect(() => refuseUnused('m', own)).not.toThrow();
    expect(readShelf(path.join(folder, 'nothing')).fragments.size).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
