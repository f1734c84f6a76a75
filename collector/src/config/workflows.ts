/** Section `workflows` of throughline.yaml (metrics.md 3). */
import { z } from 'zod';
import { isoDate, slug } from './repository.ts';

/** What a workflow counts: whose tool use, between which events, and which filters tell units apart. `events` null = every event of a change. */
export const UNITS = {
  pr: { actor: 'author', start: 'first_commit', end: 'merged', events: null, filters: ['repos', 'pr_class', 'exclude_labels', 'max_lines'] },
  pr_reviewer: { actor: 'reviewer', start: 'ready', end: 'review_submitted', events: null, filters: ['repos', 'pr_class', 'exclude_labels', 'max_lines'] },
  issue: { actor: 'assignee', start: 'created', end: 'done', events: ['created', 'ready', 'started', 'done'], filters: ['repos', 'pr_class', 'exclude_labels'] },
  incident: { actor: 'responder', start: 'started', end: 'resolved', events: ['started', 'detected', 'acknowledged', 'resolved'], filters: ['repos'] },
  agent_run: { actor: 'author', start: 'started', end: 'ended', events: ['started', 'ended'], filters: ['repos'] },
} as const; // prettier-ignore

export type UnitName = keyof typeof UNITS;
const unitNames = Object.keys(UNITS) as [UnitName, ...UnitName[]];

/** How the use of a tool is counted. */
export const usageSchema = z.strictObject({
  measure: z.enum(['invocations', 'active_days', 'accepted_lines']).default('invocations'),
  window: z.enum(['trailing_30d', 'same_week', 'prior_30d']).default('trailing_30d'),
  low_min: z.number().positive().default(1),
  high_min: z.number().positive().default(3),
  features: z.array(z.string()).default([]),
});

export const landedAt = z.record(z.string(), isoDate).describe('`default` and `team.<id>` keys.');

const written = z.strictObject({
  id: slug,
  version: z.int().positive().default(1),
  valid_from: isoDate.default('1970-01-01'),
  unit: z.enum(unitNames).default('pr'),
  actor: z.enum(['author', 'reviewer', 'assignee', 'responder']).optional(),
  applies_to: z
    .strictObject({
      repos: z.array(z.string()).default([]),
      pr_class: z.array(z.string()).default([]),
      exclude_labels: z.array(z.string()).default([]),
      max_lines: z.int().positive().optional(),
    })
    .prefault({}),
  start: z.strictObject({ event: z.string(), else: z.string().optional() }).optional(),
  end: z.strictObject({ event: z.string() }).optional(),
  outcome: z
    .strictObject({
      clock: z.enum(['calendar', 'business']).default('calendar'),
      max_days: z.number().positive().default(30),
    })
    .prefault({}),
  tools: z
    .array(z.strictObject({ id: slug, landed_at: landedAt.optional(), usage: usageSchema.prefault({}) }))
    .default([]),
  baseline: z
    .strictObject({ weeks: z.int().positive().default(8), washout_days: z.int().nonnegative().default(14) })
    .prefault({}),
});

type Fault = readonly [path: readonly string[], message: string];

/** What does not fit the unit: nothing of a definition is ignored. */
function faultsOf({ unit, actor, start, end, applies_to: applies }: z.infer<typeof written>): Fault[] {
  const of = UNITS[unit];
  const events: readonly string[] | null = of.events;
  const named: ReadonlyArray<readonly [readonly string[], string | undefined]> = [
    [['start', 'event'], start?.event],
    [['start', 'else'], start?.else],
    [['end', 'event'], end?.event],
  ];
  const filters: readonly string[] = of.filters;
  const isSet = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined);
  return [
    ...(actor === undefined || actor === of.actor
      ? []
      : [[['actor'], `is not who counts for a unit ${unit}: that is the ${of.actor}`] as const]),
    ...named.flatMap(([path, name]): Fault[] =>
      name === undefined || events === null || events.includes(name)
        ? []
        : [[path, `is no event of a unit ${unit}. Known: ${events.join(', ')}`]]
    ),
    ...Object.entries(applies).flatMap(([name, value]): Fault[] =>
      !isSet(value) || filters.includes(name)
        ? []
        : [[['applies_to', name], `tells no units ${unit} apart. Allowed: ${filters.join(', ')}`]]
    ),
  ];
}

/** A workflow with what its unit says where it does not. */
export const workflowSchema = written
  .superRefine((given, context) => {
    for (const [path, message] of faultsOf(given)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .transform((given) => {
    const { actor, start, end } = UNITS[given.unit];
    return {
      ...given,
      actor,
      start: given.start ?? { event: start, else: undefined },
      end: given.end ?? { event: end },
    };
  });
