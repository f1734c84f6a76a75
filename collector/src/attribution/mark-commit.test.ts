import fc from 'fast-check';
import { accountKind } from './account-kind.ts';
import { markCommit, requesterOf, type CommitWords, type Mark } from './mark-commit.ts';

const commit = (words: Partial<CommitWords>): CommitWords => ({
  authorName: 'Ana',
  authorEmail: 'ana@acme.io',
  committerName: 'Ana',
  committerEmail: 'ana@acme.io',
  authoredAt: new Date('2026-03-01T12:00:00Z'),
  message: 'Subject\n',
  ...words,
});
const trailer = (...lines: readonly string[]): CommitWords => commit({ message: `Subject\n\n${lines.join('\n')}\n` });
const brief = (marks: readonly Mark[]): string[] =>
  marks.map(({ toolId, kind, grade, confidence }) => `${toolId} ${kind} ${String(grade)} ${String(confidence)}`);

describe('markCommit', () => {
  it('gives no mark to an unmarked commit', () => {
    expect(markCommit(commit({}))).toEqual([]);
  });

  it.each([
    ['Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>', 'claude-code co_author 3 0.7'],
    ['Claude-Session: https://claude.ai/code/session_0123abc', 'claude-code trailer 3 0.7'],
    ['Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>', 'copilot-cli co_author 3 0.7'],
    ['Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>', 'copilot-autofix co_author 3 0.7'],
    ['Co-authored-by: Copilot <copilot@github.com>', 'copilot-vscode co_author 3 0.6'],
    ['Agent-Logs-Url: https://github.com/o/r/sessions/0b6f', 'copilot-agent trailer 3 0.7'],
    ['Co-authored-by: Cursor <CursorAgent@cursor.com>', 'cursor co_author 3 0.7'],
    ['Made-with: Cursor', 'cursor trailer 3 0.7'],
    ['Co-authored-by: Codex <noreply@openai.com>', 'codex co_author 3 0.7'],
    ['Co-authored-by: d <158243242+devin-ai-integration[bot]@users.noreply.github.com>', 'devin co_author 3 0.7'],
    ['Co-authored-by: aider (gpt-5) <noreply@aider.chat>', 'aider co_author 3 0.7'],
    ['Amp-Thread-ID: https://ampcode.com/threads/T-1', 'amp trailer 3 0.7'],
    ['Assisted-by: Crush:gpt-5', 'crush trailer 3 0.6'],
    ['Assisted-by: Agent:model-1 [coccinelle]', 'generic trailer 3 0.6'],
    ['Assisted-by: Claude <noreply@anthropic.com>', 'claude-code trailer 3 0.6'],
    ['AI-Generated: true', 'generic trailer 3 0.6'],
    ['Generated-by: GitHub Copilot', 'copilot trailer 3 0.6'],
    ['Entire-Checkpoint: 0123456789ab', 'generic trailer 3 0.6'],
    ['Co-Authored-By: none', 'generic explicit_human 3 0.6'],
    ['AI-Generated: false', 'generic explicit_human 3 0.6'],
  ])('reads %s', (line, mark) => {
    expect(brief(markCommit(trailer(line)))).toEqual([mark]);
  });

  it.each([
    'Co-authored-by: Claude Monet <claude@monet.fr>',
    'Co-authored-by: codex <codex@example.com>',
    'Co-authored-by: coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>',
    'Assisted-by: Jane Roe <jane@acme.io>',
    'Generated-by: scripts/coccinelle/free.cocci',
    'Made-with: love',
    'Claude-Session: private',
    'Co-authored-by: unknown <>',
    'Entire-Attribution: 90% agent (10/200 lines)',
    'Entire-Attribution: 100% agent (3/2 lines)',
    'Agent-Attribution: 175%',
  ])('gives no mark for %s', (line) => {
    expect(markCommit(trailer(line))).toEqual([]);
  });

  it('does not grep the body: a quoted trailer in an earlier paragraph is no mark', () => {
    const message = 'Explain trailers\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n\nis what they look like.\n';
    expect(markCommit(commit({ message }))).toEqual([]);
  });

  it('knows the line that Claude Code writes, not a mention of it', () => {
    const line = '🤖 Generated with [Claude Code](https://claude.com/claude-code)';
    expect(brief(markCommit(commit({ message: `Subject\n\n${line}\n` })))).toEqual(['claude-code text 3 0.7']);
    expect(markCommit(commit({ message: `Subject\n\nRemoves "${line}" from the docs\n` }))).toEqual([]);
  });

  it('takes line counts as numbers, and the checkpoint beside them as nothing more', () => {
    const marks = markCommit(
      trailer('Entire-Checkpoint: 0123456789ab', 'Entire-Attribution: 73% agent (146/200 lines)')
    );
    expect(marks).toMatchObject([{ kind: 'line_count', grade: 4, confidence: 0.9, aiShare: 0.73 }]);
    expect(markCommit(trailer('Agent-Attribution: 75%'))).toMatchObject([{ kind: 'line_count', aiShare: 0.75 }]);
  });

  it.each([
    ['2026-03-31T23:59:59Z', 'co_author'],
    ['2026-04-01T00:00:00Z', 'distrusted'],
    ['2026-06-30T23:59:59Z', 'distrusted'],
    ['2026-07-01T00:00:00Z', 'co_author'],
  ])('distrusts copilot@github.com from April to June 2026 (%s)', (at, kind) => {
    const words = { ...trailer('Co-authored-by: Copilot <copilot@github.com>'), authoredAt: new Date(at) };
    expect(markCommit(words)).toMatchObject([{ toolId: 'copilot-vscode', kind }]);
    if (kind === 'distrusted') expect(markCommit(words)).toMatchObject([{ grade: 0, confidence: 0 }]);
  });

  it("reads aider's suffix of the raw name, which leaves the account human", () => {
    const words = commit({ authorName: 'Ana (aider)', committerName: 'Ana (aider)' });
    expect(brief(markCommit(words))).toEqual(['aider author 3 0.85', 'aider committer 3 0.85']);
    expect(accountKind({ name: 'Ana (aider)', email: 'ana@acme.io' })).toBe('human');
  });

  it('takes a branch name as a hint of grade 1', () => {
    expect(brief(markCommit(commit({ branch: 'codex/fix-cart' })))).toEqual(['codex branch 1 0.3']);
    expect(markCommit(commit({ branch: 'feature/codex/fix' }))).toEqual([]);
  });

  it('turns the roles round when an agent is the author', () => {
    const words = commit({
      authorName: 'copilot-swe-agent[bot]',
      authorEmail: '198982749+Copilot@users.noreply.github.com',
      committerName: 'GitHub',
      committerEmail: 'noreply@github.com',
      message: 'Add totals\n\nCo-authored-by: ana <7+ana@users.noreply.github.com>\n',
    });
    expect(brief(markCommit(words))).toEqual(['copilot-agent author 3 0.85']);
    expect(requesterOf(words)).toEqual({ name: 'ana', email: '7+ana@users.noreply.github.com' });
    expect(requesterOf({ ...words, message: 'Add totals' })).toBeNull();
    expect(requesterOf({ ...words, message: 'x', committerEmail: 'bo@acme.io', committerName: 'Bo' })).toMatchObject({
      name: 'Bo',
    });
    expect(requesterOf(commit({}))).toBeNull();
  });

  it('gives one mark per tool and kind, and never throws', () => {
    const line = fc.constantFrom(
      'Co-Authored-By: Claude <noreply@anthropic.com>',
      'Co-Authored-By: none',
      'Entire-Attribution: 1% agent (1/100 lines)',
      'Assisted-by: claude:opus',
      'Copilot-Session: 1'
    );
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line, text), { maxLength: 8 }),
        text,
        fc.date({ noInvalidDate: false }),
        (lines, name, authoredAt) => {
          const marks = markCommit({
            ...trailer(...lines),
            authorName: name,
            committerEmail: name,
            authoredAt,
            branch: name,
          });
          expect(new Set(marks.map(({ toolId, kind }) => `${toolId} ${kind}`)).size).toBe(marks.length);
          for (const mark of marks) expect(mark.confidence >= 0 && mark.confidence <= 1).toBe(true);
        }
      )
    );
  });
});

