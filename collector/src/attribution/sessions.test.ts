/** What a message or a note can say of sessions, and what it cannot. */
import fc from 'fast-check';
import { markCommit } from './mark-commit.ts';
import { sessionsIn } from './sessions.ts';

const ID = '6f0e3c1a-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
const commit = (message: string): ReturnType<typeof markCommit> =>
  markCommit({ authorName: 'Ana', authorEmail: 'ana@acme.io', committerName: 'Ana', committerEmail: 'ana@acme.io', authoredAt: new Date(0), message }); // prettier-ignore

it('each session once, whatever the case of the key, also those that a squash lists', () => {
  const message = `feat: x\n\nBody.\n\nAI-Session: claude-code/${ID}\nai-session: codex/c-1\nAI-Session: codex/c-1`;
  expect(sessionsIn(message)).toEqual([
    { toolId: 'claude-code', telemetryId: 'claude-code', sessionId: ID },
    { toolId: 'codex', telemetryId: 'codex', sessionId: 'c-1' },
  ]);
  const squash = `All (#12)\n\n* One\n\nAI-Session: claude-code/${ID}\n\n* Two\n\nAI-Session: codex/c-1`;
  expect(
    sessionsIn(squash)
      .map(({ toolId }) => toolId)
      .sort()
  ).toEqual(['claude-code', 'codex']);
});

it('the Copilot CLI sends its telemetry as Copilot', () => {
  expect(sessionsIn('x\n\nAI-Session: copilot-cli/c-1')).toEqual([{ toolId: 'copilot-cli', telemetryId: 'copilot', sessionId: 'c-1' }]); // prettier-ignore
});

it('a tool that nobody knows is an AI tool without a name, and no session of anything', () => {
  const message = 'x\n\nAI-Session: brand-new/1';
  expect(sessionsIn(message)).toEqual([{ toolId: 'generic', telemetryId: null, sessionId: '1' }]);
  expect(commit(message)).toEqual([expect.objectContaining({ toolId: 'generic', kind: 'trailer', grade: 3 })]);
});

it.each([
  '',
  'claude-code',
  'claude-code/',
  '/id',
  'claude-code/a/b',
  'claude-code/../../etc/passwd',
  'claude-code/a b',
  'Claude-Code/a',
  'claude-code/<script>alert(1)</script>',
  "claude-code/'; drop table commit_mark; --",
  'claude-code/\u001b[31m',
  'claude-code/é',
  `claude-code/${'x'.repeat(101)}`,
  `${'x'.repeat(41)}/id`,
  'claude-code/ana@acme.io',
  '__proto__/id id',
  'ai-review/1',
])('%j names none and marks nothing', (value) => {
  const message = `x\n\nAI-Session: ${value}`;
  expect(sessionsIn(message)).toEqual([]);
  expect(commit(message)).toEqual([]);
});

it('a message with a thousand of them gives twenty, of which each tool is one mark', () => {
  const message = `x\n\n${Array.from({ length: 1000 }, (_one, n) => `AI-Session: codex/${String(n)}`).join('\n')}`;
  expect(sessionsIn(message)).toHaveLength(20);
  expect(commit(message)).toHaveLength(1);
});

it('a session is weaker evidence than what a tool signs, and says nothing of the number of lines', () => {
  const [session] = commit(`x\n\nAI-Session: claude-code/${ID}`);
  expect(session).toMatchObject({ toolId: 'claude-code', kind: 'trailer', grade: 3, confidence: 0.6, aiShare: null, value: 'AI-Session' }); // prettier-ignore
  const [signed] = commit(`x\n\nAI-Session: claude-code/${ID}\nCo-Authored-By: Claude <noreply@anthropic.com>`);
  expect(signed).toMatchObject({ kind: 'co_author', confidence: 0.7 });
});

it('whatever stands there, what comes of it is an id of a tool', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (value) => {
      for (const { toolId, sessionId } of sessionsIn(`x\n\nAI-Session: claude-code/${value}\nAI-Session: ${value}`)) {
        expect(toolId).toMatch(/^[a-z-]+$/);
        expect(sessionId).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
      }
    })
  );
});
