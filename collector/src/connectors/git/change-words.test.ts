import fc from 'fast-check';
import { cpuMs } from '../../../testing/cpu.ts';
import { changeWords, isPull, revertedByBranch, revertedNumbers, revertedShas, revertedTitle } from './change-words.ts';
import { packNumbers, unpackNumbers } from './numbers.ts';
import { MERGES } from './wording.ts';

describe('changeWords', () => {
  it.each([
    ['Merge pull request #7 from acme/feat/cart\n\nfeat: cart', true, 'merge', '7', 'feat: cart', 'feat/cart'],
    [
      'Merge pull request #7 from acme/x\n\nSigned-off-by: A <a@b.c>',
      true,
      'merge',
      '7',
      'Merge pull request #7 from acme/x',
      'x',
    ],
    [
      "Merge branch 'fix' into 'main'\n\nFix it\n\nSee merge request acme/shop!12",
      true,
      'merge',
      '12',
      'Fix it',
      'fix',
    ],
    ['Merged in topic/a (pull request #4)\n\nTitle', true, 'merge', '4', 'Title', 'topic/a'],
    ["Merge pull request 'Title' (#9) from bo:x into main", true, 'merge', '9', 'Title', 'x'],
    ['Auto merge of #31 - bo:quick, r=ana\n\nQuicker', true, 'merge', '31', 'Quicker', 'quick'],
    ['Merged PR 5: Title', false, 'squash', '5', 'Title', null],
    ["Merge branch 'x'", true, 'merge', null, "Merge branch 'x'", 'x'],
    [
      "Merge remote-tracking branch 'origin/main'",
      true,
      'merge',
      null,
      "Merge remote-tracking branch 'origin/main'",
      'main',
    ],
    ['Add (all) totals (#12)', false, 'squash', '12', 'Add (all) totals', null],
    ['Fixes #12', false, 'direct', null, 'Fixes #12', null],
    ['See (#12) there', false, 'direct', null, 'See (#12) there', null],
    ['Number (#123456789012)', false, 'direct', null, 'Number (#123456789012)', null],
    ['', false, 'direct', null, '(no message)', null],
  ])('reads %j', (message, isMerge, ...said) => {
    const { kind, number, title, branch } = changeWords(message, isMerge);
    expect([kind, number, title, branch]).toEqual(said);
  });

  const examples = MERGES.flatMap(({ forge, isMergeOnly, examples: own }) =>
    own.map((example) => ({ forge, isMerge: isMergeOnly ?? true, example }))
  );
  it.each(examples)('reads the words of $forge: $example.0', ({ example: [message, number, title, branch] }) => {
    expect(changeWords(message, true)).toEqual({ kind: 'merge', number, title, branch });
    if (number !== null) expect(changeWords(message, false)).toEqual({ kind: 'squash', number, title, branch });
  });

  it('takes a list of requests for none of them', () => {
    const message = 'Release 3\n\nSee merge request acme/shop!1\nSee merge request acme/shop!2';
    expect(changeWords(message, false)).toMatchObject({ kind: 'direct', number: null });
  });

  it('knows a merge that only brings the default branch up to date', () => {
    const merge = (subject: string): boolean => isPull(changeWords(subject, true), 'main');
    expect(merge("Merge branch 'main' of github.com:acme/shop")).toBe(true);
    expect(merge("Merge remote-tracking branch 'upstream/main' into topic")).toBe(true);
    expect(merge("Merge remote-tracking branch 'refs/remotes/fork/main'")).toBe(true);
    expect(merge("Merge branch 'acme:main' into main")).toBe(true);
    expect(merge("Merge branch 'topic' into main")).toBe(false);
    expect(merge("Merge branch 'feature/main'")).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        (text, isMerge) => changeWords(text, isMerge).title !== ''
      )
    );
  });
});

