/** `phases[]` of throughline.yaml: the time before and the times after something changed, one after the other. */
import { z } from 'zod';
import { isoDate, slug } from './repository.ts';

/** More of them nobody compares with the first. */
const MOST_PHASES = 12;

const phaseSchema = z.strictObject({
  id: slug.describe('Its own among the phases of everyone, or of its team.'),
  title: z.string().trim().min(1, 'say what it is called').max(60).describe('Name in panels.'),
  from: isoDate.describe('First day.'),
  to: isoDate.optional().describe('Last day, which is in it. Default: until the next phase begins, or still running.'),
  team: slug.optional().describe('Team that has phases of its own: where it alone is asked for. Default: everyone.'),
});
export type PhaseConfig = z.infer<typeof phaseSchema>;

/** What is wrong with a phase of a list: which key, and what to do. */
type Fault = readonly [key: 'id' | 'title' | 'from' | 'to', text: string];

/** Of a phase, beside those of the same list that are written above it; null = nothing. */
function faultOf(phase: PhaseConfig, above: readonly PhaseConfig[]): Fault | null {
  const { id, title, from, to } = phase;
  if (to !== undefined && to < from) return ['to', `${to} ends before it starts (${from})`];
  if (above.some((other) => other.id === id)) return ['id', `"${id}" is the id of a phase above: give it another one`];
  if (above.some((other) => other.title === title))
    return ['title', `"${title}" is the title of a phase above: panels could not tell them apart`];
  const last = above.at(-1);
  if (last === undefined) return null;
  if (from < last.from) return ['from', `${from} is before the phase above begins (${last.id}, ${last.from}): write phases in the order of time`];
  if (from <= (last.to ?? last.from))
    return ['from', `${from} lies in the phase above (${last.id}, ${last.from} to ${last.to ?? last.from}): end that one the day before, or begin this one later`];
  return above.length === MOST_PHASES ? ['id', `"${id}" is one more than ${String(MOST_PHASES)} phases: leave out or join some`] : null;
} // prettier-ignore

export const phasesSchema = z.array(phaseSchema).superRefine((phases, context) => {
  phases.forEach((phase, place) => {
    const above = phases.slice(0, place).filter(({ team }) => team === phase.team);
    const fault = faultOf(phase, above);
    if (fault !== null) context.addIssue({ code: 'custom', path: [place, fault[0]], message: fault[1] });
  });
});
