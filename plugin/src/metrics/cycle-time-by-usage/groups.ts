import type { Dimension } from '../define.ts';

/** Dimensions of a unit, in the order of the query's columns. */
export const GROUPS = [
  'team',
  'repo',
  'service',
  'pr_class',
  'code_source',
  'seniority',
  'zone',
  'size',
] as const satisfies readonly Dimension[];
export type Group = (typeof GROUPS)[number];
