import { accountKind } from './account-kind.ts';
import { markCommit, type CommitWords, type Mark } from './mark-commit.ts';
import { toolIdOf, toolOfText } from './names.ts';
import type { Tool } from './tool.ts';
import { titleOfTool, TOOLS } from './tools.ts';

const person = (text: string): { name: string; email: string } => {
  const at = text.lastIndexOf(' <');
  return { name: text.slice(0, at), email: text.slice(at + 2, -1) };
};

/** An example of the table as a commit: last lines of a message, or an author, or a branch. */
function commitOf(example: string): CommitWords {
  const author = example.startsWith('author: ') ? person(example.slice(8)) : { name: 'Ana', email: 'ana@acme.io' };
  const isText = !example.startsWith('author: ') && !example.startsWith('branch: ');
  return {
    authorName: author.name,
    authorEmail: author.email,
    committerName: 'Ana',
    committerEmail: 'ana@acme.io',
    authoredAt: new Date('2026-07-15T12:00:00Z'),
    message: isText ? `Add totals\n\n${example}\n` : 'Add totals\n',
    branch: example.startsWith('branch: ') ? example.slice(8) : null,
  };
}
const marksOf = (example: string): Mark[] => markCommit(commitOf(example));
const rows = (pick: (tool: Tool) => readonly string[]): Array<[string, string]> =>
  TOOLS.flatMap((tool) => pick(tool).map((example): [string, string] => [tool.id, example]));

describe('the table of tools', () => {
  it.each(rows(({ examples }) => examples))('marks %s by %s', (tool, example) => {
    expect(marksOf(example).map(({ toolId }) => toolId)).toContain(tool);
    expect(marksOf(example).filter(({ kind }) => kind === 'explicit_human')).toEqual([]);
  });

  it.each(rows(({ counterExamples }) => counterExamples ?? []))('does not take for %s: %s', (_tool, example) => {
    expect(marksOf(example)).toEqual([]);
  });

  it.each(rows(({ examples }) => examples.filter((one) => one.startsWith('author: ') && !one.includes('(aider)'))))(
    '%s is an agent as an account, and no automation: %s',
    (_tool, example) => {
      const { authorName: name, authorEmail: email } = commitOf(example);
      expect(accountKind({ name, email })).toBe('ai_agent');
    }
  );

  it('gives every tool an example, an id of its own and a title', () => {
    expect(TOOLS.filter(({ examples, isReviewer }) => examples.length === 0 && isReviewer !== true)).toEqual([]);
    expect(new Set(TOOLS.map(({ id }) => id)).size).toBe(TOOLS.length);
    expect(TOOLS.map(({ id }) => titleOfTool(id)).every((title) => title.length > 1)).toBe(true);
  });

  it('holds no fingerprint twice, and all in lower case', () => {
    const pick = (part: (tool: Tool) => ReadonlyArray<string | number> | undefined): string[] =>
      TOOLS.flatMap((tool) => part(tool) ?? []).map(String);
    for (const all of [
      pick(({ emails }) => emails),
      pick(({ names }) => names),
      pick(({ bots }) => bots),
      pick(({ githubIds }) => githubIds),
      pick(({ domains }) => domains),
      pick(({ trailers }) => trailers?.map(({ key }) => key)),
    ]) {
      expect(all).toEqual(all.map((text) => text.toLowerCase()));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('knows tools by the names they go by, and people who are called like them', () => {
    expect(toolOfText('Claude Opus 4.6 (1M context)')).toBe('claude-code');
    expect(['Claudette', 'Claude Dupont', 'Claude-Pierre Martin', 'claudeofficial'].map(toolOfText)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(['claude', 'github-copilot', 'My Agent!', ' '].map(toolIdOf)).toEqual([
      'claude-code',
      'copilot',
      'my-agent',
      null,
    ]);
  });
});
