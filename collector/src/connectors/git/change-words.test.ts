import fc from 'fast-check';
import { changeWords, isPull, revertedNumber, revertedShas, revertedTitle } from './change-words.ts';
import { packNumbers, unpackNumbers } from './numbers.ts';

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
      'origin/main',
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

  it('knows a merge that only brings the default branch up to date', () => {
    const merge = (subject: string): boolean => isPull(changeWords(subject, true), 'main');
    expect(merge("Merge branch 'main' of github.com:acme/shop")).toBe(true);
    expect(merge("Merge remote-tracking branch 'upstream/main' into topic")).toBe(true);
    expect(merge("Merge branch 'topic' into main")).toBe(false);
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

describe('reverts', () => {
  it('are read from sha, number and title', () => {
    expect(revertedShas('This reverts commit abcdef1.\nThis reverts commit 0123456789, reversing')).toEqual([
      'abcdef1',
      '0123456789',
    ]);
    expect(revertedShas('This reverts commit abc')).toEqual([]);
    expect(revertedNumber('x\n\nReverts acme/shop#12\n')).toBe('12');
    expect(revertedNumber('It Reverts #12 partly')).toBeNull();
    expect(revertedTitle('Revert "a "b""')).toBe('a "b"');
    expect(revertedTitle('Reapply "a"')).toBe('Revert "a"');
    expect(revertedTitle('Revert the change')).toBeNull();
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