const SHA = '0123456789abcdef0123456789abcdef01234567';
describe('reverts', () => {
  it.each([
    ['git', `Revert "a"\n\nThis reverts commit ${SHA}.`, [SHA], []],
    ['git, a merge', `Revert "a"\n\nThis reverts commit ${SHA}, reversing\nchanges made to abcdef1.`, [SHA], []],
    [
      'git, several',
      'Undo\n\nThis reverts commits abcdef1, abcdef2 and abcdef3.',
      ['abcdef1', 'abcdef2', 'abcdef3'],
      [],
    ],
    [
      'git, short',
      'This reverts commit abcdef1.\nThis reverts commit 0123456789, reversing',
      ['abcdef1', '0123456789'],
      [],
    ],
    ['too short', 'This reverts commit abc', [], []],
    ['Azure DevOps', 'Revert "Merged PR 5: a"\n\nReverted commit `abcdef12`.', ['abcdef12'], []],
    ['Azure DevOps, a request', 'Merged PR 6: Revert "a"\n\nReverts !5', [], ['5']],
    ['Gitea', 'revert abcdef1234\n\nrevert a', ['abcdef1234'], []],
    ['Mozilla', 'Backed out changeset abcdef123456 (bug 1) for failures', ['abcdef123456'], []],
    ['Phabricator', 'Back out "a"\n\nSummary:\nOriginal commit changeset: abcdef123456', ['abcdef123456'], []],
    ['GitHub', 'Revert "a" (#13)\n\nReverts acme/shop#12\n', [], ['12']],
    ['GitHub, several', 'Undo\n\nReverts #12, #13 and #14', [], ['12', '13', '14']],
    [
      'a bot of GitHub',
      'Revert "a (#12)"\n\nReverted https://github.com/acme/shop/pull/12 on behalf of ana',
      [],
      ['12'],
    ],
    ['GitLab', "Revert \"Merge branch 'x' into 'main'\"\n\nThis reverts merge request !201", [], ['201']],
    ['GitLab, another project', 'Revert "a"\n\nThis reverts merge request acme/shop2!201', [], ['201']],
    ['Bitbucket', 'Revert "a (pull request #210)"\n\nThis reverts pull request #210.', [], ['210']],
    ['a subject with the title', 'Revert abcdef1234 "Add totals"', ['abcdef1234'], []],
    ['a subject in words', 'Revert commit abcdef1234', ['abcdef1234'], []],
    ['a robot', 'Reapply: a\n\nReverts abcdef1234', ['abcdef1234'], []],
    ['a robot of Google', 'Automated rollback of commit abcdef1234.', ['abcdef1234'], []],
    ['a number that is no sha', 'Revert 1234567 rows of prices', [], []],
    ['a rollback', 'Rollback of PR #12 (#13)', [], ['12']],
    ['a rollback, by a verb', 'Rolling back #12', [], ['12']],
    ['an undoing', 'Undo #12', [], ['12']],
    ['a rollback that was none', 'Roll back a migration when #12 fails', [], []],
    ['an undoing in the program', 'Undo stack: keep #12', [], []],
    ['what a change brought', 'Revert changes from #12', [], ['12']],
    ['a merge', 'hotfix: revert merge of #12', [], ['12']],
    ['an address', 'Revert of https://github.com/acme/shop/pull/12', [], ['12']],
    ['two in the body', 'Fix\n\nThis reverts #12 and #13.', [], ['12', '13']],
    ['by hand', 'Revert #12 for now', [], ['12']],
    ['by hand, in words', 'Reverts PR #12', [], ['12']],
    ['a conventional commit', 'chore(ci): revert #12 until later (#13)', [], ['12']],
    ['a conventional commit, two', 'fix: Reverts #12 and #13, fix #14 (#15)', [], ['12', '13']],
    ['the end of a subject', 'fix(css): resolve paths in sass, revert #20300 (#20349)', [], ['20300']],
    ['the end of a subject, in brackets', 'fix!: avoid rewriting this (reverts #5312) (#14098)', [], ['5312']],
    ['the end of a subject, two', 'fix: options win; reverts #12 and !13 (#14)', [], ['12', '13']],
    ['a subject after a branch in brackets', '[release 2.53] Revert #12 to stop it (#14)', [], ['12']],
    ['a subject after a group in words', 'PG17 compatibility: revert #7764 (#7775)', [], ['7764']],
    ['a subject, and more', 'fix: a, and revert #12', [], ['12']],
    ['another one, which did it', 'fix(ci): restore smoke tests (reverted by #478)', [], []],
    ['another one, told', 'fix: crash that came after revert #12', [], []],
    ['part of it', 'perf: faster, partially reverts #12', [], []],
    ['one that is not to come', 'docs: how not to revert #12', [], []],
    ['a title that is taken back itself', 'Revert "fix: options win, reverts #12 (#14)" (#15)', [], []],
    ['a subject without number', 'feat: options to revert to v2 strategies (#8623)', [], []],
    ['a later line', 'fix: a\n\nx, revert #12', [], []],
    ['in part', 'x\n\nIt Reverts #12 partly', [], []],
    ['in a quotation', 'Fix it\n\n> This reverts commit abcdef1.\n> Reverts #12', [], []],
  ])('of %s are read', (...[, message, shas, numbers]) => {
    expect(revertedShas(message)).toEqual(shas);
    expect(revertedNumbers(message)).toEqual(numbers);
  });

  it.each([
    ['Revert "a "b""', 'a "b"'],
    ["Revert 'a'", 'a'],
    ['Revert “a”', 'a'],
    ['Back out "a"', 'a'],
    ['Backed out "a"', 'a'],
    ['revert: feat: a', 'feat: a'],
    ['revert(cart): a', 'a'],
    ['Reapply "a"', 'Revert "a"'],
    ['Reland "a"', 'Revert "a"'],
    ['Revert^2 "a"', 'Revert "a"'],
    ['docs: revert "docs: remove a link"', 'docs: remove a link'],
    ['chore: revert "chore: only pnpm (#20201)"', 'chore: only pnpm (#20201)'],
    ['fix(css)!: Revert "a"', 'a'],
    ['fix: revert, "a (#12)"', 'a (#12)'],
    ['REVERT: "a"', 'a'],
    ['Revert: a', 'a'],
    ['revert(css): "a"', 'a'],
    ['Revert feat: a (#12)', 'feat: a (#12)'],
    ['fix: revert a `b` (#12)', 'a `b` (#12)'],
    ['Revert "a" (#12)', '"a" (#12)'],
    ['[release-3.7] Revert "a"', 'a'],
    ['Reverted "a"', 'a'],
    ['Rollback "a"', 'a'],
    ['Roll back: "a"', 'a'],
    ['Undo "a"', 'a'],
    ['⏪️ revert: a', 'a'],
    [':rewind: Revert "a"', 'a'],
    ['⏪️ Revert "a"', 'a'],
    ['Undo the change', null],
    ['Rollback of the migration', null],
    ['fix: undo "a" and "b" of the editor', null],
    ['[String] [3.7] Revert "a"', 'a'],
    ['[x] not Revert "a"', null],
    ['fix: revert a to 2.1.0', null],
    ['fix: not to revert "a"', null],
    ['Revert the change', null],
    ['Reverting is hard', null],
  ])('by title: %s', (title, reverted) => {
    expect(revertedTitle(title)).toBe(reverted);
  });

  it('by the branch of the button', () => {
    expect(revertedByBranch('revert-12-topic')).toBe('12');
    expect(revertedByBranch('revert-abc')).toBeNull();
    expect(revertedByBranch(null)).toBeNull();
  });
});

