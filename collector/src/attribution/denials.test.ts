import { readDeclaration } from './denials.ts';
import { markCommit } from './mark-commit.ts';

const kindsOf = (...lines: readonly string[]): string[] =>
  markCommit({
    authorName: 'Ana',
    authorEmail: 'ana@acme.io',
    committerName: 'Ana',
    committerEmail: 'ana@acme.io',
    authoredAt: new Date('2026-03-01T12:00:00Z'),
    message: `Subject\n\n${lines.join('\n')}\n`,
  }).map(({ kind }) => kind);

describe('readDeclaration', () => {
  it.each(
    'none|None used|NONE|no|No.|n|N|N/A|n.a.|na|-|--|—|0|0%|0 %|0/120 lines|false|never|not used|not applicable|nope|nothing|nil|null|off|human|human only|human-written|100% human|fully human|hand-written|handwritten|by hand|written by hand|manual|manually written|unassisted|No, written by hand|no AI was used|No AI|no LLM used|without AI|without any AI assistance|written without the help of AI|I did not use AI|was not AI generated|wasn’t used|none (human)|(none)|`none`|"none"|[ ] yes [x] no|- [x] No|❌|✗|no Copilot|did not use Claude|AI-free|keine|nein|ohne KI|aucun|ninguno|nenhum|nessuno|нет|无|没有|なし|yes, entirely by hand'.split(
      '|'
    )
  )('reads %s as written by people', (value) => {
    expect(readDeclaration(value)).toBe('human');
  });

  it.each(
    'yes|true|Y|minor|partial|partly, tests by hand|mostly AI|30%|100%|Claude|Cursor with gpt-5|yes (Copilot for the tests)|human + Claude|written by hand, with Copilot completions|human-reviewed AI code|Nova Pro|partially (the tests were not AI generated)|notebook assistant|Northwind coder'.split(
      '|'
    )
  )('reads %s as AI', (value) => {
    expect(readDeclaration(value)).toBe('ai');
  });

  it.each(
    [
      '',
      'unknown',
      'Unsure',
      'not sure',
      'TBD',
      '?',
      '<tool-id>',
      '[tool name]',
      '{{tool}}',
      'yes/no',
      'yes or no',
    ].concat(['none | copilot | chatgpt', '[ ] yes [ ] no', 'none except Copilot', 'nothing other than Claude'])
  )('finds nothing in %j', (value) => {
    expect(readDeclaration(value)).toBe('unclear');
  });
});

describe('denials in trailers', () => {
  it.each([
    ['AI-Tool: None used'],
    ['AI-Generated: No, written by hand'],
    ['AI-Model: -'],
    ['AI-Assisted: never'],
    ['AI-Assisted: N'],
    ['AI-Assisted-By: not used'],
    ['AI-Used: no'],
    ['Co-Authored-By: none'],
    ['Assisted-by: none'],
    ['Generated-by: nobody'],
  ])('says that no AI took part: %s', (line) => {
    expect(kindsOf(line)).toEqual(['explicit_human']);
  });

  it('lets a tool speak louder than a model that is not named', () => {
    expect(kindsOf('AI-Tool: Claude Code', 'AI-Model: -')).toEqual(['trailer']);
    expect(kindsOf('AI-Assisted: yes', 'AI-Tool: none')).toEqual(['trailer']);
  });

  it.each([
    ['Assisted-by: Manuel Neuer'],
    ['Assisted-by: Noam'],
    ['Reviewed-by: none'],
    ['Assisted-by: Nil Sanz <nil@example.org>'],
  ])('is no denial: %s', (line) => {
    expect(kindsOf(line)).toEqual([]);
  });
});
