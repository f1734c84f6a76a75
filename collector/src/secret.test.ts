import { inspect } from 'node:util';
import { z } from 'zod';
import { lineOf, redact } from './errors.ts';
import { newLogger } from './logger.ts';
import { Secret, secret, withoutKnownSecrets } from './secret.ts';
import { mentions } from './text/mentions.ts';

test('a secret prints as [secret] whatever prints it, and is revealed on purpose only', () => {
  const value = new Secret('p4ss"wörd&more');
  const shown = [String(value), `${JSON.stringify({ value })}`, inspect({ a: { value } }), `x${value.toString()}`];
  expect(shown.filter((text) => text.includes('p4ss'))).toEqual([]);
  expect(JSON.stringify({ value })).toBe('{"value":"[secret]"}');
  expect(value.reveal()).toBe('p4ss"wörd&more');
});

test('a known secret is taken out of every error and log line, in a URL and in a document too', () => {
  const value = new Secret('t0ken/with space"');
  const text = `a ${value.reveal()} b ${encodeURIComponent(value.reveal())} c ${JSON.stringify(value.reveal())}`;
  expect(redact(text)).toBe('a [secret] b [secret] c "[secret]"');
  expect(lineOf(new Error(text))).not.toContain('t0ken');
  const lines: string[] = [];
  newLogger('info', { write: (line) => void lines.push(line) }).info({ text, value, error: new Error(text) }, 'said');
  expect(lines.join('')).toContain('[secret]');
  expect(lines.join('')).not.toContain('t0ken');
});

test('a secret of a section is never empty and never in a fault', () => {
  const schema = z.object({ token: secret(), mode: z.enum(['a']) });
  const bad = schema.safeParse({ token: 'never-shown', mode: 'b' });
  expect(JSON.stringify(bad.error)).not.toContain('never-shown');
  expect(schema.safeParse({ token: '', mode: 'a' }).error?.issues[0]?.message).toBe('is empty');
});

test('it is masked as a URL, a page or base64 has it', () => {
  const value = 'pa+ss/wo=rd&that>is"long';
  new Secret(value);
  const percent = encodeURIComponent(value);
  const entities = value.replace(/[^a-z]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
  for (const text of [percent, percent.replace(/%../g, (one) => one.toLowerCase()), entities]) {
    expect(withoutKnownSecrets(`a ${text} b`)).toBe('a [secret] b');
  }
  const named = value.replace(/[^a-z]/g, (sign) => ({ '+': '&plus;', '/': '&sol;', '=': '&equals;', '&': '&amp;', '>': '&gt;', '"': '&quot;' })[sign] ?? ''); // prettier-ignore
  const printable = value.replace(/[^a-z]/g, (sign) => `=${sign.charCodeAt(0).toString(16)}`);
  const unicode = value.replace(/[^a-z]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const wrapped = `${printable.slice(0, 5)}=\n${printable.slice(5)}`;
  const mixed = named.replace('&amp;', '%26').replace('&gt;', '&#x3e;').replace('&sol;', '\\/');
  for (const text of [named, printable, wrapped, unicode, mixed, encodeURIComponent(percent), encodeURIComponent(named), JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1)]) {
    expect(withoutKnownSecrets(`a ${text} b`)).toBe('a [secret] b');
  } // prettier-ignore
  for (const before of ['', 'a', 'ab', 'abc']) {
    const text = withoutKnownSecrets(Buffer.from(`${before}${value} and more`).toString('base64'));
    expect(text).toContain('[secret]');
    expect(Buffer.from(text.replace('[secret]', ''), 'base64').toString('latin1')).not.toContain('ss/wo');
  }
});

test('what stands for a masked token is no commit; a commit in bold italics is', () => {
  expect(mentions('leaked ***03aafb02, see ***03aafb02*** and 1a2b3c4d').shas).toEqual(['03aafb02', '1a2b3c4d']);
  expect(mentions('leaked ***03aafb02').shas).toEqual([]);
});
