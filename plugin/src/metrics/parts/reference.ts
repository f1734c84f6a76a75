/** With which code others are compared: human code, or unmarked code where too little is known to be human. */
import type { ChoiceParam, ComputeContext, Notice } from '../define.ts';

export type Reference = 'human' | 'unknown';

/** Code source of what nothing says about. As a reference it is what it is: how much of the code it is makes no verdict unsure. */
export const UNMARKED = 'unknown';

/** Above this one person is most of a group (metrics.md 15.1). */
const DOMINANCE = 0.8;

/** A group of human code that could be compared with. */
export interface HumanGroup {
  /** It has a number by itself. */
  readonly isEnough: boolean;
  readonly people: number;
  /** Largest share of the units that one person holds; null = nobody known. */
  readonly topShare: number | null;
}

/** The context with the reference that `auto` stands for. Human code counts where a group of it could be shown by itself. */
export function withReference(context: ComputeContext, human: readonly HumanGroup[]): ComputeContext {
  if (context.params['compare_to'] !== 'auto') return context;
  const k = typeof context.settings['k'] === 'number' ? context.settings['k'] : 1;
  const isHuman = human.some(
    ({ isEnough, people, topShare }) => isEnough && people >= k && (k <= 1 || (topShare ?? 0) <= DOMINANCE)
  );
  const compared: Reference = isHuman ? 'human' : UNMARKED;
  return { ...context, params: { ...context.params, compare_to: compared } };
}

/** In which direction a comparison with unmarked code is wrong. */
export const againstUnmarked = (source: string): Notice[] =>
  source === UNMARKED
    ? [
        {
          severity: 'info',
          text: 'Compared with unmarked code, which may contain AI: that can only hide part of a difference, never make one.',
        },
      ]
    : [];

/** The param of metrics that compare code sources. Alert rules name the reference: what `auto` stands for may change with what is known. */
export const compareToParam = (label: string, when: NonNullable<ChoiceParam['when']>): ChoiceParam => ({
  kind: 'choice',
  chooses: 'nothing',
  label,
  help: 'Code source that others are compared with. auto: human code, or unmarked code where too little is known to be human (column reference tells). Unmarked code is unknown, not human. Name it in alert rules.',
  default: 'auto',
  choices: [
    { value: 'auto', label: 'auto (human, else unmarked)' },
    { value: 'human', label: 'human' },
    { value: 'unknown', label: 'unknown (unmarked)' },
  ],
  when,
});
