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
export const TITLES = Object.fromEntries(STAGES.map(({ value, label }) => [value, label])) as Record<Stage, string>;
export const PARTS = STAGES.length - 1;
