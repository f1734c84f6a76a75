/** Rules of the class of a change as data (metrics.md 2.2). Raise `CLASS_RULES_VERSION` when a rule changes: all changes are derived anew. */

import { pattern } from '../../text/pattern.ts';

export const CLASS_RULES_VERSION = 3;

/** What a change is for. */
export type PrClass = 'feature' | 'bugfix' | 'refactor' | 'chore' | 'docs' | 'test' | 'revert' | 'unknown';

/** Words of labels, conventional types, issue types and branch prefixes. Lower case, words joined by `-`. */
export const CLASS_WORDS: Readonly<Record<string, PrClass>> = {
  feat: 'feature',
  feature: 'feature',
  enhancement: 'feature',
  story: 'feature',
  'user-story': 'feature',
  'new-feature': 'feature',
  fix: 'bugfix',
  bug: 'bugfix',
  bugfix: 'bugfix',
  'bug-fix': 'bugfix',
  hotfix: 'bugfix',
  defect: 'bugfix',
  refactor: 'refactor',
  refactoring: 'refactor',
  perf: 'refactor',
  performance: 'refactor',
  cleanup: 'refactor',
  'tech-debt': 'refactor',
  build: 'chore',
  ci: 'chore',
  chore: 'chore',
  deps: 'chore',
  dependencies: 'chore',
  style: 'chore',
  release: 'chore',
  docs: 'docs',
  doc: 'docs',
  documentation: 'docs',
  test: 'test',
  tests: 'test',
  testing: 'test',
};

/** Which class wins where two labels name different ones. */
export const CLASS_ORDER: readonly PrClass[] = ['bugfix', 'feature', 'refactor', 'test', 'docs', 'chore'];

/** `type(scope)!: text`; the blank after the colon is required, so `http://…` is no type. */
export const CONVENTIONAL = pattern`(?i)^\s*(?P<type>[a-z][a-z-]*)(?:\([^()]*\))?!?:\s`;

/** A change whose title says that it reverts another one. */
export const REVERT_TITLE = pattern`(?i)^\s*(?:(?:\p{So}\x{fe0f}?|:[a-z_]+:)\s?)?(?:revert(?:s|ed|ing)?(?:\^\d+)?\s+["“«']|revert(?:\s+commit)?\s+[0-9a-f]{7,64}\s*$|back(?:ed)?\s?out\s+(?:["“']|changesets?\s)|(?:automated\s)?roll(?:s|ed|ing)?[\s-]?back\s+(?:of\s)?(?:["“«]|(?:pull request |merge request |PR |MR )?[#!]\d|(?:commit )?[0-9a-f]{7,64}\b)|undo\s["“«]|revert(?:\([^()]*\))?!?:\s)`;

/** File kinds (path.kind) that decide the class when a change touches nothing else. */
export const FILE_CLASSES: ReadonlyArray<{ readonly kinds: readonly string[]; readonly prClass: PrClass }> = [
  { kinds: ['docs'], prClass: 'docs' },
  { kinds: ['test'], prClass: 'test' },
  { kinds: ['build', 'lock'], prClass: 'chore' },
];
