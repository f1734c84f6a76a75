/** In the order in which a change goes through them; `all` is their sum. */
export const STAGES = [
  {
    value: 'requirements',
    label: 'Requirements',
    help: 'Requirement ready to code complete (first ready for review).',
  },
  { value: 'review', label: 'Review', help: 'Code complete to the last approval before the merge.' },
  { value: 'tests', label: 'Tests', help: 'Approved to all required checks passed; 0 where they had before.' },
  { value: 'production', label: 'Production', help: 'Both to the first deployment with the change.' },
  { value: 'all', label: 'All', help: 'Requirement ready to production: the sum of the stages.' },
] as const;

export type Stage = (typeof STAGES)[number]['value'];
export const PARTS = STAGES.length - 1;

/** What stages are called in a group (e.g. a team) of an answer: its first one begins with a requirement only where an issue dates one. */
export interface Names {
  /** In the order of STAGES. */
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  readonly idOf: (stage: Stage | null) => string | null;
  /** What all stages begin with. */
  readonly start: string;
}

/** @param isDated An issue dates the requirement of some change of the group. */
export function namesOf(isDated: boolean): Names {
  const ids = STAGES.map(({ value }) => (value === 'requirements' && !isDated ? 'coding' : value));
  const titles = ids.map((id) => id.charAt(0).toUpperCase() + id.slice(1));
  const idOf = (stage: Stage | null): string | null => ids[STAGES.findIndex(({ value }) => value === stage)] ?? null;
  return { ids, titles, idOf, start: isDated ? 'requirement' : 'first commit' };
}
