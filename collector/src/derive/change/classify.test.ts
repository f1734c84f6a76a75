import { classify, type ClassInput } from './classify.ts';

const change = (given: Partial<ClassInput>): ClassInput => ({
  title: 'Update stuff',
  mergeSubject: null,
  labels: [],
  issueTypes: [],
  branch: null,
  commits: [],
  fileKinds: ['code', 'docs'],
  isRevert: false,
  ...given,
});

describe('G-08: class of a change', () => {
  it.each([
    ['a label beats the title', { title: 'fix(api)!: null cart', labels: ['enhancement'] }, 'feature', 'label'],
    ['a conventional title', { title: 'refactor: split parser' }, 'refactor', 'conventional'],
    ['an issue type', { issueTypes: ['Bug'] }, 'bugfix', 'issue'],
    ['a branch prefix', { branch: 'feat/x' }, 'feature', 'branch'],
    ['only documents', { fileKinds: ['docs'] }, 'docs', 'files'],
    ['a revert beats what it reverts', { title: 'Revert "feat: x"' }, 'revert', 'revert'],
    ['nothing to go by', { branch: 'alice-patch-1' }, 'unknown', 'none'],
  ] as const)('%s', (...[, given, prClass, method]) => {
    expect(classify(change(given))).toEqual({ prClass, method, isAmbiguous: false });
  });

  it('two labels of different classes are ambiguous; bugfix is before feature', () => {
    expect(classify(change({ labels: ['enhancement', 'bug'] }))).toEqual({
      prClass: 'bugfix',
      method: 'label',
      isAmbiguous: true,
    });
  });
});

describe('further rungs', () => {
  it('takes the class that holds more than half of the effective lines of the own commits', () => {
    const commits = [
      { subject: 'feat: a', lines: 60 },
      { subject: 'fix: b', lines: 30 },
      { subject: 'wip', lines: 20 },
    ];
    expect(classify(change({ commits }))).toMatchObject({ prClass: 'feature', method: 'conventional' });
    expect(classify(change({ commits: [...commits, { subject: 'wip', lines: 10 }] }))).toMatchObject({
      prClass: 'unknown',
    });
  });

  it('counts commits where lines were not measured', () => {
    const commits = ['docs: a', 'docs: b', 'fix: c'].map((subject) => ({ subject, lines: null }));
    expect(classify(change({ commits }))).toMatchObject({ prClass: 'docs' });
  });

  it.each([
    ['type: bug', 'bugfix'],
    ['kind/feature', 'feature'],
    ['Tech debt', 'refactor'],
    ['area/parser', 'unknown'],
    ['constructor', 'unknown'],
  ])('label %s → %s', (label, prClass) => {
    expect(classify(change({ labels: [label] })).prClass).toBe(prClass);
  });

  it.each([
    ['FIX(core)!: x', 'bugfix'],
    ['http://fix: x', 'unknown'],
    ['fixed a thing', 'unknown'],
    ['revert: feat: x', 'revert'],
    ['⏪️ revert: x', 'revert'],
    ['Reverted "x"', 'revert'],
    ['Automated rollback of commit 0123456789', 'revert'],
    ['Rollback of PR #12', 'revert'],
    ['Roll back "x"', 'revert'],
    ['Rollback of the migration', 'unknown'],
    ['Undo stack', 'unknown'],
  ])('title %s → %s', (title, prClass) => {
    expect(classify(change({ title })).prClass).toBe(prClass);
  });

  it('build files and locks are a chore, generated code is not', () => {
    expect(classify(change({ fileKinds: ['build', 'lock'] })).prClass).toBe('chore');
    expect(classify(change({ fileKinds: ['generated'] })).prClass).toBe('unknown');
    expect(classify(change({ fileKinds: [] })).prClass).toBe('unknown');
  });
});
