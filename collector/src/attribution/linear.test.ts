import { cpuMs } from '../../testing/cpu.ts';
import { accountKind } from './account-kind.ts';
import { readDeclaration } from './denials.ts';
import { toolOfFooter } from './footers.ts';
import { parseNote } from './git-ai-note.ts';
import { markCommit } from './mark-commit.ts';
import { toolIdOf, toolOfText, toolWithin } from './names.ts';
import { parseTrailers } from './trailers.ts';

const MEGABYTE = 1_000_000;
const filled = (part: string): string => part.repeat(Math.ceil(MEGABYTE / part.length)).slice(0, MEGABYTE);

/** Texts on which a backtracking rule of this folder would take quadratic time or worse. */
const WORST: ReadonlyArray<readonly [name: string, text: string]> = [
  ['blanks', filled(' ')],
  ['line ends', filled('\n')],
  ['blank lines', filled(' \n')],
  ['Windows line ends', filled('\r\n')],
  ['signs', filled('*_')],
  ['emoji', filled('🤖')],
  ['digits', filled('1')],
  ['letters', filled('a')],
  ['keys', filled('a-')],
  ['words', filled('claude ')],
  ['colons', filled(':')],
  ['trailers', filled('Assisted-by: x\n')],
  ['folded trailers', `S\n\nA-b: ${filled('x\n ')}`],
  ['co-authors', filled('Co-authored-by: Claude <\n')],
  ['open addresses', filled('<')],
  ['addresses', filled('a@')],
  ['no-reply addresses', `${filled('1+')}@users.noreply.github.com`],
  ['bots', `${filled('a-')}[bot]`],
  ['footers', filled('Generated with [')],
  ['footer lines', filled('Generated with \n')],
  ['links', filled('Generated with [Claude Code](http')],
  ['denials', filled('not written by ')],
  ['boxes', filled('[ ')],
  ['fences', filled('```\n')],
  ['quotations', filled('> ')],
  ['squash lists', `Squashed commit of the following:\n${filled('commit 0123456\n    ')}`],
  ['versions', filled('claude-4.')],
  ['alternations', filled('yes | no ')],
];

describe.each(WORST)('a megabyte of %s', (_name, text) => {
  const words = {
    authorName: text,
    authorEmail: text,
    committerName: 'Ana',
    committerEmail: text,
    authoredAt: new Date(0),
    branch: text,
  };
  it.each([
    [
      'a message',
      () =>
        markCommit({
          ...words,
          authorName: 'Ana',
          authorEmail: 'ana@acme.io',
          committerEmail: '',
          message: `S\n\n${text}`,
        }),
    ],
    ['a last line', () => markCommit({ ...words, message: `S\n\nAI-Tool: ${text}` })],
    ['trailers', () => parseTrailers(text)],
    ['a name', () => accountKind({ name: text, email: text, login: text })],
    ['a declaration', () => readDeclaration(text)],
    ['a footer', () => toolOfFooter(text)],
    ['a tool', () => [toolOfText(text), toolWithin(text), toolIdOf(text)]],
    ['a note', () => parseNote(text)],
    ['an entry of a note', () => parseNote(`a.ts\n  ${text}\n---\n{"schema_version":"authorship/3.0.0"}`)],
  ])('is read within 100 ms as %s', (_what, run) => {
    cpuMs(run);
    expect(Math.min(cpuMs(run), cpuMs(run), cpuMs(run))).toBeLessThan(100);
  });
});
