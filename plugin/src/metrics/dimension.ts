/** What results are filtered and grouped by. Part of the contract in define.ts. */

/** Dimensions that results can be filtered and grouped by (metrics.md 0.10). */
export const DIMENSIONS = [
  'team',
  'repo',
  'service',
  'pr_class',
  'code_source',
  'usage_bucket',
  'tool',
  'workflow',
  'seniority',
  'zone',
  'size',
  'phase',
  'arm',
  'reviewer_kind',
  'basis',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];
