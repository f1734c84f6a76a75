import { commitWords } from './commits.ts';
import { decodeFile } from './encoding.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const head = 'id,title\n1,';

describe('decodeFile', () => {
  it('reads UTF-8, with a mark or without', () => {
    expect(decodeFile('x.csv', Buffer.from('id,title\n1,Störung 🙂'))).toBe('id,title\n1,Störung 🙂');
    expect(decodeFile('x.csv', Buffer.from('\ufeffid'))).toBe('id');
    expect(decodeFile('x.csv', Buffer.alloc(0))).toBe('');
  });

  it.each([
    ['Windows-1252', latin1(`${head}St\xf6rung der K\xfcche`), 'Windows-1252 (Latin-1): line 2, "Störung"'],
    ['Windows-1252 with a dash', latin1(`${head}caf\xe9 \x96 bar`), 'Windows-1252'],
    [
      'Windows-1251',
      latin1(`${head}\xd1\xe1\xee\xe9 \xf1\xe5\xf0\xe2\xe5\xf0\xe0`),
      'Windows-1251 (Cyrillic): line 2, "Сбой"',
    ],
    ['GB18030', latin1(`${head}\xb7\xfe\xce\xf1\xc6\xf7\xb9\xca\xd5\xcf`), 'East Asian code page'],
    ['Shift_JIS', latin1(`${head}\x83T\x81[\x83o\x81[\x82\xcc\x8f\xe1\x8aQ`), 'code page'],
    ['UTF-16, little-endian', Buffer.from(`\ufeff${head}a`, 'utf16le'), 'UTF-16 (little-endian)'],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${head}a`, 'utf16le').swap16(), 'UTF-16 (big-endian)'],
    ['UTF-16 without a mark', Buffer.from(`${head}a`, 'utf16le'), 'UTF-16 (little-endian)'],
    ['UTF-16 without a mark, big-endian', Buffer.from(`${head}a`, 'utf16le').swap16(), 'UTF-16 (big-endian)'],
  ])('refuses %s and says what it looks like', (_name, bytes, what) => {
    expect(() => decodeFile('x.csv', bytes)).toThrow(what);
    expect(() => decodeFile('x.csv', bytes)).toThrow('is not UTF-8');
  });
});

describe('commitWords', () => {
  it('finds what may be a commit, in lower case', () => {
    expect([...commitWords('a,ABCDEF0,abcdef,2026-02-01,"0123456789abcdef",xabcdef12y')]).toEqual([
      'abcdef0',
      '0123456789abcdef',
      'abcdef12',
    ]);
  });
});
