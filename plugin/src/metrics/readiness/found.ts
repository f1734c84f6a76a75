/** What judges of grounds say, and the words that they say it with. Pure. */
import type { Category, Row } from '../define.ts';
import type { StepName } from '../parts/grounds.ts';
import { numberOf } from '../parts/groups.ts';
import { shareBeside, stepBeside } from '../parts/steps.ts';

export type Level = 'known' | 'partly' | 'missing';

/** What was found of a ground. */
export interface Found {
  readonly level: Level;
  /** The measured fact, in words. Numbers of what people did are steps of numbers. */
  readonly why: string;
  /** Null = nothing is missing, or nothing can be done about it. */
  readonly step: StepName | null;
}

/** What was measured, with the least number of people that is told of. */
export interface Measured {
  readonly row: Row;
  readonly k: number;
  /** Categories that the organisation chose not to collect (`privacy.collect`). */
  readonly off: ReadonlySet<Category>;
}

export type Judge = (measured: Measured) => Found;

export const known = (why: string): Found => ({ level: 'known', why, step: null });
export const partly = (why: string, step: StepName | null): Found => ({ level: 'partly', why, step });
export const missing = (why: string, step: StepName | null): Found => ({ level: 'missing', why, step });

export const get = ({ row }: Measured, name: string): number => numberOf(row[name]);
export const dayOf = ({ row }: Measured, name: string): string | null => {
  const at = row[name];
  return at instanceof Date ? at.toISOString().slice(0, 10) : null;
};

/** A number of units in words: its step. */
export function some(count: number, k: number, unit: string): string {
  const step = stepBeside(count, k);
  if (count === 0) return `no ${unit}`;
  return step === null ? `fewer than ${String(k)} ${unit}` : `${step.toLocaleString('en')} or more ${unit}`;
}

/** A share in words, in twentieths. */
export const part = (share: number): string => {
  const rounded = shareBeside(share);
  if (share === 0 || share === 1) return share === 0 ? 'none' : 'all';
  if (rounded === null || rounded === 1) return rounded === 1 ? 'nearly all' : 'less than 5 %';
  return `about ${String(Math.round(rounded * 100))} %`;
};

export const hidden = (k: number, who: string): Found => missing(`hidden: fewer than ${String(k)} people ${who} in this range`, 'people'); // prettier-ignore
