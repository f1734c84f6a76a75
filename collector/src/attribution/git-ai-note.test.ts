import fc from 'fast-check';
import { parseNote, type Attestation } from './git-ai-note.ts';
import { validateNote } from './validate-note.ts';

const metadata = {
  schema_version: 'authorship/3.0.0',
  base_commit_sha: '9f1c',
  sessions: { s_1a2b3c4d5e6f70: { agent_id: { tool: 'claude', id: 'c7', model: 'claude-opus-4-6' } } },
  humans: { h_0f1e2d3c4b5a69: { author: 'Ana <ana@acme.io>' } },
  prompts: { d9978a8723e02b52: { agent_id: { tool: 'cursor', id: 'c1', model: 'gpt-5' } } },
};
const note = (lines: readonly string[], changed: object = {}): string =>
  [...lines, '---', JSON.stringify({ ...metadata, ...changed })].join('\n');
/** `path:first-last` as an attestation. */
const range = (at: string, rest: Partial<Attestation> = {}): Attestation => {
  const [, path = '', first = '', last = ''] = /^(.*):(\d+)-(\d+)$/.exec(at) ?? [];
  return {
    path,
    first: Number(first),
    last: Number(last),
    attested: 'ai',
    toolId: 'claude-code',
    model: null,
    ...rest,
  };
};

describe('parseNote', () => {
  it('reads sessions, humans and legacy prompts of one note', () => {
    const text = note([
      'src/cart/total.ts',
      '  s_1a2b3c4d5e6f70::t_9c0d1e2f3a4b5c 1-24,31,40-52',
      '  h_0f1e2d3c4b5a69 25-30',
      '"docs/my notes.md"',
      '  d9978a8723e02b52 3-9',
    ]);
    const claude = { toolId: 'claude-code', model: 'claude-opus-4-6' };
    expect(parseNote(text)).toEqual({
      ok: true,
      unknownKeys: 0,
      attestations: [
        range('docs/my notes.md:3-9', { toolId: 'cursor', model: 'gpt-5' }),
        range('src/cart/total.ts:1-24', claude),
        range('src/cart/total.ts:25-30', { attested: 'human', toolId: null, model: null }),
        range('src/cart/total.ts:31-31', claude),
        range('src/cart/total.ts:40-52', claude),
      ],
    });
  });

  it('takes a note without ranges as a note that says nothing', () => {
    expect(parseNote(note([]))).toEqual({ ok: true, attestations: [], unknownKeys: 0 });
  });

  it('counts keys of no known form and leaves their lines untracked', () => {
    expect(parseNote(note(['a.ts', '  ai_agent 1-2', '  human 3']))).toEqual({
      ok: true,
      attestations: [],
      unknownKeys: 2,
    });
    expect(parseNote(note(['a.ts', '  0123456789abcdef 1-2']))).toMatchObject({
      attestations: [{ attested: 'ai', toolId: null }],
    });
  });

  it.each([
    ['', 'note_no_divider'],
    ['a.ts\n  h_1 1', 'note_no_divider'],
    ['---\n{"schema_version"', 'note_bad_json'],
    ['---\n[]', 'note_bad_json'],
    ['---\n{}', 'note_other_schema'],
    [note([], { schema_version: 'authorship/4.0.0' }), 'note_other_schema'],
    [note(['  h_1 1']), 'note_bad_entry'],
    [note(['a.ts', '  h_1']), 'note_bad_entry'],
    [note(['a.ts', '   h_1 1']), 'note_bad_entry'],
    [note(['a.ts', '  h_1 0-3']), 'note_bad_range'],
    [note(['a.ts', '  h_1 5-3']), 'note_bad_range'],
    [note(['a.ts', '  h_1 5,1']), 'note_bad_range'],
    [note(['a.ts', '  h_1 1,']), 'note_bad_range'],
    [note(['a.ts', '  h_1 99999999999']), 'note_bad_range'],
    [note(['../../etc/passwd', '  h_1 1']), 'note_bad_path'],
    [note(['/etc/passwd', '  h_1 1']), 'note_bad_path'],
    ['x'.repeat(8 * 1024 * 1024 + 1), 'note_too_large'],
  ])('names the fault of a bad note (%#)', (text, code) => {
    const parsed = parseNote(text);
    expect(parsed).toMatchObject({ ok: false, code });
    expect(JSON.stringify(parsed).length).toBeLessThan(300);
  });

  it('never throws, whatever it reads', () => {
    const piece = fc.constantFrom(
      '---',
      'a.ts',
      '"b c.ts"',
      '  h_1 1-2',
      '  s_1::t_2 4',
      '  __proto__ 1',
      JSON.stringify(metadata),
      '\r',
      '\0'
    );
    const text = fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }), fc.json()), { maxLength: 10 });
    fc.assert(
      fc.property(text, (lines) => {
        const parsed = parseNote(lines.join('\n'));
        expect(parsed.ok || parsed.code.startsWith('note_')).toBe(true);
      }),
      { numRuns: 1000 }
    );
  });
});

describe('validateNote', () => {
  const added = new Map([
    [
      'a.ts',
      [
        { first: 1, last: 10 },
        { first: 20, last: 25 },
      ],
    ],
  ]);

  it('quarantines what the commit did not add', () => {
    const checked = validateNote(
      [range('a.ts:1-4'), range('a.ts:9-12'), range('a.ts:21-25'), range('b.ts:1-1')],
      added
    );
    expect(checked.map(({ first, last, isValid }) => [first, last, isValid])).toEqual([
      [1, 4, true],
      [9, 12, false],
      [21, 25, true],
      [1, 1, false],
    ]);
  });

  it('joins what two entries of one source say twice, and believes neither of two sources a second time', () => {
    const human = { attested: 'human', toolId: null } as const;
    const checked = validateNote(
      [range('a.ts:1-4'), range('a.ts:2-6'), range('a.ts:6-8', human), range('a.ts:9-9', human)],
      added
    );
    expect(checked.map(({ first, last, attested, isValid }) => [first, last, attested, isValid])).toEqual([
      [1, 4, 'ai', true],
      [5, 6, 'ai', true],
      [6, 8, 'human', false],
      [9, 9, 'human', true],
    ]);
  });

  it('keeps one row for neighbouring quarantined ranges', () => {
    expect(validateNote([range('a.ts:40-41'), range('a.ts:50-60')], added)).toMatchObject([
      { first: 40, last: 60, isValid: false },
    ]);
  });

  it('gives valid ranges that are added, apart, and at most one row per first line', () => {
    const one = fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom<'ai' | 'human'>('ai', 'human')
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (ranges) => {
        const sorted = ranges
          .map(([first, size, attested]) => range(`a.ts:${String(first)}-${String(first + size)}`, { attested }))
          .sort((a, b) => a.first - b.first || a.last - b.last);
        const checked = validateNote(sorted, added);
        const valid = checked.filter(({ isValid }) => isValid);
        expect(new Set(checked.map(({ first }) => first)).size).toBe(checked.length);
        valid.forEach((part, index) => {
          expect(added.get('a.ts')?.some((run) => run.first <= part.first && part.last <= run.last)).toBe(true);
          expect(part.first).toBeGreaterThan(valid[index - 1]?.last ?? 0);
        });
      })
    );
  });
});
