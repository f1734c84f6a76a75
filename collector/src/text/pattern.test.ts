import fc from 'fast-check';
import { cpuMs } from '../../testing/cpu.ts';
import { messageOf, redact } from '../errors.ts';
import { capped, compilePattern, firstLine, literal, MAX_TEXT, pattern } from './pattern.ts';

describe('pattern', () => {
  it('says where it matched and what its groups hold', () => {
    expect(pattern`(?P<key>\w+)=(\d)?`.exec('a b=c')).toEqual({
      text: 'b=',
      index: 2,
      groups: ['b', null],
      named: { key: 'b' },
    });
    expect(pattern`b`.exec('a')).toBeNull();
    expect(pattern`\d`.all('1a2').map(({ text }) => text)).toEqual(['1', '2']);
    expect(pattern`\d`.replace('1a2', ({ text }) => `<${text}>`)).toBe('<1>a<2>');
  });

  it('takes what is quoted literally', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(compilePattern(`^${literal(text)}$`).test(text)).toBe(true);
      })
    );
  });

  it('refuses what takes more than linear time', () => {
    expect(() => compilePattern('(a)\\1')).toThrow();
    expect(() => compilePattern('(?=a)')).toThrow();
  });

  it('keeps both ends of a long message, at line ends', () => {
    const text = `first\n${'x\n'.repeat(MAX_TEXT)}last`;
    expect(capped('short')).toBe('short');
    expect(capped(text).length).toBeLessThanOrEqual(MAX_TEXT + 2);
    expect(capped(text).startsWith('first\n')).toBe(true);
    expect(capped(text).endsWith('\nlast')).toBe(true);
    expect(firstLine(`\n\n  ${text}`)).toBe('first');
  });
});

describe('redact', () => {
  it('leaves no secret, however many there are', () => {
    const text = 'password=hunter2 https://tok@h/ postgres://u:hunter2@h/ '.repeat(1100);
    expect(redact(text)).not.toContain('hunter2');
    expect(redact(text)).not.toContain('tok@');
  });

  it.each([
    'a'.repeat(1e6),
    'https://'.repeat(125_000),
    'a://b:'.repeat(160_000),
    'password '.repeat(110_000),
    'a.'.repeat(5e5),
  ])('takes less than 100 ms for a megabyte', (text) => {
    cpuMs(() => messageOf(new Error(text)));
    expect(
      Math.min(
        cpuMs(() => messageOf(new Error(text))),
        cpuMs(() => redact(text))
      )
    ).toBeLessThan(100);
  });
});
