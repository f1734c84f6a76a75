/** What an issue is by its words: type or labels. Pure. */

/** Kinds of issues that a change's class is read from. */
export const TYPES = ['bug', 'feature', 'docs', 'refactor'] as const;
export type IssueType = (typeof TYPES)[number];

/** Words that say it in every tracker. */
const WORDS: Readonly<Record<IssueType, ReadonlySet<string>>> = {
  bug: new Set(['bug', 'defect', 'type: bug', 'kind/bug', 'regression', 'type/bug', 'c-bug']),
  feature: new Set(['feature', 'enhancement', 'type: feature', 'kind/feature', 'feature request', 'type/feature', 'story', 'new feature', 'improvement']),
  docs: new Set(['documentation', 'docs', 'kind/documentation']),
  refactor: new Set(['refactor', 'tech-debt', 'tech debt', 'cleanup', 'kind/cleanup']),
}; // prettier-ignore

const byWords = (words: readonly string[]): IssueType | null => TYPES.find((type) => words.some((word) => WORDS[type].has(word))) ?? null; // prettier-ignore

/**
 * By its type, whose words the configuration or we know, else by its labels; null = nothing says it. Capitals do not count.
 * @param own Words of the configuration.
 */
export function typeOf(
  type: string | null,
  labels: readonly string[],
  own: Readonly<Record<string, IssueType>>
): IssueType | null {
  const word = type?.trim().toLowerCase() ?? null;
  const small = labels.map((label) => label.trim().toLowerCase());
  const said = (one: string): IssueType | undefined => Object.entries(own).find(([name]) => name.trim().toLowerCase() === one)?.[1];
  const ofType = word === null ? undefined : (said(word) ?? byWords([word]));
  return ofType ?? small.map(said).find((one) => one !== undefined) ?? byWords(small);
} // prettier-ignore