describe('accountKind', () => {
  it.each([
    [{ name: 'dependabot[bot]', email: '49699333+dependabot[bot]@users.noreply.github.com' }, 'automation'],
    [{ name: 'renovate[bot]', email: '29139614+renovate[bot]@users.noreply.github.com' }, 'automation'],
    [{ name: 'github-actions', email: 'github-actions@github.com' }, 'automation'],
    [{ name: 'GitHub', email: 'noreply@github.com' }, 'automation'],
    [{ login: 'some-team-bot[bot]' }, 'automation'],
    [{ name: 'Claude', email: 'noreply@anthropic.com' }, 'ai_agent'],
    [{ login: 'copilot-swe-agent[bot]' }, 'ai_agent'],
    [{ name: 'renamed[bot]', email: '161369871+renamed[bot]@users.noreply.github.com' }, 'ai_agent'],
    [{ name: 'coderabbitai[bot]', email: '136622811+coderabbitai[bot]@users.noreply.github.com' }, 'ai_agent'],
    [{ name: 'Claude Debussy', email: 'claude@debussy.fr' }, 'human'],
    [{ name: 'Cursor', email: 'cursor@acme.io' }, 'human'],
    [{ name: 'Ana', email: '7+ana@users.noreply.github.com' }, 'human'],
    [{ email: null, name: null, login: null }, 'human'],
    [{ name: 'project_123_bot_0a1b', email: 'project_123_bot_0a1b@noreply.gitlab.com' }, 'automation'],
    [{ name: 'release token', email: 'group_42_bot_9f@noreply.gitlab.acme.io' }, 'automation'],
    [{ name: 'deployer', email: 'service_account_group_7_0a1b@noreply.gitlab.com' }, 'automation'],
    [{ name: 'release token', email: 'a1b2c3d4@bots.bitbucket.org' }, 'automation'],
    [{ name: 'bitbucket-pipelines', email: 'commits-noreply@bitbucket.org' }, 'automation'],
    [{ name: 'Shop Build Service (acme)', email: '' }, 'automation'],
    [{ name: 'gitea-actions', email: 'teabot@gitea.io' }, 'automation'],
    [{ name: 'renovate-bot', email: 'renovate@acme.io' }, 'automation'],
    [{ name: 'acme-bot', email: 'bot@acme.io' }, 'automation'],
    [{ name: 'Jean Le Bot', email: 'jean@lebot.fr' }, 'human'],
    [{ name: 'Talbot', email: 'talbot@acme.io' }, 'human'],
    [{ name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' }, 'automation'],
    [{ name: 'claude[bot]', email: '41898282+claude[bot]@users.noreply.github.com' }, 'ai_agent'],
    [{ name: 'unknown-thing[bot]', email: '1+unknown-thing[bot]@users.noreply.github.com' }, 'automation'],
    [{ name: 'acme-gpt-reviewer[bot]', email: '1+acme-gpt-reviewer[bot]@users.noreply.github.com' }, 'ai_agent'],
    [{ name: 'GitLab Duo', email: 'gitlab-duo@gitlab.com' }, 'ai_agent'],
  ])('%j is %s', (identity, kind) => {
    expect(accountKind(identity)).toBe(kind);
  });
});
