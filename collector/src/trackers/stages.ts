/**
 * What the states of a tracker are. The mapping of `throughline.yaml` decides, then what the tracker itself says of the state beyond doubt, then
 * names that mean one thing in every team. What none of them knows maps to nothing: it is counted and named, and `throughline plan` proposes
 * what it may be. Pure.
 */
import { z } from 'zod';
import { pattern } from '../text/pattern.ts';

/** Stages of work, in their order: wanted, may be begun, being made, being looked at or tested, finished; or given up. */
export const STAGES = ['backlog', 'ready', 'in_progress', 'review', 'done', 'cancelled'] as const;
export type Stage = (typeof STAGES)[number];

/** What a tracker itself says of a state; `open` = it tells closed ones apart and no more. */
export type Category = 'backlog' | 'unstarted' | 'started' | 'completed' | 'cancelled' | 'open';

export interface TrackerState {
  /** As the tracker names it. */
  readonly name: string;
  /** Null = the tracker says nothing of it. */
  readonly category: Category | null;
  /** What its category alone says; null = its name must tell. */
  readonly says: Stage | null;
}

/** States by name → stage. */
export type StageMap = Readonly<Record<string, Stage>>;

/** Field of a section of the configuration. */
export const stageMap = z
  .record(z.string(), z.enum(STAGES))
  .superRefine((given, context) => {
    const first = new Map<string, string>();
    for (const [name, stage] of Object.entries(given)) {
      const known = first.get(nameOf(name)) ?? name;
      first.set(nameOf(name), known);
      if (given[known] === stage) continue;
      const message = `${JSON.stringify(name)} and ${JSON.stringify(known)} are one state (capitals, signs and spaces do not count), and say ${stage} and ${String(given[known])}: keep one`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .default({});

const words = (text: string): readonly string[] => text.split(',').map((word) => word.trim());

/** Names that mean one thing in every team, as `nameOf` writes them. */
const NAMES: Readonly<Record<Stage, readonly string[]>> = {
  backlog: words('backlog, product backlog, icebox, triage, needs triage, inbox, ideas, to refine, in refinement'),
  ready: words(
    'ready, ready for development, ready for dev, ready to start, selected for development, to do, todo, planned, refined, sprint backlog, up next'
  ),
  in_progress: words('in progress, doing, in development, in dev, development, implementing, work in progress, wip'),
  review: words(
    'in review, review, code review, in code review, peer review, ready for review, in qa, qa, testing, in testing, in test, ready for qa, ready for test, ready for testing, verification, in verification, uat, in uat, ready to merge'
  ),
  done: words('done, closed, resolved, complete, completed, finished, released, shipped, deployed, in production, delivered, accepted, fixed'),
  cancelled: words(
    'cancelled, canceled, won t do, wont do, won t fix, wont fix, rejected, declined, duplicate, abandoned, obsolete, not planned, invalid'
  ),
}; // prettier-ignore

/** Stages that a name may tell of a state of such a category: one that contradicts it tells nothing. */
const ALLOWED: Readonly<Record<Category, readonly Stage[]>> = {
  backlog: ['backlog'],
  unstarted: ['backlog', 'ready'],
  started: ['in_progress', 'review'],
  completed: ['done', 'cancelled'],
  cancelled: ['cancelled'],
  open: STAGES,
};

const SIGNS = pattern`[^\p{L}\p{N}]+`;
/** A name as it is compared: capitals, signs and spaces do not count; of one that is made of signs alone they do. */
export function nameOf(text: string): string {
  const small = text.toLowerCase();
  return SIGNS.replace(small, ' ').trim() || small.trim();
}

/** Stages that the category leaves open. */
export const allowedBy = ({ category }: TrackerState): readonly Stage[] =>
  category === null ? STAGES : ALLOWED[category];

const byName = (state: TrackerState): Stage | null =>
  allowedBy(state).find((stage) => NAMES[stage].includes(nameOf(state.name))) ?? null;

/** What a state is; null = it maps to nothing. */
export function stageOf(state: TrackerState, own: StageMap): Stage | null {
  const name = nameOf(state.name);
  const configured = Object.entries(own).find(([one]) => nameOf(one) === name);
  return configured?.[1] ?? state.says ?? byName(state);
}