describe('a megabyte of the worst', () => {
  const filled = (part: string): string => part.repeat(Math.ceil(1e6 / part.length));
  it.each(
    [
      ' ',
      '\n',
      '(#1',
      'Revert "',
      'fix: revert "',
      'a(',
      'This reverts commit 0123456',
      'This reverts merge request a',
      'See merge request a',
      'Reverts #1, ',
      "Merge branch '",
      '1: a r=',
      'Merge pull request #1 from ',
      '> \n',
      'commit ',
    ].map((part) => [part])
  )('%j is read within 100 ms', (part) => {
    const text = filled(part);
    for (const message of [text, `Merge branch 'x'\n\n${text}`, `revert \n\n${text}`]) {
      const read = (): unknown => [changeWords(message, true), changeWords(message, false), revertedTitle(message)];
      const told = (): unknown => [revertedShas(message), revertedNumbers(message), revertedByBranch(message)];
      expect(Math.min(cpuMs(read), cpuMs(read))).toBeLessThan(100);
      expect(Math.min(cpuMs(told), cpuMs(told))).toBeLessThan(100);
    }
  });
});

describe('numbers', () => {
  it('come back as they were packed, in little space', () => {
    const set = fc.uniqueArray(fc.integer({ min: 0, max: 9_999_999_999 }));
    fc.assert(
      fc.property(set, (numbers) =>
        expect([...unpackNumbers(packNumbers(new Set(numbers)))]).toEqual([...numbers].sort((a, b) => a - b))
      )
    );
    expect(packNumbers(new Set(Array.from({ length: 10_000 }, (_one, n) => 2 * n))).length).toBeLessThan(14_000);
  });
});
