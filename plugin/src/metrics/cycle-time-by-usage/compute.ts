import type { Compute } from '../define.ts';
import { carriers } from './carriers.ts';
import { classMix } from './class-mix.ts';
import { describe } from './describe.ts';
import { effect } from './effect.ts';
import { joinQuality } from './join-quality.ts';
import { readRows } from './rows/read-rows.ts';

const MODES = { describe, effect, mix: classMix, concentration: carriers, join_quality: joinQuality } as const;

/** Joins units with the usage of their people and answers the mode's question. Pure. */
export const compute: Compute = (rows, context) => {
  const mode = String(context.params['mode'] ?? 'describe') as keyof typeof MODES;
  return MODES[mode](readRows(rows, context), context);
};
