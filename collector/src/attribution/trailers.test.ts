import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { cpuMs } from '../../testing/cpu.ts';
import { parseTrailers, type Trailer } from './trailers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trailers-'));
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
const git = (args: readonly string[], input = ''): string =>
  execFileSync('git', args, { cwd: folder, env, input, encoding: 'utf8', timeout: 10_000, maxBuffer: 2 ** 28 });
beforeAll(() => git(['init', '-q', '.']));
afterAll(() => rmSync(folder, { recursive: true }));

const shown = (trailers: readonly Trailer[]): string => trailers.map(({ key, value }) => `${key}: ${value}\n`).join('');

/** What `git log` finds in commits with these messages (git does not let a line `---` end a commit's message). */
function byGitLog(messages: readonly string[]): string[] {
  const stream = messages.map((message, index) => {
    const size = Buffer.byteLength(message);
    return `commit refs/heads/m${String(index)}\ncommitter A <a@b.c> ${String(1_700_000_000 + index)} +0000\ndata ${String(size)}\n${message}\n`;
  });
  git(['fast-import', '--force', '--quiet'], stream.join(''));
  const tips = messages.map((_message, index) => `refs/heads/m${String(index)}\n`).join('');
  const out = git(['log', '--no-walk=unsorted', '--stdin', '--format=%x00%(trailers:only,unfold)%x00'], tips);
  return out.split('\0').filter((_part, index) => index % 2 === 1);
}

/** What `git interpret-trailers --parse` finds. */
function byInterpretTrailers(message: string): string {
  writeFileSync(path.join(folder, 'message'), message);
  return git(['interpret-trailers', '--parse', 'message']);
}

const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    ' ',
    '\t',
    'Subject of it',
    'Signed-off-by: A <a@b.c>',
    'Co-Authored-By: Claude <noreply@anthropic.com>',
    '(cherry picked from commit 0123)',
    'Fixes: #12',
    'Assisted-by : Agent:model',
    ' continued',
    '\tfolded: twice',
    'https://example.org/x',
    '# a comment',
    '---',
    '--- ',
    '---------',
    'Conflicts:',
    '\tsrc/a.ts',
    '# ------------------------ >8 ------------------------',
    'text, not a trailer',
    'key:value\r',
    '\r',
    '-: dash',
    ': nothing',
    'Empty:',
    'Bäh: umlaut',
    'a  b: c'
  ),
  fc.string({ unit: fc.constantFrom('a', 'B', '-', ':', ' ', '\t', '#', '1', 'é'), maxLength: 12 })
);
const message = fc.array(line, { maxLength: 14 }).map((lines) => `${lines.join('\n')}\n`);

describe('parseTrailers', () => {
  it('finds what git log finds in commits', () => {
    const messages = fc.sample(message, { numRuns: 600, seed: 20261121 });
    const expected = byGitLog(messages);
    messages.forEach((one, index) => {
      // git log takes the subject from after leading blank lines; trailers are those of the whole message.
      expect({ one, trailers: shown(parseTrailers(one)) }).toEqual({
        one,
        trailers: expected[index]?.replace(/\n$/, '\n'),
      });
    });
  });

  it('finds what git interpret-trailers --parse finds', () => {
    // git 2.39 never ends on scissors behind a divider.
    const sound = message.filter((one) => !one.includes('>8') || !/^---\s/m.test(one));
    fc.assert(
      fc.property(sound, (one) => {
        expect(shown(parseTrailers(one, { divider: true }))).toBe(byInterpretTrailers(one));
      }),
      { numRuns: 60, endOnFailure: true, examples: [['\nConflicts:\n']] }
    );
  });

  it('reads trailers of a squash message, and only those of its last paragraph', () => {
    const squash = [
      'Add totals (#12)',
      '',
      '* one',
      '',
      'Co-Authored-By: Devin <x@y.z>',
      '',
      '* two',
      '',
      '---------',
      '',
      'Co-authored-by: Cursor <cursoragent@cursor.com>',
    ].join('\n');
    expect(parseTrailers(squash)).toEqual([{ key: 'Co-authored-by', value: 'Cursor <cursoragent@cursor.com>' }]);
  });

  it('keeps trailers behind a line --- of a commit, and drops them in a mail', () => {
    const text = 'Subject\n\n--- \nmade by hand\n\nCo-Authored-By: A <a@b.c>\n';
    expect(parseTrailers(text)).toHaveLength(1);
    expect(parseTrailers(text, { divider: true })).toHaveLength(0);
  });

  it('never throws and is quick with a huge message', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(parseTrailers(text))));
    const ms = cpuMs(() => {
      expect(parseTrailers(`Subject\n\n${'word word\n'.repeat(200_000)}\nA: b\n`)).toHaveLength(1);
      expect(parseTrailers(`Subject\n\nA: ${' \n'.repeat(100_000)}x`)).toBeDefined();
    });
    expect(ms).toBeLessThan(10_000);
  });
});
